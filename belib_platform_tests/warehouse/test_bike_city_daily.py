"""A date of all bike stations follows the two UTC days of hours it is made of."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from belib_platform.checks.bike_city_daily import CHECKS
from belib_platform.checks.draft import Draft
from belib_platform.contracts.bikes.mart import BikeAvailabilityHourly, BikeCityDaily
from belib_platform.raw.store import RawStore
from belib_platform.transforms.bike_city import SUMMED
from belib_platform.warehouse.bike_city_daily import BIKE_CITY_DAILY, BIKE_CITY_DATES
from belib_platform.warehouse.partition import ConcurrentWriteError, Partition, write_partitions
from belib_platform.warehouse.warehouse import Table, Warehouse
from belib_platform_tests.transforms.bike_runs import bike_run
from belib_platform_tests.warehouse.bike_days import keep_runs, keep_stations, make_hours
from belib_platform_tests.warehouse.days import inputs
from belib_platform_tests.warehouse.simulated_pages import at

DAY = date(2025, 7, 13)
NEXT, AFTER = DAY + timedelta(days=1), DAY + timedelta(days=2)
OVER = datetime.combine(DAY + timedelta(days=9), time(), UTC)

[ADDS_UP] = CHECKS


@pytest.fixture
def own(warehouse: Warehouse) -> Table:
    return Table(warehouse, BikeCityDaily)


@pytest.fixture
def hours(store: RawStore, warehouse: Warehouse) -> Table:
    """The hours of two stations on two days, one of which nothing is known of and which gives away a bike."""
    keep_stations(warehouse, {"16107": "75116"})
    for day in (DAY, NEXT):
        fewer = bike_run("42207", at(day, 5) + timedelta(minutes=5), ebike=2)
        keep_runs(warehouse, day, [bike_run("16107", at(day, 23)), bike_run("42207", at(day, 5)), fewer])
        make_hours(store, warehouse, day)
    return Table(warehouse, BikeAvailabilityHourly)


def partition(store: RawStore, own: Table, day: date) -> Partition:
    return BIKE_CITY_DATES.partition(inputs(store, own.warehouse, OVER), day)


def make(store: RawStore, own: Table, day: date) -> None:
    write_partitions(own.warehouse, BikeCityDaily, [partition(store, own, day)], "dates")


def test_dates_have_the_hours_of_two_utc_days_and_follow_them(store: RawStore, hours: Table, own: Table) -> None:
    assert BIKE_CITY_DATES.stale_days(own.warehouse, OVER.date()) == [DAY, NEXT, AFTER]
    for day in (DAY, NEXT, AFTER):
        make(store, own, day)
    assert own.rows().select("local_date", "area", "hours_in_mart").sort("local_date", "area").rows() == [
        (day, area, number) for day, number in ((DAY, 22), (NEXT, 24), (AFTER, 2)) for area in ("75116", "unknown")
    ]
    assert own.rows().select(SUMMED).sum().rows() == hours.rows().select(SUMMED).sum().rows()
    assert own.rows()["out_lower"].sum() == 2
    assert BIKE_CITY_DATES.stale_days(own.warehouse, OVER.date()) == []
    keep_runs(own.warehouse, DAY, [bike_run("16107", at(DAY, 22))])
    make_hours(store, own.warehouse, DAY, "later")
    assert BIKE_CITY_DATES.stale_days(own.warehouse, OVER.date()) == [DAY, NEXT]


def test_without_bikes_there_are_no_dates(store: RawStore, own: Table) -> None:
    make_hours(store, own.warehouse, DAY)
    assert BIKE_CITY_DATES.stale_days(own.warehouse, OVER.date()) == []
    made = partition(store, own, DAY)
    assert made.frame is not None
    assert made.frame.is_empty()
    assert ADDS_UP.judge(Draft(BIKE_CITY_DAILY, inputs(store, own.warehouse, OVER), [made])).passed


@pytest.mark.family
@pytest.mark.parametrize("column", ["open_s", "no_ebike_s", "out_lower"])
def test_the_check_finds_one_too_many_and_a_row_too_few(store: RawStore, hours: Table, own: Table, column: str) -> None:
    made = partition(store, own, NEXT)
    assert made.frame is not None
    one_more = made.frame.with_columns(made.frame[column] + 1)
    for frame, passes in ((made.frame, True), (one_more, False), (made.frame.head(1), False)):
        altered = Partition(key=made.key, found=made.found, plan=made.plan, frame=frame)
        draft = Draft(BIKE_CITY_DAILY, inputs(store, own.warehouse, OVER), [altered])
        assert ADDS_UP.judge(draft).passed is passes


def test_hours_written_while_they_were_added_up_are_read_again(store: RawStore, hours: Table, own: Table) -> None:
    made = partition(store, own, NEXT)
    keep_runs(own.warehouse, DAY, [])
    make_hours(store, own.warehouse, DAY, "later")
    with pytest.raises(ConcurrentWriteError, match=f"hours of {NEXT} were written by another run"):
        ADDS_UP.judge(Draft(BIKE_CITY_DAILY, inputs(store, own.warehouse, OVER), [made]))
