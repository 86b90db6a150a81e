"""What each store is found to hold and to gain, over real servers."""

import os
from datetime import UTC, date, datetime, timedelta

import dagster as dg
import psycopg
import pytest

from belib_platform.dagster_internals.log_size import dagster_growth
from belib_platform.dagster_internals.noise import NOISE, Retention
from belib_platform.monitoring.growth.archived import archive_growth
from belib_platform.monitoring.growth.growth import Growth
from belib_platform.monitoring.growth.indices import index_growth
from belib_platform.monitoring.growth.raw import raw_growth
from belib_platform.monitoring.growth.tables import table_growth
from belib_platform.raw.archive.archive import Archive, archive_day
from belib_platform.raw.store import RawStore
from belib_platform.search.availability import load_days
from belib_platform.search.client import Search
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.dagster_internals import busy
from belib_platform_tests.dagster_internals.test_event_log import pruned
from belib_platform_tests.raw.archive.days import keep_day
from belib_platform_tests.raw.made_pages import NOON, response
from belib_platform_tests.search.made_mart import hours_of, write_hours, write_stations

TODAY = date(2025, 6, 10)
DAY = timedelta(days=1)


def named(growths: list[Growth], name: str) -> Growth:
    return next(growth for growth in growths if growth.name == name)


def test_raw_grows_by_what_its_closed_days_brought(store: RawStore) -> None:
    today = NOON.date() + 3 * DAY
    for days, count in ((0, 2), (1, 4), (3, 50), (-30, 9)):
        for n in range(count):
            at = NOON + days * DAY + n * timedelta(minutes=5)
            store.keep("raw_belib", [response(os.urandom(20_000), at, record_count=1)])
    found = list(raw_growth(store.database, today))
    responses, ledger = named(found, "raw_belib"), named(found, "poll_attempt")
    assert (responses.rows, responses.rows_per_day) == (65, 3.0)
    assert (ledger.rows, ledger.rows_per_day) == (65, 3.0)
    assert responses.bytes is not None
    assert responses.bytes_per_day is not None
    assert 65 * 20_000 < responses.bytes < 65 * 40_000
    assert 3 * 20_000 < responses.bytes_per_day < 3 * 40_000


def test_a_raw_layer_without_anything_has_no_figures(store: RawStore) -> None:
    assert list(raw_growth(store.database, TODAY)) == []


def test_tables_grow_by_the_rows_noted_of_closed_days(warehouse: Warehouse, postgres_url: str) -> None:
    write_stations(warehouse, count=4)
    for days, stations in ((1, 2), (3, 4), (0, 9), (40, 5)):
        write_hours(warehouse, TODAY - days * DAY, hours_of(TODAY - days * DAY, stations, hours=3))
    with psycopg.connect(postgres_url) as connection:
        found = list(table_growth(connection, TODAY))
        (size,) = connection.execute(
            "SELECT pg_total_relation_size('mart.station_availability_hourly')"
        ).fetchone() or (0,)
    hours = named(found, "station_availability_hourly")
    assert (hours.rows, hours.bytes, hours.rows_per_day) == (60, size, 9.0)
    assert hours.bytes_per_day == pytest.approx(9 * size / 60)
    assert (named(found, "station").rows, named(found, "station").rows_per_day) == (4, None)
    assert named(found, "written_window").rows_per_day == 1
    assert {growth.name for growth in found} >= {"poll", "rejected_record", "city_daily", "charge_point_status"}


