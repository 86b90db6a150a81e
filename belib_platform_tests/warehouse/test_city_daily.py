"""A date of the city follows the two UTC days of the mart it is made of."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from belib_platform.checks.city_daily import CHECKS
from belib_platform.checks.draft import Draft
from belib_platform.contracts.mart import SECONDS, CityDaily, StationAvailabilityHourly
from belib_platform.raw.store import RawStore
from belib_platform.sources.belib_realtime import BELIB
from belib_platform.warehouse.city_daily import CITY_DAILY, CITY_DATES
from belib_platform.warehouse.partition import ConcurrentWriteError, Partition, write_partitions
from belib_platform.warehouse.warehouse import Table, Warehouse
from belib_platform_tests.raw.made_pages import response
from belib_platform_tests.sources.portal_records import live
from belib_platform_tests.warehouse.days import inputs, refresh
from belib_platform_tests.warehouse.simulated_pages import at

DAY = date(2025, 7, 13)
NEXT, AFTER = DAY + timedelta(days=1), DAY + timedelta(days=2)
OVER = datetime.combine(DAY + timedelta(days=9), time(), UTC)

[ADDS_UP] = CHECKS


@pytest.fixture
def mart(store: RawStore, warehouse: Warehouse) -> Table:
    """The hours of one point, seen at five on two days."""
    for day in (DAY, NEXT):
        store.keep(BELIB.collection, [response([live(0)], at(day, 5))])
        refresh(store, warehouse, day)
    return Table(warehouse, StationAvailabilityHourly)


@pytest.fixture
def own(warehouse: Warehouse) -> Table:
    return Table(warehouse, CityDaily)


def partition(store: RawStore, own: Table, day: date, now: datetime = OVER) -> Partition:
    return CITY_DATES.partition(inputs(store, own.warehouse, now), day)


def make(store: RawStore, own: Table, day: date, now: datetime = OVER) -> Partition:
    made = partition(store, own, day, now)
    write_partitions(own.warehouse, CityDaily, [made], "city")
    return made


def poll_late(store: RawStore, warehouse: Warehouse, day: date) -> None:
    """A response nobody had comes into a day, which is made again."""
    store.keep(BELIB.collection, [response([live(0)], at(day, 23))])
    refresh(store, warehouse, day, run="later")


def test_a_date_has_the_hours_of_two_utc_days(store: RawStore, mart: Table, own: Table) -> None:
    for day in (DAY, NEXT, AFTER):
        make(store, own, day)
    rows = own.rows().sort("local_date")
    assert rows["local_date"].to_list() == [DAY, NEXT, AFTER]
    assert rows["hours_in_mart"].to_list() == [22, 24, 2], "summer time begins the date at 22:00 UTC"
    assert rows["is_public_holiday"].to_list() == [False, True, False]
    for column in SECONDS:
        assert rows[column].sum() == mart.rows()[column].sum()


def test_a_date_is_written_once_its_utc_day_is_over_and_before_that_noted_as_empty(
    store: RawStore, mart: Table, own: Table
) -> None:
    before_midnight = datetime.combine(NEXT, time(23, 59), UTC)
    early = make(store, own, NEXT, before_midnight)
    assert early.frame is not None
    assert early.frame.is_empty()
    note = own.note(NEXT)
    assert note is not None
    assert note.row_count == 0
    assert partition(store, own, NEXT, before_midnight).plan.action == "nothing"
    assert CITY_DATES.stale_days(own.warehouse, before_midnight.date()) == [DAY]
    assert CITY_DATES.stale_days(own.warehouse, AFTER) == [DAY, NEXT]
    assert make(store, own, NEXT, before_midnight + timedelta(minutes=1)).row_count == 1


def test_a_mart_day_made_again_makes_its_date_and_the_next_one_stale(
    store: RawStore, warehouse: Warehouse, mart: Table, own: Table
) -> None:
    assert CITY_DATES.stale_days(own.warehouse, OVER.date()) == [DAY, NEXT, AFTER]
    for day in (DAY, NEXT, AFTER):
        make(store, own, day)
    assert CITY_DATES.stale_days(own.warehouse, OVER.date()) == []
    poll_late(store, warehouse, DAY)
    assert CITY_DATES.stale_days(own.warehouse, OVER.date()) == [DAY, NEXT]
    for day in (DAY, NEXT):
        assert make(store, own, day).frame is not None
    assert CITY_DATES.stale_days(own.warehouse, OVER.date()) == []
    assert partition(store, own, DAY).plan.action == "nothing"


def test_a_day_healed_from_the_same_pages_reaches_both_dates(
    store: RawStore, warehouse: Warehouse, mart: Table, own: Table
) -> None:
    for day in (DAY, NEXT, AFTER):
        make(store, own, day)
    fingerprint = mart.fingerprint(DAY)
    refresh(store, warehouse, DAY, full_refresh=True, run="healing")
    assert mart.fingerprint(DAY) == fingerprint
    assert CITY_DATES.stale_days(own.warehouse, OVER.date()) == [DAY, NEXT]


def test_days_without_hours_are_nobodys_dates(store: RawStore, warehouse: Warehouse, own: Table) -> None:
    refresh(store, warehouse, DAY)
    assert CITY_DATES.stale_days(own.warehouse, OVER.date()) == []


def test_the_check_finds_a_second_too_many_and_a_row_too_few(store: RawStore, mart: Table, own: Table) -> None:
    made = partition(store, own, NEXT)
    assert made.frame is not None
    for frame, passes in (
        (made.frame, True),
        (made.frame.with_columns(available_s=made.frame["available_s"] + 1), False),
        (made.frame.clear(), False),
    ):
        altered = Partition(key=made.key, found=made.found, plan=made.plan, frame=frame)
        draft = Draft(CITY_DAILY, inputs(store, own.warehouse, OVER), [altered])
        assert ADDS_UP.judge(draft).passed is passes


def test_a_mart_written_while_it_was_added_up_is_read_again(
    store: RawStore, warehouse: Warehouse, mart: Table, own: Table
) -> None:
    made = partition(store, own, NEXT)
    poll_late(store, warehouse, DAY)
    with pytest.raises(ConcurrentWriteError, match=f"hours of {NEXT} were written by another run"):
        ADDS_UP.judge(Draft(CITY_DAILY, inputs(store, warehouse, OVER), [made]))
