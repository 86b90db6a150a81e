"""A mart day is stale once what it was computed from has changed."""

from datetime import UTC, date, datetime, timedelta

import pytest

from belib_platform.contracts.clean import ChargePointStatus, Poll
from belib_platform.contracts.mart import SECONDS, StationAvailabilityHourly
from belib_platform.raw.store import RawStore
from belib_platform.simulator.paris import Paris
from belib_platform.sources.belib_realtime import BELIB
from belib_platform.sources.belib_static import BELIB_STATIC
from belib_platform.sources.open_meteo import OPEN_METEO
from belib_platform.warehouse.hourly_mart import closed_hours
from belib_platform.warehouse.station_availability_hourly import STATION_HOURS
from belib_platform.warehouse.warehouse import Table, Warehouse
from belib_platform_tests.raw.made_pages import response
from belib_platform_tests.sources.portal_records import live
from belib_platform_tests.warehouse.days import MADE, refresh, run
from belib_platform_tests.warehouse.simulated_pages import answered, at, polls

DAY = date(2025, 3, 29)
DAYS = [DAY + timedelta(days=n) for n in range(4)]

UNFINISHED = datetime.now(UTC).date() + timedelta(days=1)
"""A day that is not over, even when the clock strikes midnight during a test."""


@pytest.fixture(scope="module")
def paris() -> Paris:
    return Paris.draw(7, first_day=DAY, days=4, stations=6)


@pytest.fixture
def mart(warehouse: Warehouse) -> Table:
    return Table(warehouse, StationAvailabilityHourly)


@pytest.fixture
def two_days(store: RawStore, warehouse: Warehouse, paris: Paris) -> list[date]:
    """Two days of live responses alone, made."""
    for day in DAYS[:2]:
        store.keep(BELIB.collection, polls(paris, BELIB, iter([at(day, 5), at(day, 5.1)])))
        refresh(store, warehouse, day)
    return DAYS[:2]


def powers(mart: Table, day: date) -> set[float]:
    return set(mart.rows(day)["power_kw"])


def test_a_power_learned_later_makes_older_days_stale_until_they_are_made_again(
    store: RawStore, warehouse: Warehouse, paris: Paris, two_days: list[date], mart: Table
) -> None:
    assert powers(mart, DAY) == {0.0}
    edition = answered(BELIB_STATIC, paris.static_body(DAYS[2]), at(DAYS[2], 1))
    store.keep(BELIB_STATIC.collection, [edition])
    refresh(store, warehouse, DAYS[2])
    assert STATION_HOURS.stale_days(mart.warehouse, DAYS[2]) == two_days
    assert STATION_HOURS.stale_days(mart.warehouse, DAYS[1]) == two_days[:1]
    for day in two_days:
        refresh(store, warehouse, day)
    assert STATION_HOURS.stale_days(mart.warehouse, DAYS[2]) == []
    known = {point.power_kw for point in paris.live}
    assert powers(mart, DAY) - {0.0} <= known
    assert len(powers(mart, DAY) - {0.0}) > 0


def test_a_station_renamed_later_makes_older_days_stale(store: RawStore, warehouse: Warehouse, mart: Table) -> None:
    point = live(0)["id_pdc"]
    store.keep(BELIB.collection, [response([live(0)], at(DAY, 5))])
    refresh(store, warehouse, DAY)
    assert set(mart.rows()["station_id"]) == {"FR*V75*PPX10*11"}
    static = [{"id_pdc_local": point, "id_station_local": "FR*V75*BPX10*11"}]
    edition = response(static, at(DAYS[1], 1), source="belib_static")
    store.keep(BELIB_STATIC.collection, [edition])
    refresh(store, warehouse, DAYS[1])
    assert STATION_HOURS.stale_days(mart.warehouse, DAYS[1]) == [DAY]
    refresh(store, warehouse, DAY)
    assert set(mart.rows()["station_id"]) == {"FR*V75*BPX10*11"}


def test_an_address_alone_makes_no_day_stale(store: RawStore, warehouse: Warehouse, mart: Table) -> None:
    store.keep(BELIB.collection, [response([live(0)], at(DAY, 5))])
    refresh(store, warehouse, DAY)
    moved = live(0, adresse_station="38 Rue la Boétie 75008 Paris")
    store.keep(BELIB.collection, [response([moved], at(DAYS[1], 5))])
    refresh(store, warehouse, DAYS[1])
    assert STATION_HOURS.stale_days(mart.warehouse, DAYS[2]) == []


def test_a_forecast_imported_later_makes_three_days_stale(
    store: RawStore, warehouse: Warehouse, paris: Paris, mart: Table
) -> None:
    for day in DAYS:
        store.keep(BELIB.collection, polls(paris, BELIB, iter([at(day, 5)])))
        refresh(store, warehouse, day)
    forecast = answered(OPEN_METEO, paris.forecast_body(at(DAY, 4)), at(DAY, 4))
    store.keep(OPEN_METEO.collection, [forecast])
    refresh(store, warehouse, DAY)
    assert STATION_HOURS.stale_days(mart.warehouse, DAYS[3]) == DAYS[1:3]
    for day in DAYS[1:3]:
        refresh(store, warehouse, day)
    known = mart.rows().filter(weather_provider="open_meteo")
    assert (known["hour_at"].min(), known["hour_at"].max()) == (at(DAY, 4), at(DAYS[2], 4))


