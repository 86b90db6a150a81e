"""The forecast of an evening is made once, of what was known then, and judged when its date is over."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import polars as pl
import pytest

from belib_platform.checks.bike_tomorrow import CHECKS
from belib_platform.checks.draft import Draft
from belib_platform.contracts.bikes.mart import BikeAvailabilityHourly, BikeTomorrow, BikeTomorrowSkill
from belib_platform.raw.store import RawStore
from belib_platform.transforms.bike_tomorrow import issued_at
from belib_platform.warehouse.bike_tomorrow import BIKE_TOMORROW, stale_evenings
from belib_platform.warehouse.bike_tomorrow_skill import BIKE_TOMORROW_SKILL, stale_skill_dates
from belib_platform.warehouse.partition import Partition, write_partitions
from belib_platform.warehouse.warehouse import Table, Warehouse
from belib_platform_tests.transforms.bike_hours import hour, mart
from belib_platform_tests.warehouse.bike_days import keep, keep_forecast
from belib_platform_tests.warehouse.days import inputs
from belib_platform_tests.warehouse.simulated_pages import at

DAY = date(2025, 7, 14)
TARGET = DAY + timedelta(days=1)
WEEKS = 3
LONG_AFTER = datetime(2025, 9, 1, tzinfo=UTC)
STATIONS = ("1001", "1002")

[ALL_PARTS, KNOWN_THEN] = CHECKS


def keep_hours(warehouse: Warehouse, day: date, no_bike_s: int = 900) -> None:
    """These are the hours of both stations on a UTC day."""
    hours = [hour(at(day, n), code, no_bike_s=no_bike_s) for n, code in product(range(24), STATIONS)]
    keep(warehouse, BikeAvailabilityHourly, day, mart(hours))


def keep_history(warehouse: Warehouse, evening: date) -> None:
    """Hours of three weeks before an evening, and what the weather was said to be then."""
    for back in range(1, 7 * WEEKS + 2):
        keep_hours(warehouse, evening - timedelta(days=back))
    keep_forecast(warehouse, at(evening, 12))


def make(store: RawStore, house: Warehouse, day: date, now: datetime, *, full_refresh: bool = False) -> Partition:
    made = BIKE_TOMORROW.make(inputs(store, house, now), day, full_refresh=full_refresh)
    write_partitions(house, BikeTomorrow, [made], f"run at {now}")
    return made


@pytest.fixture
def rows(warehouse: Warehouse) -> Table:
    return Table(warehouse, BikeTomorrow)


def test_an_evening_is_forecast_once_it_has_come(store: RawStore, warehouse: Warehouse, rows: Table) -> None:
    keep_history(warehouse, DAY)
    assert make(store, warehouse, DAY, issued_at(DAY) - timedelta(seconds=1)).row_count == 0
    assert make(store, warehouse, DAY, issued_at(DAY)).row_count == 2 * 4
    told = rows.rows()
    assert told.unique("station_code")["station_code"].sort().to_list() == list(STATIONS)
    assert set(told.select("issued_at", "target_date").rows()) == {(issued_at(DAY), TARGET)}
    assert set(told.select("no_bike_ratio", "no_dock_ratio", "date_count").rows()) == {(0.25, 0.0, WEEKS)}
    draft = Draft(
        BIKE_TOMORROW, inputs(store, warehouse), [BIKE_TOMORROW.make(inputs(store, warehouse), DAY, full_refresh=True)]
    )
    assert ALL_PARTS.judge(draft).passed
    assert KNOWN_THEN.judge(draft).passed


def test_what_is_learned_later_changes_nothing(store: RawStore, warehouse: Warehouse, rows: Table) -> None:
    keep_history(warehouse, DAY)
    make(store, warehouse, DAY, issued_at(DAY))
    told = rows.rows()
    assert make(store, warehouse, DAY, issued_at(DAY) + timedelta(minutes=5)).frame is None, "nothing is new"
    for day in (DAY, TARGET):
        keep_hours(warehouse, day, no_bike_s=3600)
        keep_forecast(warehouse, at(day, 18))
    make(store, warehouse, DAY, LONG_AFTER, full_refresh=True)
    assert rows.rows().sort("station_code", "part").equals(told.sort("station_code", "part"))


def test_what_was_told_in_time_stays_and_what_was_made_too_late_follows_its_hours(
    store: RawStore, warehouse: Warehouse, rows: Table
) -> None:
    """The first evening is that of tomorrow: whatever the clock says now, it is before the date after it."""
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    for evening, stays in ((tomorrow, True), (DAY, False)):
        keep_history(warehouse, evening)
        make(store, warehouse, evening, issued_at(evening))
        keep_hours(warehouse, evening - timedelta(days=6), no_bike_s=3600)
        again = make(store, warehouse, evening, issued_at(evening) + timedelta(hours=20))
        assert (again.frame is None) == stays
        assert (rows.rows(evening)["no_bike_ratio"].max() == 0.25) == stays
    made = make(store, warehouse, tomorrow, issued_at(tomorrow), full_refresh=True)
    assert made.frame is not None, "who asks for it gets it made again"


def test_evenings_without_a_forecast_are_found(store: RawStore, warehouse: Warehouse) -> None:
    assert stale_evenings(warehouse, LONG_AFTER.date()) == []
    keep_history(warehouse, DAY)
    first, last = DAY - timedelta(days=7 * WEEKS), DAY + timedelta(days=6)
    evenings = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    assert stale_evenings(warehouse, LONG_AFTER.date()) == evenings
    assert stale_evenings(warehouse, DAY) == [day for day in evenings if day < DAY]
    for day in evenings:
        make(store, warehouse, day, LONG_AFTER)
    assert stale_evenings(warehouse, LONG_AFTER.date()) == []
    keep_hours(warehouse, DAY, no_bike_s=0)
    after = [day for day in evenings if day > DAY]
    assert stale_evenings(warehouse, DAY + timedelta(days=7)) == after, "each that reads the hours of that day"


def test_a_date_is_judged_once_it_is_over(store: RawStore, warehouse: Warehouse) -> None:
    keep_history(warehouse, DAY)
    make(store, warehouse, DAY, issued_at(DAY))
    for day in (DAY, TARGET):
        keep_hours(warehouse, day, no_bike_s=1800)
    skill = Table(warehouse, BikeTomorrowSkill)

    def judge(now: datetime) -> Partition:
        made = BIKE_TOMORROW_SKILL.make(inputs(store, warehouse, now), TARGET)
        write_partitions(warehouse, BikeTomorrowSkill, [made], f"run at {now}")
        return made

    assert judge(at(TARGET, 23)).row_count == 0
    assert stale_skill_dates(warehouse, LONG_AFTER.date()) == [TARGET]
    assert judge(LONG_AFTER).row_count == 4 * 2
    assert stale_skill_dates(warehouse, LONG_AFTER.date()) == []
    assert judge(LONG_AFTER).frame is None
    bikes = skill.rows().filter(pl.col("lacking") == "bike")
    columns = ("station_count", "observed_share", "forecast_share", "squared_error", "last_week_squared_error")
    assert set(bikes.select(columns).rows()) == {(2, 0.5, 0.25, 0.0625, 0.0625)}
    assert not bikes["is_better_than_climatology"].any()
    keep_hours(warehouse, TARGET, no_bike_s=900)
    assert stale_skill_dates(warehouse, LONG_AFTER.date()) == [TARGET]


def test_the_check_finds_a_part_and_a_station_too_few(store: RawStore, warehouse: Warehouse) -> None:
    keep_history(warehouse, DAY)
    made = make(store, warehouse, DAY, LONG_AFTER)
    assert made.frame is not None
    late = made.frame.with_columns(pl.col("issued_at").alias("weather_available_at") + timedelta(seconds=1))
    for frame, is_whole, is_known in (
        (made.frame, True, True),
        (made.frame.slice(1), False, True),
        (made.frame.filter(pl.col("station_code") == "1001"), False, True),
        (late, True, False),
    ):
        altered = Partition(key=made.key, found=None, plan=made.plan, frame=frame)
        draft = Draft(BIKE_TOMORROW, inputs(store, warehouse), [altered])
        assert (ALL_PARTS.judge(draft).passed, KNOWN_THEN.judge(draft).passed) == (is_whole, is_known)


def test_without_bikes_there_is_nothing(store: RawStore, warehouse: Warehouse) -> None:
    keep_forecast(warehouse, at(DAY, 12))
    assert make(store, warehouse, DAY, LONG_AFTER).row_count == 0
    assert make(store, warehouse, DAY, LONG_AFTER).frame is None
    assert BIKE_TOMORROW_SKILL.make(inputs(store, warehouse, LONG_AFTER), TARGET).row_count == 0
    assert stale_evenings(warehouse, LONG_AFTER.date()) == stale_skill_dates(warehouse, LONG_AFTER.date()) == []
    nothing = BIKE_TOMORROW.make(inputs(store, warehouse, LONG_AFTER), DAY, full_refresh=True)
    assert ALL_PARTS.judge(Draft(BIKE_TOMORROW, inputs(store, warehouse), [nothing])).passed
