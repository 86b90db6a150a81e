"""Rules about the grid: panels lie within its 48 columns and do not overlap."""

from collections.abc import Iterator
from itertools import combinations

from belib_platform.search.kibana.exported import Export, ExportedPanel
from belib_platform.search.kibana.panel import COLUMNS
from belib_platform.search.kibana.rules.problem import Problem


def panels_stand_on_the_grid(export: Export) -> Iterator[Problem]:
    """Each panel lies within the columns and has a positive size."""
    for panel in export.panels():
        place = panel.state["gridData"]
        if place["i"] != panel.id:
            yield Problem("has another id on the grid", panel.dashboard.id, panel.id, place["i"])
        is_within = place["x"] >= 0 and place["y"] >= 0 and place["x"] + place["w"] <= COLUMNS
        if not is_within or place["w"] < 1 or place["h"] < 1:
            yield Problem(f"does not lie within the {COLUMNS} columns", panel.dashboard.id, panel.id)


def panels_do_not_overlap(export: Export) -> Iterator[Problem]:
    """No two panels of a dashboard overlap or have the same id."""
    for dashboard in export.dashboards():
        for one, other in combinations(dashboard.panels, 2):
            if one.id == other.id:
                yield Problem("exists twice", dashboard.id, one.id)
            if _overlap(one, other):
                yield Problem(f"overlaps panel {other.id}", dashboard.id, one.id)


def _overlap(one: ExportedPanel, other: ExportedPanel) -> bool:
    a, b = one.state["gridData"], other.state["gridData"]
    across = a["x"] < b["x"] + b["w"] and b["x"] < a["x"] + a["w"]
    return bool(across and a["y"] < b["y"] + b["h"] and b["y"] < a["y"] + a["h"])
