"""A panel of a dashboard: where it stands, and what is in it."""

from dataclasses import dataclass

from belib_platform.search.kibana.lens.chart import Chart
from belib_platform.search.kibana.saved_object import PANEL_VERSION, Json, Reference

COLUMNS = 48
"""Width of a dashboard."""


@dataclass(frozen=True)
class Place:
    """A rectangle on the dashboard's grid, in columns and rows, from the top left."""

    x: int
    y: int
    w: int
    h: int


@dataclass(frozen=True)
class Panel:
    """Something drawn by value: no other saved object is needed for it but data views."""

    id: str
    type: str
    title: str
    place: Place
    config: Json
    references: tuple[Reference, ...] = ()

    def state(self) -> Json:
        """The panel as the dashboard keeps it."""
        place = self.place
        return {
            "version": PANEL_VERSION,
            "type": self.type,
            "gridData": {"x": place.x, "y": place.y, "w": place.w, "h": place.h, "i": self.id},
            "panelIndex": self.id,
            "embeddableConfig": {"enhancements": {}, **self.config},
            "title": self.title,
        }

    def dashboard_references(self) -> list[Reference]:
        """The panel's references as the dashboard names them."""
        return [Reference(f"{self.id}:{one.name}", one.id, one.type) for one in self.references]


def lens(panel_id: str, title: str, place: Place, chart: Chart, *, only: str = "", says: str = "") -> Panel:
    """A chart over the documents that the KQL query `only` lets through; `says` explains it under the «i»."""
    references = tuple(layer.reference for layer in chart.layers)
    attributes = {
        "title": title,
        "description": says,
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
    return Panel(panel_id, "lens", title, place, config | ({"description": says} if says else {}), references)


def markdown(panel_id: str, place: Place, text: str) -> Panel:
    """A text, without a title."""
    params = {"fontSize": 12, "openLinksInNewTab": True, "markdown": text}
    return Panel(panel_id, "visualization", "", place, saved_vis("markdown", "", params) | {"hidePanelTitles": True})


def saved_vis(kind: str, title: str, params: Json) -> Json:
    """The configuration of a visualization kept within its panel."""
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
