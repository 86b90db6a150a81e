"""Through PgBouncer in transaction mode: writers, metrics and Dagster share sessions, and leave nothing in them."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import dagster as dg
import psycopg
import pytest
from psycopg import sql

from belib_platform.contracts.clean import ChargePointStatus
from belib_platform.dagster_internals.event_log import census, prune
from belib_platform.dagster_internals.instance import open_instance
from belib_platform.dagster_internals.noise import Retention
from belib_platform.dagster_internals.observation import observe_dagster
from belib_platform.dagster_internals.storage import event_log_url, output_remover
from belib_platform.local.errors import StoresError
from belib_platform.local.stores import stores as joined
from belib_platform.local.urls import Urls, storage_url
from belib_platform.monitoring.postgres import observe_postgres
from belib_platform.warehouse.connecting import connect
from belib_platform.warehouse.database_url import on_same_server
from belib_platform.warehouse.partition import write_partitions
from belib_platform.warehouse.schema import drop_changed, ensure_schema
from belib_platform.warehouse.warehouse import Table, Warehouse
from belib_platform_tests.dagster_internals import busy
from belib_platform_tests.pgbouncer import SESSIONS, needs_pgbouncer, pooled
from belib_platform_tests.warehouse.daily_windows import DAY, days, partition, runs
from belib_platform_tests.warehouse.settings import settings_of

pytestmark = [pytest.mark.slow, needs_pgbouncer]

TURNS = 5

LEFT = """
SELECT 'setting ' || name FROM pg_settings
WHERE source = 'session'
  AND lower(name) NOT IN ('client_encoding', 'timezone', 'datestyle', 'standard_conforming_strings', 'application_name')
  AND name NOT LIKE 'transaction%'
