"""List every use of a field in an export: dashboard, panel, alias and operation."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from belib_platform.search.kibana.exported import Export, ExportedPanel
from belib_platform.search.kibana.kql import fields_of
from belib_platform.search.kibana.saved_object import Json

SHOWN, FILTER = "shown", "filter"


class Use(NamedTuple):
    """A field of an alias, and the operation it is used for; the alias is None if the reference has no target."""

    dashboard: str
    panel: str
    alias: str | None
    field: str
    operation: str


FieldUse = tuple[str | None, str, str]
"""Alias, field, operation."""


def uses(export: Export) -> Iterator[Use]:
    """All uses of all fields. Raises KqlError for a query that cannot be parsed."""
    for panel in export.panels():
        for alias, field, operation in (*_lens(export, panel), *_map(export, panel), *_vega(panel)):
            yield Use(panel.dashboard.id, panel.id, alias, field, operation)
    for dashboard in export.dashboards():
        for control, state in dashboard.controls.items():
            view = dashboard.references.get(f"controlGroup_{control}:optionsListDataView", "")
            yield Use(
                dashboard.id, control, export.aliases.get(view), state["explicitInput"]["fieldName"], state["type"]
            )


def _lens(export: Export, panel: ExportedPanel) -> Iterator[FieldUse]:
    for layer_id, layer in panel.lens_layers.items():
        alias = export.aliases.get(panel.data_view(f"indexpattern-datasource-layer-{layer_id}") or "")
        for column in layer["columns"].values():
            if "sourceField" in column:
                yield alias, column["sourceField"], column["operationType"]
            yield from _filter(alias, column.get("filter"))
        yield from _filter(alias, panel.lens["query"] if panel.lens else None)


def _map(export: Export, panel: ExportedPanel) -> Iterator[FieldUse]:
    for layer in panel.map_layers:
        source = layer["sourceDescriptor"]
        alias = export.aliases.get(panel.data_view(source.get("indexPatternRefName", "")) or "")
        if "geoField" in source:
            yield alias, source["geoField"], "geo_point"
        yield from ((alias, field, SHOWN) for field in source.get("tooltipProperties", []))
        for style in layer["style"]["properties"].values():
            if field := style.get("options", {}).get("field"):
                yield alias, field["name"], SHOWN
        yield from _filter(alias, layer.get("query"))


def _vega(panel: ExportedPanel) -> Iterator[FieldUse]:
    for data in (panel.vega or {}).get("data", []):
        if isinstance(url := data.get("url"), dict):
            yield from ((url["index"], field, operation) for field, operation in _asked(url["body"]))


def _asked(body: Any) -> Iterator[tuple[str, str]]:
    if isinstance(body, list):
        for part in body:
            yield from _asked(part)
    elif isinstance(body, dict):
        for key, value in body.items():
            if key == "_source":
                yield from ((field, SHOWN) for field in value)
            elif isinstance(value, dict) and isinstance(value.get("field"), str):
                yield value["field"], key
            elif key in ("term", "terms", "match"):
                yield from ((field, FILTER) for field in value)
            else:
                yield from _asked(value)


def _filter(alias: str | None, query: Json | None) -> Iterator[FieldUse]:
    return ((alias, field, FILTER) for field in fields_of(query["query"] if query else ""))
