"""Hours of bike stations follow the runs, attributes and forecasts that they are made of; without, there are none."""

from datetime import UTC, date, datetime, timedelta

import pytest

from belib_platform.checks.bike_availability_hourly import CHECKS
from belib_platform.checks.contract_kept import ROWS_KEEP_THEIR_CONTRACT
from belib_platform.checks.draft import Draft
from belib_platform.contracts.bikes.mart import BikeAvailabilityHourly
from belib_platform.raw.store import RawStore
from belib_platform.warehouse.bike_availability_hourly import BIKE_AVAILABILITY_HOURLY, BIKE_HOURS
from belib_platform.warehouse.partition import Partition
from belib_platform.warehouse.warehouse import Table, Warehouse
from belib_platform_tests.transforms.bike_runs import bike_run
from belib_platform_tests.warehouse.bike_days import keep_forecast, keep_runs, keep_stations, make_hours
from belib_platform_tests.warehouse.days import inputs
from belib_platform_tests.warehouse.simulated_pages import at

DAY = date(2025, 3, 29)
DAYS = [DAY + timedelta(days=n) for n in range(4)]
LAST = DAYS[-1] + timedelta(days=1)

UNFINISHED = datetime.now(UTC).date() + timedelta(days=1)
"""A day that is not over, even when the clock strikes midnight during a test."""


@pytest.fixture
def mart(warehouse: Warehouse) -> Table:
    return Table(warehouse, BikeAvailabilityHourly)


@pytest.fixture
def four_days(store: RawStore, warehouse: Warehouse, mart: Table) -> list[date]:
    """One known station, seen at five on four days, made."""
    keep_stations(warehouse, {"16107": "75116"})
    for day in DAYS:
        keep_runs(warehouse, day, [bike_run("16107", at(day, 5))])
        make_hours(store, mart.warehouse, day)
    return DAYS


def partition(store: RawStore, mart: Table, day: date) -> Partition:
    return BIKE_HOURS.partition(inputs(store, mart.warehouse), day)


def test_a_day_has_its_runs_where_the_stations_are(store: RawStore, mart: Table, four_days: list[date]) -> None:
    rows = mart.rows(DAY)
    assert rows.select("station_code", "insee_code", "capacity").unique().rows() == [("16107", "75116", 30)]
    assert rows["hour_at"].sort().to_list() == [at(DAY, n) for n in range(24)]
    assert rows["open_s"].sum() == 450
    assert BIKE_HOURS.stale_days(mart.warehouse, LAST) == []
    assert partition(store, mart, DAY).plan.action == "nothing"


def test_runs_that_changed_make_their_day_stale(store: RawStore, mart: Table, four_days: list[date]) -> None:
    keep_runs(mart.warehouse, DAYS[1], [bike_run("16107", at(DAYS[1], 5), is_renting=False)])
    assert BIKE_HOURS.stale_days(mart.warehouse, LAST) == [DAYS[1]]
    assert BIKE_HOURS.stale_days(mart.warehouse, DAYS[1]) == []
    make_hours(store, mart.warehouse, DAYS[1])
    assert mart.rows(DAYS[1])["closed_s"].sum() == 450
    assert BIKE_HOURS.stale_days(mart.warehouse, LAST) == []


def test_only_days_with_runs_of_a_station_follow_what_is_learned_of_it(
    store: RawStore, mart: Table, four_days: list[date]
) -> None:
    keep_runs(mart.warehouse, DAY, [bike_run("16107", at(DAY, 5)), bike_run("42207", at(DAY, 5))])
    make_hours(store, mart.warehouse, DAY)
    assert set(mart.rows(DAY).select("station_code", "insee_code").rows()) == {("16107", "75116"), ("42207", None)}
    keep_stations(mart.warehouse, {"16107": "75116", "42207": "92012", "1001": "75101"})
    assert BIKE_HOURS.stale_days(mart.warehouse, LAST) == [DAY]
    make_hours(store, mart.warehouse, DAY)
    assert set(mart.rows(DAY)["insee_code"]) == {"75116", "92012"}
    assert BIKE_HOURS.stale_days(mart.warehouse, LAST) == []
    keep_stations(mart.warehouse, {"16107": None, "42207": "92012"})
    assert BIKE_HOURS.stale_days(mart.warehouse, LAST) == four_days


