"""Lens charts with lines, areas and bars."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from belib_platform.search.kibana.lens.chart import Chart
from belib_platform.search.kibana.lens.layer import Layer
from belib_platform.search.kibana.saved_object import Json

Kind = Literal["line", "bar", "bar_stacked", "bar_horizontal", "bar_horizontal_stacked", "area_stacked"]
Axis = Literal["left", "right"]


@dataclass(frozen=True)
class Series:
    """Columns `values` of a layer over its column `along`, one line or bar per bucket of `split`."""

    layer: Layer
    kind: Kind
    along: str
    values: Sequence[str]
    split: str | None = None
    axis: Axis = "left"
    colors: Sequence[str] = ()

    def state(self) -> Json:
        """The series as stored by Lens."""
        drawn: Json = {
            "layerId": self.layer.id,
            "layerType": "data",
            "seriesType": self.kind,
            "position": "top",
            "showGridlines": False,
            "xAccessor": self.layer.ref(self.along),
            "accessors": [self.layer.ref(value) for value in self.values],
            "yConfig": self._axes(),
            "palette": {"type": "palette", "name": "default"},
        }
        return drawn | ({"splitAccessor": self.layer.ref(self.split)} if self.split else {})

    def _axes(self) -> list[Json]:
        colors = dict(zip(self.values, self.colors, strict=False))
        return [
            {"forAccessor": self.layer.ref(value), "axisMode": self.axis}
            | ({"color": colors[value]} if value in colors else {})
            for value in self.values
        ]


def xy(*series: Series, left: str, right: str = "", legend: bool = True) -> Chart:
    """A chart of several series; `left` and `right` are the titles of the axes and should name the unit."""
    shown = {"x": True, "yLeft": True, "yRight": bool(right)}
    state: Json = {
        "preferredSeriesType": series[0].kind,
        "layers": [one.state() for one in series],
        "legend": {"isVisible": legend, "showSingleSeries": legend, "position": "bottom"},
        "valueLabels": "hide",
        "fittingFunction": "None",
        "yTitle": left,
        "axisTitlesVisibilitySettings": shown,
        "tickLabelsVisibilitySettings": shown,
        "gridlinesVisibilitySettings": {"x": False, "yLeft": True, "yRight": False},
        "yLeftExtent": {"mode": "full"},
        "yRightExtent": {"mode": "full"},
    }
    return Chart("lnsXY", state | ({"yRightTitle": right} if right else {}), [one.layer for one in series])


def bars(layer: Layer, left: str, color: str | None = None, kind: Kind = "bar") -> Chart:
    """One bar per bucket of the layer's first column, as high as its second and last one."""
    bucket, value = layer.columns
    return xy(Series(layer, kind, bucket, [value], colors=[color] if color else []), left=left, legend=False)
