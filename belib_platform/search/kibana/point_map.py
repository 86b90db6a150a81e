"""A panel of Kibana Maps: points coloured by a field on an empty background, without any map service."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from belib_platform.search.kibana.data_view import DataView
from belib_platform.search.kibana.panel import Panel, Place
from belib_platform.search.kibana.saved_object import Json, Reference, compact

CENTRE = {"lon": 2.342, "lat": 48.8566}
"""The centre of Paris in degrees, WGS 84."""

ZOOM = 11.2
GREY = "#9AA5B1"


def by_value(field: str, colors: Mapping[str, str]) -> Json:
    """Colours of a keyword's values; other values are grey."""
    return _dynamic(
        "CATEGORICAL",
        field,
        useCustomColorPalette=True,
        customColorPalette=[{"stop": value, "color": color} for value, color in colors.items()],
        otherCategoryColor=GREY,
    )


def by_step(field: str, colors: Mapping[int, str]) -> Json:
    """Colours of a number from each step on."""
    steps = [{"stop": step, "color": color} for step, color in colors.items()]
    return _dynamic("ORDINAL", field, useCustomColorRamp=True, customColorRamp=steps)


def _dynamic(kind: str, field: str, **colors: Json | bool | str | list[Json]) -> Json:
    options = {"type": kind, "field": {"name": field, "origin": "source"}, **colors}
    return {"type": "DYNAMIC", "options": {**options, "fieldMetaOptions": {"isEnabled": True, "sigma": 3}}}


@dataclass(frozen=True)
class PointLayer:
    """The points of the documents that match the KQL query `only`, coloured by `by_value` or `by_step`, or all grey."""

    id: str
    label: str
    only: str
    colors: Json | None = None

    def state(self, reference: str, tooltip: Sequence[str]) -> Json:
        """The layer as stored by Maps; it reads its points by a plain search, not as vector tiles."""
        source = {
            "id": f"{self.id}-source",
            "type": "ES_SEARCH",
            "indexPatternRefName": reference,
            "geoField": "location",
            "scalingType": "LIMIT",
            "filterByMapBounds": False,
            "applyGlobalQuery": True,
            "applyGlobalTime": True,
            "applyForceRefresh": True,
            "tooltipProperties": list(tooltip),
            "sortField": "",
            "sortOrder": "desc",
            "topHitsGroupByTimeseries": False,
            "topHitsSplitField": "",
            "topHitsSize": 1,
        }
        return {
            "id": self.id,
            "label": self.label,
            "type": "GEOJSON_VECTOR",
            "sourceDescriptor": source,
            "query": {"query": self.only, "language": "kuery"},
            "style": {"type": "VECTOR", "isTimeAware": True, "properties": _style(self.colors)},
            "joins": [],
            "minZoom": 0,
            "maxZoom": 24,
            "alpha": 0.9 if self.colors else 0.6,
            "visible": True,
            "includeInFitToBounds": True,
        }


def point_map(
    panel_id: str, title: str, place: Place, view: DataView, tooltip: Sequence[str], layers: tuple[PointLayer, ...]
) -> Panel:
    """A map of a data view's points with these layers, from bottom to top; `tooltip` are the fields shown of each."""
    references = [Reference(f"layer_{order}_source_index_pattern", view.id) for order in range(len(layers))]
    drawn = [layer.state(reference.name, tooltip) for layer, reference in zip(layers, references, strict=True)]
    attributes = {
        "title": title,
        "description": "",
        "layerListJSON": compact(drawn),
        "mapStateJSON": compact(_map_state()),
        "uiStateJSON": compact({"isLayerTOCOpen": True, "openTOCDetails": [layer.id for layer in layers]}),
    }
    config: Json = {
        "attributes": attributes,
        "mapCenter": {**CENTRE, "zoom": ZOOM},
        "isLayerTOCOpen": True,
        "openTOCDetails": [layer.id for layer in layers],
        "hiddenLayers": [],
        "hidePanelTitles": False,
    }
    return Panel(panel_id, "map", title, place, config, tuple(references))


def _map_state() -> Json:
    return {
        "zoom": ZOOM,
        "center": CENTRE,
        "timeFilters": {"from": "now-24h", "to": "now"},
        "refreshConfig": {"isPaused": True, "interval": 60000},
        "query": {"query": "", "language": "kuery"},
        "filters": [],
        "settings": {
            "autoFitToDataBounds": False,
            "backgroundColor": "#F7F8FA",
            "initialLocation": "LAST_SAVED_LOCATION",
        },
    }


def _style(colors: Json | None) -> Json:
    return {
        "icon": _static(value="marker"),
        "symbolizeAs": {"options": {"value": "circle"}},
        "fillColor": colors or _static(color=GREY),
        "lineColor": _static(color="#FFFFFF"),
        "lineWidth": _static(size=1),
        "iconSize": _static(size=6 if colors else 4),
        "iconOrientation": _static(orientation=0),
        "labelText": _static(value=""),
        "labelColor": _static(color="#000000"),
        "labelSize": _static(size=14),
        "labelBorderColor": _static(color="#FFFFFF"),
        "labelBorderSize": {"options": {"size": "SMALL"}},
    }


def _static(**options: str | int) -> Json:
    return {"type": "STATIC", "options": options}
