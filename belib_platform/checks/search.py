"""Checks of the indices: read back after loading, so that green means that one finds what the table says."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial

import polars as pl

from belib_platform.checks.check import Check
from belib_platform.checks.finding import SAMPLE, Finding, none_of
from belib_platform.contracts.contract import Contract, name
from belib_platform.contracts.search import BelibArrondissements
from belib_platform.search.client import Search
from belib_platform.search.comparison import differing_days, differing_hours, differing_states
from belib_platform.search.errors import in_sentences
from belib_platform.search.hourly_index import AVAILABILITY, BIKE_AVAILABILITY, HourlyIndex
from belib_platform.search.invalid_documents import notes_of
from belib_platform.search.loading import Loaded
from belib_platform.search.present_index import BIKE_STATIONS, CHARGE_POINTS, PresentIndex
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


def hours_hold_the_same(load: Load, index: HourlyIndex) -> Finding:
    """Documents and sums of each hour of the run's UTC days, in the index and in the mart.

    Where nothing was sent since they were last compared, documents are only counted.
    """
    if not (load.loaded.sent or load.loaded.deleted):
        return _none_of(*differing_days(load.search, load.warehouse, index, load.days), "days")
    return _none_of(*differing_hours(load.search, load.warehouse, index, load.days), "hours")


def present_holds_the_same(load: Load, index: PresentIndex) -> Finding:
    """Things by state, in the index and in the table."""
    return _none_of(*differing_states(load.search, load.warehouse, index), "documents")


def _none_of(differing: pl.DataFrame, judged: int, what: str) -> Finding:
    finding = none_of(differing, judged)
    missing = differing.filter(pl.col("is_in") == "table").height
    return finding._replace(numbers={**finding.numbers, "missing_or_wrong_in_index": missing, "judged_are": what})


DOCUMENTS_KEEP = Check(
    "every_document_keeps_its_contract",
    "No document was left out of the index because it breaks its contract.",
    lambda load: every_document_keeps_its_contract(load.search, load.contract),
)


def _of_hours(index: HourlyIndex, sums: str) -> tuple[Check, Check]:
    sentence = (
        "For each hour of the run's days that is to be indexed, the index has as many documents as the mart has rows, "
        f"and {sums} (read back by runs that sent something; else counted). Rows whose documents were left out are "
        "not counted."
    )
    return Check(INDEX_HOLDS_TABLE, sentence, partial(hours_hold_the_same, index=index)), DOCUMENTS_KEEP


def _of_present(index: PresentIndex, counts: str, things: str) -> tuple[Check, Check]:
    sentence = (
        f"The index has as many {counts} as the table of the last two days; {things} whose documents were left out are "
        "not counted."
    )
    return Check(INDEX_HOLDS_TABLE, sentence, partial(present_holds_the_same, index=index)), DOCUMENTS_KEEP


CHECKS = {
    name(AVAILABILITY.contract): _of_hours(AVAILABILITY, "as many seconds of each state"),
    name(CHARGE_POINTS.contract): _of_present(CHARGE_POINTS, "charge points in each status", "points"),
    name(BelibArrondissements): (DOCUMENTS_KEEP,),
    name(BIKE_AVAILABILITY.contract): _of_hours(
        BIKE_AVAILABILITY, "as many seconds of each state and as many bikes taken and returned"
    ),
    name(BIKE_STATIONS.contract): _of_present(
        BIKE_STATIONS, "bike stations, bikes and free docks in each state of service", "stations"
    ),
}
"""By index; read back after loading."""
