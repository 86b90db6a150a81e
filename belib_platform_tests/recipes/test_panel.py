"""The recipe for a panel in CONTRIBUTING.md, held against the rules that every export keeps."""

from dataclasses import replace

from belib_platform.search.kibana.dashboards.now import IS_FREE, NOW
from belib_platform.search.kibana.data_view import CHARGE_POINTS, DATA_VIEWS
from belib_platform.search.kibana.lens.chart import one_number
from belib_platform.search.kibana.lens.column import Metric
from belib_platform.search.kibana.lens.layer import Layer
from belib_platform.search.kibana.panel import Panel, Place, lens
from belib_platform.search.kibana.validate import validate

STRONGEST = Metric("max", "Puissance libre la plus forte (kW)", "power_kw")

STRONGEST_NOW = lens(
    "now-strongest",
    "Puissance libre la plus forte",
    Place(0, 61, 8, 6),
    one_number(Layer("now-strongest", CHARGE_POINTS, {"value": STRONGEST})),
    only=IS_FREE,
)


def problems_with(panel: Panel) -> list[str]:
    dashboard = replace(NOW, panels=(*NOW.panels, panel))
    text = "".join(f"{one.saved_object().line()}\n" for one in (*DATA_VIEWS, dashboard))
    return [str(problem) for problem in validate(text)]


def test_the_panel_keeps_every_rule() -> None:
    assert problems_with(STRONGEST_NOW) == []


def test_a_panel_on_top_of_another_is_found() -> None:
    assert problems_with(replace(STRONGEST_NOW, place=Place(0, 0, 8, 6)))