@pytest.mark.family
@pytest.mark.parametrize(("hour", "closed"), [(0.2, 0), (0.999, 0), (1.0, 1), (2.5, 2), (23.99, 23)])
def test_of_a_day_that_is_not_over_only_hours_a_poll_has_followed_are_closed(
    store: RawStore, warehouse: Warehouse, mart: Table, hour: float, closed: int
) -> None:
    store.keep(BELIB.collection, [response([live(0)], at(UNFINISHED, h)) for h in (0.1, hour)])
    refresh(store, warehouse, UNFINISHED)
    assert mart.rows()["hour_at"].to_list() == [at(UNFINISHED, h) for h in range(closed)]
    runs = Table(warehouse, ChargePointStatus).rows()
    assert closed_hours(UNFINISHED, runs) == closed
    assert closed_hours(UNFINISHED, runs.clear()) == 0
    assert closed_hours(DAY, runs.clear()) == 24


@pytest.mark.slow
def test_each_poll_after_the_full_hour_closes_it_and_its_seconds_add_up(
    store: RawStore, warehouse: Warehouse, mart: Table
) -> None:
    actions = []
    for minutes in range(2, 135, 10):
        store.keep(BELIB.collection, [response([live(0), live(1)], at(UNFINISHED, minutes / 60))])
        actions.append(refresh(store, warehouse, UNFINISHED)["station_availability_hourly"].plan.action)
    hours = mart.rows().sort("hour_at")
    assert hours["hour_at"].to_list() == [at(UNFINISHED, 0), at(UNFINISHED, 1)]
    assert hours["available_s"].to_list() == [7200, 7200]
    assert sum(hours[column].sum() for column in SECONDS) == 2 * 2 * 3600
    assert "nothing" not in actions, "each poll may change a past hour of its day"


def test_a_point_of_which_only_a_status_could_be_read_has_its_station_and_follows_what_is_learned_of_it(
    store: RawStore, warehouse: Warehouse, mart: Table
) -> None:
    store.keep(BELIB.collection, [response([live(0)], at(DAY, 5))])
    without_attributes = [ChargePointStatus, Poll, StationAvailabilityHourly]
    run(store, warehouse, [DAY], without_attributes)
    hours = mart.rows(DAY)
    assert set(hours.select("station_id", "power_kw", "arrondissement", "point_count").rows()) == {
        ("FR*V75*PPX10*11", 0.0, None, 1)
    }
    edition = [{"id_pdc_local": live(0)["id_pdc"], "puissance_nominale": "7"}]
    store.keep(BELIB_STATIC.collection, [response(edition, at(DAYS[1], 1), source="belib_static")])
    run(store, warehouse, [DAYS[1]])
    assert STATION_HOURS.stale_days(mart.warehouse, DAYS[2]) == [DAY]
    run(store, warehouse, [DAY], [StationAvailabilityHourly])
    assert powers(mart, DAY) == {7.0}
    assert STATION_HOURS.stale_days(mart.warehouse, DAYS[2]) == []


@pytest.mark.family
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"power_kw": None, "arrondissement": 7}, {"power_kw": 7.0, "arrondissement": None}),
        ({"station_id": "a|7", "power_kw": None}, {"station_id": "a", "power_kw": 7.0}),
        ({"station_id": "a,b"}, {"station_id": "a"}),
        ({"arrondissement": 1}, {"arrondissement": None}),
    ],
)
def test_attributes_that_differ_never_look_alike(
    store: RawStore, warehouse: Warehouse, one: dict[str, object], other: dict[str, object]
) -> None:
    store.keep(BELIB.collection, [response([live(0)], at(DAY, 5))])
    refresh(store, warehouse, DAY)
    inputs = []
    for known in (one, other):
        columns = ", ".join(f"{column} = ${n}" for n, column in enumerate(known, start=1))
        with warehouse.transaction() as cursor:
            cursor.execute(f"UPDATE clean.charge_point SET {columns}", list(known.values()))
        inputs.append(STATION_HOURS.made_from(warehouse, DAY, DAY)[DAY])
    assert inputs[0] != inputs[1]


def test_a_day_whose_run_ended_before_the_mart_is_stale(
    store: RawStore, warehouse: Warehouse, two_days: list[date], mart: Table
) -> None:
    store.keep(BELIB.collection, [response([live(0)], at(DAYS[2], 5))])
    run(store, warehouse, [DAYS[2]], MADE[:3])
    assert STATION_HOURS.stale_days(mart.warehouse, DAYS[3]) == [DAYS[2]]
    run(store, warehouse, [DAYS[2]])
    assert STATION_HOURS.stale_days(mart.warehouse, DAYS[3]) == []


def test_a_day_that_is_not_over_is_stale_where_its_points_changed(
    store: RawStore, warehouse: Warehouse, mart: Table
) -> None:
    store.keep(BELIB.collection, [response([live(0)], at(UNFINISHED, hour)) for hour in (0.1, 2.2)])
    run(store, warehouse, [UNFINISHED], MADE)
    after = UNFINISHED + timedelta(days=1)
    assert STATION_HOURS.stale_days(mart.warehouse, after) == []
    edition = [{"id_pdc_local": live(0)["id_pdc"], "puissance_nominale": "22"}]
    store.keep(BELIB_STATIC.collection, [response(edition, at(DAY, 1), source="belib_static")])
    run(store, warehouse, [DAY], MADE)
    assert STATION_HOURS.stale_days(mart.warehouse, after) == [UNFINISHED]
    run(store, warehouse, [UNFINISHED], MADE)
    assert (STATION_HOURS.stale_days(mart.warehouse, after), powers(mart, UNFINISHED)) == ([], {22.0})


def test_a_day_of_whose_runs_nothing_is_noted_keeps_its_rows(
    store: RawStore, warehouse: Warehouse, two_days: list[date], mart: Table
) -> None:
    """Its clean tables were lost; made again from nothing it would be lost, too."""
    with warehouse.transaction() as cursor:
        cursor.execute("DELETE FROM clean.written_window WHERE asset = 'charge_point_status'")
    assert STATION_HOURS.stale_days(mart.warehouse, DAYS[2]) == []