def test_a_name_alone_makes_no_day_stale(mart: Table, four_days: list[date]) -> None:
    with mart.warehouse.transaction(is_writing=True) as cursor:
        cursor.execute("UPDATE clean.bike_station SET station_name = 'Nation'")
    assert BIKE_HOURS.stale_days(mart.warehouse, LAST) == []
    with mart.warehouse.transaction(is_writing=True) as cursor:
        cursor.execute("UPDATE clean.bike_station SET capacity = 31")
    assert BIKE_HOURS.stale_days(mart.warehouse, LAST) == four_days


def test_a_forecast_that_came_later_makes_three_days_stale(store: RawStore, mart: Table, four_days: list[date]) -> None:
    keep_forecast(mart.warehouse, at(DAY, 5))
    assert BIKE_HOURS.stale_days(mart.warehouse, LAST) == DAYS[:3]
    for day in DAYS[:3]:
        make_hours(store, mart.warehouse, day)
    known = mart.rows().filter(weather_provider="open_meteo")
    assert known.select("hour_at", "temperature_c").rows() == [(at(DAY, 5), 7.0)]


def test_of_a_day_that_is_not_over_only_hours_a_poll_has_followed_are_closed(
    store: RawStore, warehouse: Warehouse, mart: Table
) -> None:
    runs = [bike_run("16107", at(UNFINISHED, hour)) for hour in (0.5, 2.5)]
    keep_runs(warehouse, UNFINISHED, runs)
    assert make_hours(store, mart.warehouse, UNFINISHED).row_count == 2
    keep_runs(warehouse, UNFINISHED, [*runs, bike_run("16107", at(UNFINISHED, 3.1))])
    made = make_hours(store, mart.warehouse, UNFINISHED)
    assert made.held is not None, "only what differs is written"
    assert mart.rows()["hour_at"].to_list() == [at(UNFINISHED, n) for n in range(3)]


def test_a_home_without_bikes_has_no_rows_no_stale_days_and_no_false_check(
    store: RawStore, warehouse: Warehouse, mart: Table
) -> None:
    for day in (DAY, UNFINISHED):
        made = make_hours(store, mart.warehouse, day)
        assert made.frame is not None
        assert made.frame.is_empty()
        draft = Draft(BIKE_AVAILABILITY_HOURLY, inputs(store, warehouse), [made])
        assert all(check.judge(draft).passed for check in (ROWS_KEEP_THEIR_CONTRACT, *CHECKS))
        assert partition(store, mart, day).plan.action == "nothing"
    assert BIKE_HOURS.stale_days(warehouse, UNFINISHED) == []


@pytest.mark.family
@pytest.mark.parametrize(
    ("spoil", "broken"),
    [
        ("open_s = open_s + 1", {"rows_keep_their_contract", "seconds_of_an_hour_add_up"}),
        (
            "weather_available_at = hour_at + interval '1 s'",
            {"rows_keep_their_contract", "weather_was_known_at_that_hour"},
        ),
        ("station_code = '1001'", {"every_station_has_all_hours"}),
    ],
)
def test_a_spoiled_row_is_found(
    store: RawStore, mart: Table, four_days: list[date], spoil: str, broken: set[str]
) -> None:
    with mart.warehouse.transaction(is_writing=True) as cursor:
        cursor.execute(f"UPDATE mart.bike_availability_hourly SET {spoil} WHERE hour_at = '{at(DAY, 5)}'")
    made = partition(store, mart, DAY)
    draft = Draft(
        BIKE_AVAILABILITY_HOURLY,
        inputs(store, mart.warehouse),
        [Partition(key=made.key, found=made.found, plan=made.plan, frame=mart.rows(DAY))],
    )
    checks = (ROWS_KEEP_THEIR_CONTRACT, *CHECKS)
    assert {check.name for check in checks if not check.judge(draft).passed} == broken
