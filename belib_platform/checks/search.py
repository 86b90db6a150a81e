"""Checks of the search layer: read back after loading, so that green means that one finds what the table says."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date

import dagster as dg
import polars as pl

from belib_platform.checks.finding import SAMPLE, Finding, none_of
from belib_platform.checks.results import check_result
from belib_platform.checks.specs import DOCUMENTS_KEEP, INDEX_HOLDS_TABLE
from belib_platform.contracts.contract import Contract, name
from belib_platform.search.client import Search
from belib_platform.search.comparison import differing_days, differing_hours, differing_statuses
from belib_platform.search.errors import SearchError, in_sentences
from belib_platform.search.invalid_documents import notes_of
from belib_platform.search.loading import Loaded
from belib_platform.warehouse.warehouse import Warehouse

Yielded = dg.AssetCheckResult | dg.Output[Loaded]


def searched(
    search: Search,
    contract: type[Contract],
    load: Callable[[], Loaded],
    look: Callable[[Loaded], Finding] | None = None,
) -> Iterator[Yielded]:
    """Load an index, look at it, yield what was found, then the output.

    When Elasticsearch does not answer or refuses, the check is false, saying why, and dagster.Failure is raised.
    """
    try:
        loaded = load()
        finding = look(loaded) if look else None
        left_out = every_document_keeps_its_contract(search, contract)
    except SearchError as error:
        if look:
            yield check_result(name(contract), INDEX_HOLDS_TABLE, Finding(passed=False, numbers={"reason": str(error)}))
        raise dg.Failure(f"{name(contract)}: {error}", allow_retries=error.may_pass) from error
    yield check_result(name(contract), DOCUMENTS_KEEP, left_out)
    if finding is not None:
        yield check_result(name(contract), INDEX_HOLDS_TABLE, finding)
    yield dg.Output(loaded, metadata={"sent_documents": loaded.sent, "deleted_documents": loaded.deleted})


def every_document_keeps_its_contract(search: Search, contract: type[Contract]) -> Finding:
    """No document was left out, whichever run made it; the index's notes name some that were. Raises SearchError."""
    with in_sentences():
        notes = notes_of(search, contract)
    count = sum(note.left_out_count for note in notes)
    sample = pl.DataFrame([told for note in notes for told in note.left_out], schema=["document", "rules"])
    return Finding(
        passed=not count,
        numbers={"offending": count, "judged": count + sum(note.document_count for note in notes)},
        sample=sample.head(SAMPLE),
    )


def hours_hold_the_same(search: Search, warehouse: Warehouse, days: Sequence[date], loaded: Loaded) -> Finding:
    """Documents and seconds of each hour of these UTC days, in the index and in the mart.

    Where nothing was sent since that was last looked at, documents are only counted.
    """
    if not (loaded.sent or loaded.deleted):
        return _none_of(*differing_days(search, warehouse, days), "days")
    return _none_of(*differing_hours(search, warehouse, days), "hours")


def points_hold_the_same(search: Search, warehouse: Warehouse, loaded: Loaded) -> Finding:  # noqa: ARG001
    """Charge points by status, in the index and in the table."""
    return _none_of(*differing_statuses(search, warehouse), "points")


def _none_of(differing: pl.DataFrame, judged: int, what: str) -> Finding:
    finding = none_of(differing, judged)
    missing = differing.filter(pl.col("is_in") == "table").height
    return finding._replace(numbers={**finding.numbers, "missing_or_wrong_in_index": missing, "judged_are": what})
