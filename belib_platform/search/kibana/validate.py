"""Check without a server whether Kibana 8.15 can import an export and find all fields and objects that it uses."""

from collections.abc import Callable, Iterator
from typing import Final

from belib_platform.search.kibana.exported import Export, read_export
from belib_platform.search.kibana.rules.fields import (
    fields_suit_what_is_done_with_them,
    formulas_are_what_their_columns_compute,
)
from belib_platform.search.kibana.rules.objects import objects_are_known, references_are_resolved
from belib_platform.search.kibana.rules.panels import (
    nothing_foreign_is_asked,
    panels_are_known,
    panels_do_not_overlap,
    panels_stand_on_the_grid,
)
from belib_platform.search.kibana.rules.problem import Problem

RULES: Final[tuple[Callable[[Export], Iterator[Problem]], ...]] = (
    objects_are_known,
    panels_are_known,
    references_are_resolved,
    panels_stand_on_the_grid,
    panels_do_not_overlap,
    nothing_foreign_is_asked,
    fields_suit_what_is_done_with_them,
    formulas_are_what_their_columns_compute,
)


def validate(text: str) -> list[Problem]:
    """All problems of an export. Raises ExportError if the text is not an export."""
    export = read_export(text)
    return [problem for rule in RULES for problem in rule(export)]