def test_a_database_without_our_tables_has_no_figures(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        assert list(table_growth(connection, TODAY)) == []
        assert list(dagster_growth(connection, datetime.now(UTC))) == []


def test_dagsters_log_grows_by_what_pruning_leaves(instance: dg.DagsterInstance, dagster_url: str) -> None:
    runs = [busy.run(instance) for _ in range(3)]
    for run_id, days in zip(runs, (6, 2, 1), strict=True):
        busy.age(dagster_url, run_id, days)
    counts = [busy.types(dagster_url, run_id) for run_id in runs]
    kept = sum(rows for types in counts for kind, rows in types.items() if kind not in NOISE)

    def measured() -> list[Growth]:
        with psycopg.connect(dagster_url) as connection:
            connection.execute("ANALYZE")  # the server counts rows when it finds time, perhaps half-way through
            return list(dagster_growth(connection, datetime.now(UTC)))

    before = measured()
    log, checks = named(before, "event_logs"), named(before, "asset_check_executions")
    assert log.rows == sum(sum(types.values()) for types in counts)
    assert log.rows_per_day == pytest.approx(kept / 6, rel=0.01)
    assert log.bytes_per_day is not None
    assert 500 * kept / 6 < log.bytes_per_day < 5_000 * kept / 6
    assert checks.rows_per_day == pytest.approx(3 / 6, rel=0.01)
    assert named(before, "runs").rows == 3
    assert pruned(instance, Retention.of_days(1)).rows
    assert named(measured(), "event_logs").rows_per_day == pytest.approx(kept / 6, rel=0.01)


def test_a_pace_of_dagsters_log_is_that_of_the_week_not_of_the_years(
    instance: dg.DagsterInstance, dagster_url: str
) -> None:
    for days in (400, 30, 8, 3):
        busy.age(dagster_url, busy.run(instance), days)
    with psycopg.connect(dagster_url) as connection:
        found = list(dagster_growth(connection, datetime.now(UTC)))
    # all of the run before the week but its start, and the run within: that of the year before is not counted
    assert named(found, "runs").rows_per_day == pytest.approx(1 / 7)


def test_before_a_day_is_over_no_pace_of_dagsters_log_is_known(instance: dg.DagsterInstance, dagster_url: str) -> None:
    busy.run(instance)
    with psycopg.connect(dagster_url) as connection:
        found = list(dagster_growth(connection, datetime.now(UTC)))
    assert named(found, "event_logs").rows_per_day is None


@pytest.fixture
def indexed(search: Search, warehouse: Warehouse) -> Search:
    """Two closed days, of six and of twelve documents, on a server that keeps everything."""
    search.__dict__["kept_days"] = None
    write_stations(warehouse)
    days = {TODAY - DAY: 2, TODAY - 3 * DAY: 4, TODAY - 60 * DAY: 1}
    for day, stations in days.items():
        write_hours(warehouse, day, hours_of(day, stations, hours=3))
    load_days(search, warehouse, days)
    return search


def test_the_index_grows_by_the_documents_of_closed_days(indexed: Search) -> None:
    found = named(list(index_growth(indexed, TODAY)), f"{indexed.prefix}belib_availability")
    assert (found.rows, found.rows_per_day) == (21, 9.0)
    assert found.bytes is not None
    assert found.bytes_per_day == pytest.approx(9 * found.bytes / 21)


def test_the_server_in_memory_keeps_what_it_keeps_and_has_no_pace(indexed: Search) -> None:
    del indexed.__dict__["kept_days"]
    found = list(index_growth(indexed, TODAY))
    assert [growth.rows_per_day for growth in found] == [None] * 3
    assert [growth.rows for growth in found] == [21, 0, 0]


def test_looking_makes_no_index(search: Search) -> None:
    search.__dict__["kept_days"] = None
    assert [growth.rows for growth in index_growth(search, TODAY)] == [0, 0, 0]
    assert list(search.client.indices.get(index=f"{search.prefix}*")) == []


def test_the_archive_grows_by_the_files_of_closed_days(store: RawStore, archive: Archive) -> None:
    days = [NOON.date() - n * DAY for n in (0, 1, 40)]
    sizes = {}
    for day, count in zip(days, (3, 9, 3), strict=True):
        keep_day(store, day, count)
        entry = archive_day(archive, store, day)
        assert entry
        sizes[day] = entry.bytes
    found = archive_growth(archive, NOON.date() + DAY)
    assert (found.rows, found.bytes, found.rows_per_day) == (3, sum(sizes.values()), 1.0)
    assert found.bytes_per_day == (sizes[days[0]] + sizes[days[1]]) / 2
