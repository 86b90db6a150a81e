"""Adapt an export to indices whose names have a prefix."""

import json

from belib_platform.search.kibana.exported import read_export
from belib_platform.search.kibana.saved_object import Json, compact


def prefixed(text: str, prefix: str) -> str:
    """The export with `prefix` prepended to the names of all indices."""
    if not prefix:
        return text
    objects = read_export(text).objects
    for one in objects:
        if one["type"] == "index-pattern":
            one["attributes"]["title"] = prefix + one["attributes"]["title"]
        else:
            panels = json.loads(one["attributes"]["panelsJSON"])
            one["attributes"]["panelsJSON"] = compact([_panel(panel, prefix) for panel in panels])
    return "".join(f"{compact(one)}\n" for one in objects)


def _panel(panel: Json, prefix: str) -> Json:
    vis = panel["embeddableConfig"].get("savedVis", {})
    if vis.get("type") == "vega":
        spec = json.loads(vis["params"]["spec"])
        for data in spec["data"]:
            data["url"]["index"] = prefix + data["url"]["index"]
        vis["params"]["spec"] = compact(spec)
    return panel
