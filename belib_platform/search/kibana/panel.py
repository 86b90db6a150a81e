"""A panel of a dashboard: its position and its content."""

from dataclasses import asdict, dataclass

from belib_platform.search.kibana.lens.chart import Chart
from belib_platform.search.kibana.saved_object import PANEL_VERSION, Json, Reference

COLUMNS = 48
"""Width of a dashboard in grid columns."""


@dataclass(frozen=True)
class Place:
    """A rectangle on the dashboard's grid, in columns and rows from the top left."""

    x: int
    y: int
    w: int
    h: int


@dataclass(frozen=True)
class Panel:
    """A panel stored inside its dashboard; besides data views it needs no other saved object."""

    id: str
    type: str
    title: str
    place: Place
    config: Json
    references: tuple[Reference, ...] = ()

    def state(self) -> Json:
        """The panel as stored in the dashboard."""
        return {
            "version": PANEL_VERSION,
            "type": self.type,
            "gridData": {**asdict(self.place), "i": self.id},
            "panelIndex": self.id,
            "embeddableConfig": {"enhancements": {}, **self.config},
            "title": self.title,
        }

    def dashboard_references(self) -> list[Reference]:
        """References of the panel, under the names that the dashboard expects."""
        return [Reference(f"{self.id}:{one.name}", one.id, one.type) for one in self.references]


def lens(panel_id: str, title: str, place: Place, chart: Chart, *, only: str = "", description: str = "") -> Panel:
    """A chart over the documents that match the KQL query `only`; Kibana shows `description` behind an info icon."""
    references = tuple(layer.reference for layer in chart.layers)
    attributes = {
        "title": title,
        "description": description,
        "type": "lens",
        "visualizationType": chart.kind,
        "state": {
            "visualization": chart.state,
            "query": {"query": only, "language": "kuery"},
            "filters": [],
            "datasourceStates": {"formBased": {"layers": {layer.id: layer.state() for layer in chart.layers}}},
            "internalReferences": [],
            "adHocDataViews": {},
        },
        "references": [{"type": one.type, "id": one.id, "name": one.name} for one in references],
    }
    config: Json = {"attributes": attributes, "hidePanelTitles": False}
    config |= {"description": description} if description else {}
    return Panel(panel_id, "lens", title, place, config, references)


def markdown(panel_id: str, place: Place, text: str) -> Panel:
    """A text in Markdown, without a title."""
    params = {"fontSize": 12, "openLinksInNewTab": True, "markdown": text}
    return Panel(panel_id, "visualization", "", place, saved_vis("markdown", "", params) | {"hidePanelTitles": True})


def saved_vis(kind: str, title: str, params: Json) -> Json:
    """The configuration of a visualization that is stored inside its panel."""
    return {
        "savedVis": {
            "id": "",
            "title": title,
            "description": "",
            "type": kind,
            "params": params,
            "uiState": {},
            "data": {"aggs": [], "searchSource": {"query": {"query": "", "language": "kuery"}, "filter": []}},
        }
    }