UNION ALL SELECT 'prepared ' || name FROM pg_prepared_statements
UNION ALL SELECT 'cursor ' || name FROM pg_cursors WHERE name <> ''
UNION ALL SELECT 'advisory lock' FROM pg_locks WHERE locktype = 'advisory'
UNION ALL SELECT 'temporary ' || relname FROM pg_class WHERE relpersistence = 't'
"""
"""What outlives a transaction, but for the settings that PgBouncer gives each client back."""

IDLE = """
SELECT 'transaction of ' || application_name FROM pg_stat_activity
WHERE datname = current_database() AND state LIKE 'idle in transaction%' AND pid <> pg_backend_pid()
"""


@pytest.fixture
def pooler(postgres_url: str) -> Iterator[str]:
    """URL of an empty database by way of a pooler."""
    with pooled(postgres_url) as url:
        yield url


def left_in_sessions(url: str) -> set[str]:
    """What is left in any of the pooler's sessions of the URL's database."""
    connections = [psycopg.connect(url, prepare_threshold=None) for _ in range(SESSIONS)]
    try:
        looks = [connections[0].execute(IDLE)]  # before the others hold a transaction, each in a session of its own
        looks += [connection.execute(LEFT) for connection in connections]
        return {row[0] for look in looks for row in look}
    finally:
        for connection in connections:
            connection.close()


def write(house: Warehouse, day: date, status: str) -> None:
    own = Table(house, ChargePointStatus)
    write_partitions(house, own.contract, [partition(own, day, runs(day, 50, status), status)], "a run")


def test_writers_readers_and_metrics_take_turns_in_the_same_sessions(pooler: str) -> None:
    def work(number: int) -> None:
        day = DAY + timedelta(days=number)
        with closing(Warehouse(pooler)) as house:
            for turn in range(TURNS):
                write(house, day, "CHARGING" if turn % 2 else "AVAILABLE")
                assert len(days(house)[day]) == 50

    def observe(_: int) -> None:
        for _turn in range(3 * TURNS):
            observe_postgres(pooler)

    with ThreadPoolExecutor(2 * SESSIONS) as threads:
        for done in [*(threads.submit(work, n) for n in range(SESSIONS)), threads.submit(observe, 0)]:
            done.result()
    assert left_in_sessions(pooler) == set()
    with closing(Warehouse(pooler)) as house:
        assert {day: set(statuses) for day, statuses in days(house).items()} == {
            DAY + timedelta(days=n): {"AVAILABLE"} for n in range(SESSIONS)
        }


def test_between_transactions_no_session_is_held(pooler: str) -> None:
    """More warehouses than sessions, all open, each having read and written."""
    houses = [Warehouse(pooler) for _ in range(3 * SESSIONS)]
    try:
        for number, house in enumerate(houses):
            write(house, DAY + timedelta(days=number), "UNKNOWN")
            assert house.notes(ChargePointStatus)
        assert left_in_sessions(pooler) == set()
    finally:
        for house in houses:
            house.close()


def test_what_is_done_alone_is_alone_through_the_pooler_too(pooler: str) -> None:
    inside: list[int] = []

    def alone(number: int) -> None:
        with closing(Warehouse(pooler)) as house, house.alone("an_index"):
            inside.append(number)
            assert house.query("SELECT 1 AS one FROM pg_sleep(0.02)").height == 1
            assert inside.pop() == number
            assert inside == []

    assert ensure_schema(pooler) == []
    with ThreadPoolExecutor(SESSIONS - 1) as threads:
        list(threads.map(alone, range(3 * SESSIONS)))
    assert left_in_sessions(pooler) == set()


def test_a_writer_writes_in_sessions_that_others_made_read_only(pooler: str) -> None:
    """As the metrics of earlier versions did."""
    assert ensure_schema(pooler) == []
    for _ in range(2 * SESSIONS):
        with psycopg.connect(pooler, autocommit=True) as connection:
            connection.execute("SET default_transaction_read_only = on")
            connection.execute("SET default_transaction_isolation = 'serializable'")
    with closing(Warehouse(pooler)) as house:
        for turn in range(SESSIONS):
            write(house, DAY, "CHARGING" if turn % 2 else "AVAILABLE")
    assert drop_changed(pooler) == []


def test_dagsters_storage_lives_behind_the_pooler(dagster_url: str, tmp_path: Path) -> None:
    """Also with the connections that the webserver and `belib` hold open, whose timeout stays in the sessions."""
    with pooled(dagster_url) as url, pytest.MonkeyPatch.context() as patch:
        (tmp_path / "dagster.yaml").write_text(
            "storage: {postgres: {postgres_url: {env: BELIB_DAGSTER_STORAGE}}}\ntelemetry: {enabled: false}\n",
            encoding="utf-8",
        )
        patch.setenv("BELIB_DAGSTER_STORAGE", storage_url(url))
        patch.setenv("DAGSTER_HOME", str(tmp_path))
        with open_instance() as instance, dg.DagsterInstance.get() as another:
            for n, held in enumerate((instance, another)):
                run_id = busy.run(held, f"2025-01-0{n + 1}")
                assert another.get_run_by_id(run_id) is not None
            assert {run.status for run in instance.get_runs()} == {dg.DagsterRunStatus.SUCCESS}
            busy.age(url, run_id, days=8)
            seen = observe_dagster(url)
            assert len(seen.ended) == 2
            assert [check.state for check in seen.checks] == ["passed"]
            assert sum(count.noise_rows for count in census(event_log_url(instance), Retention.of_days(7)))
            forget = output_remover(instance)
            done = prune(event_log_url(instance), Retention.of_days(7), budget_s=60, forget_output=forget)
            assert done.is_complete
            assert done.rows
        assert left_in_sessions(url) <= {"setting statement_timeout"}


def test_dagsters_timeouts_do_not_end_what_the_warehouse_does(pooler: str) -> None:
    for _ in range(2 * SESSIONS):
        with psycopg.connect(pooler, autocommit=True) as connection:
            connection.execute("SET statement_timeout = 300")
    with closing(Warehouse(pooler)) as house:
        for _ in range(SESSIONS):
            assert house.query("SELECT 1 AS one FROM pg_sleep(0.4)").height == 1


def test_the_database_of_dagsters_storage_is_made_through_the_pooler(stores: Urls, tmp_path: Path) -> None:
    """Beside the warehouse, as without one, in a database of which nothing is known before."""
    with psycopg.connect(stores.postgres, autocommit=True) as owner, pooled(stores.postgres) as url:
        database = f"dagster_{uuid4().hex}"
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("belib_platform.local.stores.DAGSTER", database)
            try:
                for _ in range(2):
                    with joined(settings_of(stores, url, tmp_path)) as urls:
                        assert urls.dagster_postgres == on_same_server(url, database)
                        with connect(urls.dagster_postgres) as connection:
                            assert connection.info.dbname == database
            finally:
                name = sql.Identifier(database)
                owner.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))


def test_a_database_that_the_pooler_does_not_serve_is_named_with_what_to_set(stores: Urls, tmp_path: Path) -> None:
    with pooled(stores.postgres, databases=urlsplit(stores.postgres).path.strip("/")) as url:
        said = (
            r"Dagster's storage cannot be reached: .* A connection pooler must .* BELIB_DAGSTER_URL sets another one\.$"
        )
        with pytest.raises(StoresError, match=said), joined(settings_of(stores, url, tmp_path)):
            pass
