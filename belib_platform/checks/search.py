"""Checks of the indices: read back after loading, so that green means that one finds what the table says."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from belib_platform.checks.check import Check
from belib_platform.checks.finding import SAMPLE, Finding, none_of
from belib_platform.contracts.contract import Contract
from belib_platform.search.client import Search
from belib_platform.search.comparison import differing_days, differing_hours, differing_statuses
from belib_platform.search.errors import in_sentences
from belib_platform.search.invalid_documents import notes_of
from belib_platform.search.loading import Loaded
from belib_platform.warehouse.warehouse import Warehouse

INDEX_HOLDS_TABLE = "index_and_table_hold_the_same"


@dataclass(frozen=True)
class Load:
    """An index that a run has loaded, of these UTC days if it is by day, and the tables it was loaded from."""

    search: Search
    warehouse: Warehouse
    contract: type[Contract]
    days: Sequence[date] = ()
    loaded: Loaded = field(default_factory=Loaded)


def every_document_keeps_its_contract(search: Search, contract: type[Contract]) -> Finding:
    """No document was left out, whichever run made it; the index's notes name some that were. Raises SearchError."""
    with in_sentences():
        notes = notes_of(search, contract)
    count = sum(note.left_out_count for note in notes)
    sample = pl.DataFrame([named for note in notes for named in note.left_out], schema=["document", "rules"])
    return Finding(
        passed=not count,
        numbers={"offending": count, "judged": count + sum(note.document_count for note in notes)},
        sample=sample.head(SAMPLE),
    )


def hours_hold_the_same(search: Search, warehouse: Warehouse, days: Sequence[date], loaded: Loaded) -> Finding:
    """Documents and seconds of each hour of these UTC days, in the index and in the mart.

    Where nothing was sent since they were last compared, documents are only counted.
    """
    if not (loaded.sent or loaded.deleted):
        return _none_of(*differing_days(search, warehouse, days), "days")
    return _none_of(*differing_hours(search, warehouse, days), "hours")


def points_hold_the_same(search: Search, warehouse: Warehouse) -> Finding:
    """Charge points by status, in the index and in the table."""
    return _none_of(*differing_statuses(search, warehouse), "points")


def _none_of(differing: pl.DataFrame, judged: int, what: str) -> Finding:
    finding = none_of(differing, judged)
    missing = differing.filter(pl.col("is_in") == "table").height
    return finding._replace(numbers={**finding.numbers, "missing_or_wrong_in_index": missing, "judged_are": what})


DOCUMENTS_KEEP = Check(
    "every_document_keeps_its_contract",
    "No document was left out of the index because it breaks its contract.",
    lambda load: every_document_keeps_its_contract(load.search, load.contract),
)

CHECKS = {
    "belib_availability": (
        Check(
            INDEX_HOLDS_TABLE,
            "For each hour of the run's days that is to be indexed, the index has as many documents as the mart has "
            "rows, and as many seconds of each state (read back by runs that sent something; else counted). Rows whose "
            "documents were left out are not counted.",
            lambda load: hours_hold_the_same(load.search, load.warehouse, load.days, load.loaded),
        ),
        DOCUMENTS_KEEP,
    ),
    "belib_charge_points": (
        Check(
            INDEX_HOLDS_TABLE,
            "The index has as many charge points in each status as the table of the last two days; points whose "
            "documents were left out are not counted.",
            lambda load: points_hold_the_same(load.search, load.warehouse),
        ),
        DOCUMENTS_KEEP,
    ),
    "belib_arrondissements": (DOCUMENTS_KEEP,),
}
"""By index; read back after loading."""
