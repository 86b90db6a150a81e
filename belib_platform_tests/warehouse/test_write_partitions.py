"""Windows are replaced whole, noted, and read back as they were."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from belib_platform.contracts.clean import (
    ChargePoint,
    ChargePointStatus,
    RejectedRecord,
    WeatherForecast,
    WriteLock,
    WrittenWindow,
)
from belib_platform.contracts.contract import Contract, name, partition_column
from belib_platform.contracts.tables import TABLES
from belib_platform.warehouse.partition import ConcurrentWriteError, write_partitions
from belib_platform.warehouse.warehouse import Table, Warehouse
from belib_platform_tests.warehouse.daily_windows import (
    DAY,
    days,
    midnight,
    partition,
    rejects,
    rows_of_every_type,
    runs,
)

BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)
MADE = [contract for contract in TABLES if contract not in (RejectedRecord, WriteLock, WrittenWindow)]


@pytest.fixture
def status(warehouse: Warehouse) -> Table:
    return Table(warehouse, ChargePointStatus)


def write(own: Table, *partitions: object, run: str = "run") -> int:
    return write_partitions(own.warehouse, own.contract, list(partitions), run)  # type: ignore[arg-type]


def held_rejects(house: Warehouse) -> list[str]:
    return sorted(house.read(RejectedRecord)["page_id"])


@pytest.mark.family
@pytest.mark.parametrize("contract", MADE, ids=name)
def test_rows_come_back_as_they_were(warehouse: Warehouse, contract: type[Contract]) -> None:
    own, rows = Table(warehouse, contract), rows_of_every_type(contract)
    key = DAY if partition_column(contract) else None
    assert write(own, partition(own, key, rows)) == 1
    by_key = contract.primary_key()
    for back in (own.rows(), own.rows(key)):
        assert_frame_equal(back.sort(by_key), rows.sort(by_key))


def test_a_day_is_replaced_to_the_millisecond_and_its_neighbours_stay(status: Table) -> None:
    last = 24 - 1 / 3_600_000
    for day in (BEFORE, DAY, AFTER):
        both = pl.concat([runs(day, 1, hour=0), runs(day, 1, hour=last)])
        write(status, partition(status, day, both))
    write(status, partition(status, DAY, runs(DAY, 2, "UNKNOWN", hour=last)))
    kept = ["AVAILABLE"] * 2
    assert days(status.warehouse) == {BEFORE: kept, DAY: ["UNKNOWN"] * 2, AFTER: kept}
    assert status.rows(DAY).height == 2
    assert status.rows(BEFORE, DAY)["first_seen_at"].max() == midnight(DAY) + timedelta(hours=last)


def test_the_note_says_what_was_written(status: Table) -> None:
    start = datetime.now(UTC) - timedelta(milliseconds=1)
    made = partition(status, DAY, runs(DAY, 3), rejects=rejects(DAY, "p1", "p2"))
    write(status, made, run="run 7")
    [note] = status.warehouse.read(WrittenWindow).rows(named=True)
    assert start <= note.pop("written_at") <= datetime.now(UTC)
    assert note == {
        "asset": "charge_point_status",
        "window_key": "2025-03-29",
        "fingerprint": made.plan.fingerprint,
        "settled_count": 3,
        "settled": made.plan.settled,
        "row_count": 3,
        "rejected_count": 2,
        "run_id": "run 7",
        "revised_at": None,
    }


def test_a_revision_is_noted_until_the_next_one(status: Table) -> None:
    def revised_at() -> datetime | None:
        note = status.note(DAY)
        assert note is not None
        return note.revised_at

    write(status, partition(status, DAY, runs(DAY)), run="first")
    grown = partition(status, DAY, runs(DAY, 4))
    write(status, grown, run="more")
    assert revised_at() is None
    start = datetime.now(UTC) - timedelta(milliseconds=1)
    other = partition(status, DAY, runs(DAY))
    write(status, replace(other, plan=replace(other.plan, is_revision=True)), run="other inputs")
    first = revised_at()
    assert first is not None
    assert start <= first <= datetime.now(UTC)
    write(status, partition(status, DAY, runs(DAY, 4)), run="grown")
    assert revised_at() == first
    repaired = partition(status, DAY, runs(DAY))
    write(status, replace(repaired, differing=runs(DAY).head(1)), run="repaired")
    assert (revised_at() or first) > first


def test_a_window_without_rows_of_its_own_is_not_written(status: Table) -> None:
    write(status, partition(status, DAY, runs(DAY)), run="first")
    assert write(status, partition(status, DAY, None), run="second") == 0
    note = status.note(DAY)
    assert note is not None
    assert (note.run_id, note.row_count) == ("first", 3)


def test_a_window_that_has_become_empty_is_emptied_and_noted(status: Table) -> None:
    write(status, partition(status, DAY, runs(DAY), rejects=rejects(DAY, "p1")))
    write(status, partition(status, DAY, runs(DAY).clear()))
    note = status.note(DAY)
    assert note is not None
    assert (note.row_count, note.rejected_count, days(status.warehouse)) == (0, 0, {})
    assert held_rejects(status.warehouse) == []


def test_days_of_a_range_are_written_together_or_not_at_all(status: Table) -> None:
    range_of_days = [partition(status, day, runs(day, status="UNKNOWN")) for day in (BEFORE, DAY, AFTER)]
    write(status, partition(status, AFTER, runs(AFTER)), run="another")
    with pytest.raises(ConcurrentWriteError, match=r"^clean.charge_point_status 2025-03-30 was written by another run"):
        write(status, *range_of_days)
    assert days(status.warehouse) == {AFTER: ["AVAILABLE"] * 3}
    assert status.note(DAY) is None
    assert write(status, *(partition(status, day, runs(day, 1, "UNKNOWN")) for day in (BEFORE, DAY, AFTER))) == 3
    assert days(status.warehouse) == {day: ["UNKNOWN"] for day in (BEFORE, DAY, AFTER)}


def test_a_row_that_the_table_refuses_costs_no_earlier_row(status: Table) -> None:
    write(status, partition(status, DAY, runs(DAY), rejects=rejects(DAY, "p1")))
    note = status.note(DAY)
    twice = pl.concat([runs(DAY, 1), runs(DAY, 1)])
    with pytest.raises(Exception, match="charge_point_status_pkey"):
        write(status, partition(status, DAY, twice, "abcd", rejects=rejects(DAY, "p2")))
    assert (status.note(DAY), days(status.warehouse)) == (note, {DAY: ["AVAILABLE"] * 3})
    assert held_rejects(status.warehouse) == ["p1"]
    assert write(status, partition(status, DAY, runs(DAY, 1))) == 1, "the connection heals"


def test_a_table_without_days_is_replaced_whole(warehouse: Warehouse) -> None:
    own, rows = Table(warehouse, ChargePoint), rows_of_every_type(ChargePoint)
    write(own, partition(own, None, rows))
    write(own, partition(own, None, rows.head(2)))
    assert own.rows().height == 2
    assert [note.window_key for note in warehouse.notes(ChargePoint).values()] == ["all"]


def test_rejects_of_appended_pages_join_those_of_the_day(status: Table) -> None:
    write(status, partition(status, DAY, runs(DAY), rejects=rejects(DAY, "p1", "p2")))
    appended = partition(status, DAY, runs(DAY), rejects=rejects(DAY, "p2", "p3"), refolded_responses=["p2", "p3"])
    write(status, appended)
    assert held_rejects(status.warehouse) == ["p1", "p2", "p3"]
    note = status.note(DAY)
    assert note is not None
    assert note.rejected_count == 3


def test_rejects_of_a_refolded_day_replace_those_of_that_day_and_table_alone(status: Table) -> None:
    for day in (BEFORE, DAY):
        write(status, partition(status, day, runs(day), rejects=rejects(day, f"of {day}")))
    weather = Table(status.warehouse, WeatherForecast)
    theirs = rejects(DAY, "theirs").with_columns(asset=pl.lit("weather_forecast"))
    write(weather, partition(weather, DAY, WeatherForecast.create_empty(), rejects=theirs))
    write(status, partition(status, DAY, runs(DAY), rejects=rejects(DAY, "new")))
    assert held_rejects(status.warehouse) == ["new", f"of {BEFORE}", "theirs"]
