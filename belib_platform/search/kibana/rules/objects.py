"""Rules about saved objects: supported types and versions, stable ids, and complete references."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from belib_platform.search.kibana.exported import Export, ExportedDashboard, ExportedPanel
from belib_platform.search.kibana.rules.problem import Problem
from belib_platform.search.kibana.saved_object import CORE_VERSION, TYPE_VERSIONS

STABLE_ID: Final = re.compile(r"belib-[a-z]+(-[a-z]+)*")

ATTRIBUTES: Final = {
    "dashboard": "controlGroupInput description hits kibanaSavedObjectMeta optionsJSON panelsJSON refreshInterval "
    "timeFrom timeRestore timeTo title version",
    "index-pattern": "fieldAttrs fieldFormatMap fields name runtimeFieldMap sourceFilters timeFieldName title typeMeta",
}
"""Names of the attributes by type, separated by blanks."""

SUFFIX: Final = {"optionsListControl": "optionsListDataView", "rangeSliderControl": "rangeSliderDataView"}


def objects_are_known(export: Export) -> Iterator[Problem]:
    """Types, versions, attributes and ids of objects are supported, and ids are unique."""
    for one in export.objects:
        kind, where = one["type"], str(one["id"])
        if kind not in TYPE_VERSIONS:
            yield Problem("has an unsupported type", where, field=kind)
            continue
        if (one.get("coreMigrationVersion"), one.get("typeMigrationVersion")) != (CORE_VERSION, TYPE_VERSIONS[kind]):
            yield Problem(f"does not have version {TYPE_VERSIONS[kind]} of core {CORE_VERSION}", where)
        for attribute in sorted(set(one["attributes"]).difference(ATTRIBUTES[kind].split())):
            yield Problem("is not an attribute of Kibana 8.15", where, field=attribute)
        if not STABLE_ID.fullmatch(where):
            yield Problem("should have an id of lower-case words that begins with belib-", where)
    for (kind, where), count in Counter((one["type"], str(one["id"])) for one in export.objects).items():
        if count > 1:
            yield Problem(f"exists {count} times", where, field=kind)


def references_are_resolved(export: Export) -> Iterator[Problem]:
    """Panels and controls use only declared references; each reference is used, and its target exists."""
    there = {(one["type"], one["id"]) for one in export.objects}
    for one in export.objects:
        for reference in one["references"]:
            if (reference["type"], reference["id"]) not in there:
                yield Problem(f"refers to the missing {reference['id']}", one["id"], field=reference["name"])
    for dashboard in export.dashboards():
        used, known = set(_used(dashboard)), set(dashboard.references)
        for name in sorted(used - known):
            yield Problem("is used but not declared as a reference", dashboard.id, field=name)
        for name in sorted(known - used):
            yield Problem("is an unused reference", dashboard.id, field=name)


def _used(dashboard: ExportedDashboard) -> Iterator[str]:
    for control, state in dashboard.controls.items():
        yield f"controlGroup_{control}:{SUFFIX.get(state['type'], state['type'])}"
    for panel in dashboard.panels:
        yield from (f"{panel.id}:{name}" for name in _used_in(panel))


def _used_in(panel: ExportedPanel) -> Iterator[str]:
    yield from (f"indexpattern-datasource-layer-{layer}" for layer in panel.lens_layers)
    if panel.lens:
        yield from (reference["name"] for reference in panel.config["attributes"]["references"])
    yield from (layer["sourceDescriptor"].get("indexPatternRefName", "") for layer in panel.map_layers)
