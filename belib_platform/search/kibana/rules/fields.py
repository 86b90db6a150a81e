"""Rules about fields: each is in the mapping with a suitable type, and formulas match their columns."""

from collections.abc import Iterator
from typing import Final

from belib_platform.contracts.contract import name
from belib_platform.contracts.mapping import index_fields
from belib_platform.contracts.tables import INDICES
from belib_platform.search.kibana.data_view import DATA_VIEWS, NUMBERS
from belib_platform.search.kibana.exported import Export
from belib_platform.search.kibana.kql import KqlError
from belib_platform.search.kibana.lens.column import RECORDS
from belib_platform.search.kibana.lens.formula import Formula, FormulaError
from belib_platform.search.kibana.rules.problem import Problem
from belib_platform.search.kibana.rules.uses import FILTER, SHOWN, Use, uses

SUITED: Final = {
    "sum": NUMBERS,
    "average": NUMBERS,
    "max": NUMBERS | {"date"},
    "min": NUMBERS | {"date"},
    "unique_count": NUMBERS | {"keyword", "boolean", "date"},
    "terms": NUMBERS | {"keyword", "boolean"},
    "date_histogram": {"date"},
    "geo_point": {"geo_point"},
    "optionsListControl": NUMBERS | {"keyword", "boolean"},
    "rangeSliderControl": NUMBERS,
    FILTER: NUMBERS | {"keyword", "boolean", "date"},
    SHOWN: NUMBERS | {"keyword", "boolean", "date", "geo_point", "object"},
}
"""Types of the mapping that an operation supports."""

MAPPINGS: Final = {
    name(contract): {field: mapping["type"] for field, mapping in index_fields(contract).items()}
    for contract in INDICES
}

VIEWS: Final = {view.alias: view for view in DATA_VIEWS}


def fields_suit_what_is_done_with_them(export: Export) -> Iterator[Problem]:
    """Each field exists, and its type supports what it is used for."""
    try:
        found = list(uses(export))
    except KqlError as error:
        yield Problem(str(error), "a query")
        return
    for use in found:
        if rule := _broken(use):
            yield Problem(rule, use.dashboard, use.panel, use.field)


def _broken(use: Use) -> str | None:
    if use.alias not in MAPPINGS:
        return f"belongs to the unknown index {use.alias}" if use.alias else "belongs to no data view"
    if use.field == RECORDS:
        return None if use.operation == "count" else f"cannot be used for {use.operation}"
    if use.operation not in SUITED:
        return f"is used for the unknown operation {use.operation}"
    kind = MAPPINGS[use.alias].get(use.field)
    if kind is None:
        return f"is not a field of {use.alias}"
    return None if kind in SUITED[use.operation] else f"is of type {kind} and cannot be used for {use.operation}"


def formulas_are_what_their_columns_compute(export: Export) -> Iterator[Problem]:
    """The text of a formula matches its columns: Lens shows the text and computes from the columns."""
    for panel in export.panels():
        for layer_id, layer in panel.lens_layers.items():
            view_id = panel.data_view(f"indexpattern-datasource-layer-{layer_id}") or ""
            view = VIEWS.get(export.aliases.get(view_id, ""))
            for column_id, column in layer["columns"].items():
                if column["operationType"] != "formula" or view is None:
                    continue
                params = column["params"]
                formula = Formula(params["formula"], column["label"], params["format"])
                try:
                    parts = formula.expand(column_id, view)
                except (FormulaError, KeyError) as error:
                    yield Problem(f"cannot be expanded: {error}", panel.dashboard.id, panel.id, column_id)
                    continue
                if any(layer["columns"].get(part) != state for part, state in parts.items()):
                    yield Problem("differs from what its columns compute", panel.dashboard.id, panel.id, column_id)
