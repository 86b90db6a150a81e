"""The committed export with one thing changed."""

import json
from collections.abc import Callable
from typing import Any

from belib_platform.search.kibana.export import FILE

Json = dict[str, Any]
Change = Callable[[Json], None]

COMMITTED = FILE.read_text(encoding="utf-8")


def objects() -> list[Json]:
    """The committed objects, to be changed."""
    return [json.loads(line) for line in COMMITTED.splitlines()]


def text_of(changed: list[Json]) -> str:
    """An export of these objects."""
    return "".join(f"{json.dumps(one, ensure_ascii=False)}\n" for one in changed)


def with_object(name: str, change: Change) -> str:
    """The export with one object changed."""
    changed = objects()
    change(next(one for one in changed if one["id"] == name))
    return text_of(changed)


def with_panel(dashboard: str, panel: str, change: Change) -> str:
    """The export with one panel changed."""

    def within(one: Json) -> None:
        panels = json.loads(one["attributes"]["panelsJSON"])
        change(next(state for state in panels if state["panelIndex"] == panel))
        one["attributes"]["panelsJSON"] = json.dumps(panels)

    return with_object(dashboard, within)


def with_column(dashboard: str, panel: str, column: str, change: Change) -> str:
    """The export with one column of a chart changed; columns are called `layer__name`."""

    def within(state: Json) -> None:
        layers = state["embeddableConfig"]["attributes"]["state"]["datasourceStates"]["formBased"]["layers"]
        change(layers[column.partition("__")[0]]["columns"][column])

    return with_panel(dashboard, panel, within)


def with_map_layer(change: Change) -> str:
    """The export with the lowest layer of the map changed."""

    def within(state: Json) -> None:
        attributes = state["embeddableConfig"]["attributes"]
        layers = json.loads(attributes["layerListJSON"])
        change(layers[0])
        attributes["layerListJSON"] = json.dumps(layers)

    return with_panel("belib-maintenant", "now-map", within)


def with_vega(change: Change) -> str:
    """The export with the Vega specification changed."""

    def within(state: Json) -> None:
        params = state["embeddableConfig"]["savedVis"]["params"]
        spec = json.loads(params["spec"])
        change(spec)
        params["spec"] = json.dumps(spec)

    return with_panel("belib-maintenant", "now-choropleth", within)


def with_control(change: Change) -> str:
    """The export with the first control of *Maintenant* changed."""

    def within(one: Json) -> None:
        group = one["attributes"]["controlGroupInput"]
        controls = json.loads(group["panelsJSON"])
        change(controls["belib-control-arrondissement"])
        group["panelsJSON"] = json.dumps(controls)

    return with_object("belib-maintenant", within)
