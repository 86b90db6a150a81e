"""Rules about panels: supported types, places on the grid that do not overlap, and no requests to external services."""

from collections.abc import Iterator
from itertools import combinations
from typing import Final

from belib_platform.search.kibana.exported import Export, ExportedPanel
from belib_platform.search.kibana.panel import COLUMNS
from belib_platform.search.kibana.rules.problem import Problem
from belib_platform.search.kibana.saved_object import compact

TYPES: Final = frozenset({"lens", "map", "visualization"})

FOREIGN: Final = ("elastic.co", "EMS_", "emsBaseLayer")

SOURCES: Final = frozenset({"ES_SEARCH"})


def panels_are_known(export: Export) -> Iterator[Problem]:
    """Types of panels are supported."""
    for panel in export.panels():
        if panel.state["type"] not in TYPES:
            yield Problem("has an unsupported type", panel.dashboard.id, panel.id, panel.state["type"])


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


def nothing_foreign_is_asked(export: Export) -> Iterator[Problem]:
    """No panel uses a map service or an external URL."""
    for panel in export.panels():
        where = (panel.dashboard.id, panel.id)
        for word in FOREIGN:
            if word in compact(panel.state):
                yield Problem("is an external service", *where, word)
        for layer in panel.map_layers:
            if (kind := layer["sourceDescriptor"].get("type")) not in SOURCES:
                yield Problem("is not a source in Elasticsearch", *where, str(kind))
        spec = panel.vega or {}
        if spec.get("config", {}).get("kibana", {}).get("type") == "map":
            yield Problem("is drawn on the map of a map service", *where, "config.kibana.type")
        for data in spec.get("data", []):
            if "url" in data and not isinstance(data["url"], dict):
                yield Problem("is an external URL", *where, str(data["url"]))
