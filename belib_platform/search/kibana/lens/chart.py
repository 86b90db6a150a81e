"""Types of Lens charts: one number, a table, a heat map."""

from collections.abc import Sequence
from dataclasses import dataclass

from belib_platform.search.kibana.lens.layer import Layer
from belib_platform.search.kibana.saved_object import Json

SCALE = ("#F1F6FB", "#C4DAEE", "#86B2D9", "#4A80B8", "#1F4E86")
"""Five colours from low to high values."""


@dataclass(frozen=True)
class Chart:
    """A chart: Lens's type of visualization, its state and its layers."""

    kind: str
    state: Json
    layers: Sequence[Layer]


def one_number(layer: Layer, color: str | None = None) -> Chart:
    """The layer's only column, in large type."""
    (value,) = layer.columns
    state: Json = {"layerId": layer.id, "layerType": "data", "metricAccessor": layer.ref(value)}
    return Chart("lnsMetric", state | ({"color": color} if color else {}), [layer])


def table(layer: Layer) -> Chart:
    """All columns of a layer, twenty rows per page."""
    state = {
        "layerId": layer.id,
        "layerType": "data",
        "columns": [{"columnId": layer.ref(column), "isTransposed": False} for column in layer.columns],
        "paging": {"size": 20, "enabled": True},
        "rowHeight": "auto",
        "headerRowHeight": "auto",
    }
    return Chart("lnsDatatable", state, [layer])


def heat_map(layer: Layer, *, across: str, down: str, value: str) -> Chart:
    """A cell per pair of buckets, darker for larger values."""
    state = {
        "shape": "heatmap",
        "layerId": layer.id,
        "layerType": "data",
        "xAccessor": layer.ref(across),
        "yAccessor": layer.ref(down),
        "valueAccessor": layer.ref(value),
        "legend": {"type": "heatmap_legend", "isVisible": True, "position": "right"},
        "gridConfig": {
            "type": "heatmap_grid",
            "isCellLabelVisible": False,
            "isYAxisLabelVisible": True,
            "isXAxisLabelVisible": True,
            "isYAxisTitleVisible": False,
            "isXAxisTitleVisible": True,
        },
        "palette": {"type": "palette", "name": "custom", "accessor": layer.ref(value), "params": _steps()},
    }
    return Chart("lnsHeatmap", state, [layer])


def _steps() -> Json:
    ends = [20 * step for step in range(1, len(SCALE) + 1)]
    return {
        "name": "custom",
        "rangeType": "percent",
        "rangeMin": 0,
        "rangeMax": None,
        "continuity": "above",
        "progression": "fixed",
        "reverse": False,
        "steps": len(SCALE),
        "stops": [{"color": color, "stop": end} for color, end in zip(SCALE, ends, strict=True)],
        "colorStops": [{"color": color, "stop": end - 20} for color, end in zip(SCALE, ends, strict=True)],
    }
