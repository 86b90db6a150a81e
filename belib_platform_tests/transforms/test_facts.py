"""Facts about whole polls: freshness and unknowns as shares of all records, whatever they lack."""

from datetime import datetime, timedelta
from typing import Any

import polars as pl

from belib_platform.contracts.vocabulary import STATUSES
from belib_platform.transforms.facts import poll_facts
from belib_platform_tests.transforms.polls import MIDNIGHT

INSTANT = pl.Datetime("ms", "UTC")
SCHEMA = {
    "page_id": pl.String,
    "status": pl.Enum(STATUSES),
    "source_updated_at": INSTANT,
    "fetched_at": INSTANT,
    "received_at": INSTANT,
}


def facts(*records: tuple[str | None, datetime | None]) -> dict[str, Any]:
    rows = [("p", status, stamp, MIDNIGHT, MIDNIGHT + timedelta(seconds=2)) for status, stamp in records]
    return poll_facts(pl.LazyFrame(rows, schema=SCHEMA, orient="row")).collect().row(0, named=True)


def test_shares_are_of_all_records_those_without_stamp_or_status_too() -> None:
    day = timedelta(hours=24)
    found = facts(
        ("UNKNOWN", MIDNIGHT - day),
        ("AVAILABLE", MIDNIGHT - day - timedelta(milliseconds=1)),
        (None, None),
        ("UNKNOWN", MIDNIGHT),
    )
    assert (found["fresh_ratio"], found["unknown_ratio"]) == (0.5, 0.5)
    assert found["newest_source_updated_at"] == MIDNIGHT


def test_a_stamp_is_in_the_future_when_it_is_later_than_the_reception() -> None:
    received = MIDNIGHT + timedelta(seconds=2)
    found = facts(("AVAILABLE", received), ("AVAILABLE", received + timedelta(milliseconds=1)), ("AVAILABLE", None))
    assert found["future_stamp_count"] == 1
    assert found["newest_source_updated_at"] == received, "a stamp from the future hides a feed that stands still"


def test_a_poll_without_any_stamp_has_no_newest_one() -> None:
    found = facts((None, None))
    assert (found["newest_source_updated_at"], found["fresh_ratio"], found["future_stamp_count"]) == (None, 0.0, 0)
