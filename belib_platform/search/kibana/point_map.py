"""A panel of Kibana Maps: charge points coloured by status on an empty background, without any map service."""

from dataclasses import dataclass

from belib_platform.search.kibana.data_view import CHARGE_POINTS
from belib_platform.search.kibana.field_labels import STATUS_COLORS
from belib_platform.search.kibana.panel import Panel, Place
from belib_platform.search.kibana.saved_object import Json, Reference, compact

CENTRE = {"lon": 2.342, "lat": 48.8566}
"""The centre of Paris in degrees, WGS 84."""

ZOOM = 11.2
GREY = "#9AA5B1"
TOOLTIP = ["station_name", "address", "status", "status_since_at", "last_seen_at", "power_kw", "charge_point_id"]


@dataclass(frozen=True)
class PointLayer:
    """The points of the documents that match the KQL query `only`, coloured by status, or all grey."""

    id: str
    label: str
    only: str
    is_coloured: bool

    def state(self, reference: str) -> Json:
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
            "tooltipProperties": TOOLTIP,
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
            "style": {"type": "VECTOR", "isTimeAware": True, "properties": _style(is_coloured=self.is_coloured)},
            "joins": [],
            "minZoom": 0,
            "maxZoom": 24,
            "alpha": 0.9 if self.is_coloured else 0.6,
            "visible": True,
            "includeInFitToBounds": True,
        }


def point_map(panel_id: str, title: str, place: Place, layers: tuple[PointLayer, ...]) -> Panel:
    """A map of the charge points with these layers, from bottom to top."""
    references = [Reference(f"layer_{order}_source_index_pattern", CHARGE_POINTS.id) for order in range(len(layers))]
    drawn = [layer.state(reference.name) for layer, reference in zip(layers, references, strict=True)]
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


def _style(*, is_coloured: bool) -> Json:
    by_status = {
        "type": "DYNAMIC",
        "options": {
            "type": "CATEGORICAL",
            "field": {"name": "status", "origin": "source"},
            "useCustomColorPalette": True,
            "customColorPalette": [{"stop": status, "color": color} for status, color in STATUS_COLORS.items()],
            "otherCategoryColor": GREY,
            "fieldMetaOptions": {"isEnabled": True, "sigma": 3},
        },
    }
    return {
        "icon": _static(value="marker"),
        "symbolizeAs": {"options": {"value": "circle"}},
        "fillColor": by_status if is_coloured else _static(color=GREY),
        "lineColor": _static(color="#FFFFFF"),
        "lineWidth": _static(size=1),
        "iconSize": _static(size=6 if is_coloured else 4),
        "iconOrientation": _static(orientation=0),
        "labelText": _static(value=""),
        "labelColor": _static(color="#000000"),
        "labelSize": _static(size=14),
        "labelBorderColor": _static(color="#FFFFFF"),
        "labelBorderSize": {"options": {"size": "SMALL"}},
    }


def _static(**options: str | int) -> Json:
    return {"type": "STATIC", "options": options}
