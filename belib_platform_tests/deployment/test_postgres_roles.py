"""Roles of PostgreSQL against a real server: each can do its work and nothing else."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from dagster._daemon.types import DaemonHeartbeat
from psycopg import errors
from pydantic import SecretStr

from belib_platform.contracts.mart import StationAvailabilityHourly
from belib_platform.dagster_internals.observation import observe_dagster
from belib_platform.local.urls import Urls
from belib_platform.monitoring.postgres import observe_postgres
from belib_platform.simulator.paris import Paris
from belib_platform.simulator.server import serving
from belib_platform.warehouse.database_url import on_same_server, with_user
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.dagster_storage import instance_at
from belib_platform_tests.deployment.least_rights import Roles, rows
from belib_platform_tests.end_to_end.platform import new_platform, today


def test_the_writer_makes_the_schema_and_the_reader_reads_every_table_of_it(roles: Roles) -> None:
    with closing(Warehouse(roles.writer)) as warehouse:
        warehouse.require(StationAvailabilityHourly)
    listed = rows(
        roles.reader,
        "SELECT format('%I.%I', table_schema, table_name) FROM information_schema.tables "
        "WHERE table_schema IN ('clean', 'mart')",
    )
    assert len(listed) > 10
    for (table,) in listed:
        rows(roles.reader, f"SELECT count(*) FROM {table}")


@pytest.mark.family
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM clean.poll",
        "DROP TABLE clean.poll",
        "CREATE TABLE clean.mine (x int)",
        "CREATE TABLE public.mine (x int)",
        "CREATE TEMP TABLE mine (x int)",
        "CREATE SCHEMA mine",
    ],
)
def test_the_reader_cannot_write_even_when_it_says_it_wants_to(roles: Roles, statement: str) -> None:
    with closing(Warehouse(roles.writer)) as warehouse:
        warehouse.require(StationAvailabilityHourly)
    with pytest.raises(errors.ReadOnlySqlTransaction):
        rows(roles.reader, statement)
    with psycopg.connect(roles.reader) as connection:
        connection.execute("SET TRANSACTION READ WRITE")
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute(statement)  # type: ignore[call-overload]


def test_the_user_of_metrics_sees_what_metrics_need_and_no_more(roles: Roles, tmp_path: Path) -> None:
    with closing(Warehouse(roles.writer)) as warehouse:
        warehouse.require(StationAvailabilityHourly)
    with instance_at(roles.dagster, tmp_path / "dagster") as instance:
        instance.add_daemon_heartbeat(DaemonHeartbeat(datetime.now(UTC).timestamp(), "SENSOR", "a"))
    observed = {table.name: (table.row_count, table.bytes) for table in observe_postgres(roles.metrics).tables}
    [[size]] = rows(roles.writer, "SELECT pg_total_relation_size('mart.station_availability_hourly')")
    assert size > 0
    assert observed["station_availability_hourly"] == (None, size)
    assert observe_dagster(on_same_server(roles.metrics, roles.databases[1])).newest_heartbeat is not None
    with pytest.raises(errors.InsufficientPrivilege):
        rows(roles.metrics, "SELECT count(*) FROM mart.city_daily")
    with psycopg.connect(on_same_server(roles.metrics, roles.databases[1])) as connection:
        connection.execute("SET TRANSACTION READ WRITE")
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute("DELETE FROM runs")


def test_each_is_shut_out_of_the_others_database(roles: Roles) -> None:
    belib, dagster = roles.databases
    for user, database in ((roles.writer, dagster), (roles.reader, dagster), (roles.dagster, belib)):
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            rows(on_same_server(user, database), "SELECT 1")


def test_none_may_make_users_or_databases(roles: Roles) -> None:
    for user in (roles.writer, roles.reader, roles.dagster):
        with psycopg.connect(user, autocommit=True) as connection:
            for statement in ("CREATE ROLE mine", "CREATE DATABASE mine"):
                with pytest.raises((errors.InsufficientPrivilege, errors.ReadOnlySqlTransaction)):
                    connection.execute(statement)


def test_making_them_again_changes_a_password_and_keeps_what_is_there(roles: Roles) -> None:
    rows(roles.writer, "CREATE TABLE clean.kept AS SELECT 1 AS x")
    roles.make(password="another")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        rows(roles.reader, "SELECT 1")
    changed = with_user(roles.reader, roles.names[1], SecretStr("another"))
    assert rows(changed, "SELECT x FROM clean.kept") == [(1,)]


def test_a_poll_goes_through_as_the_writer(roles: Roles, stores: Urls, monkeypatch: pytest.MonkeyPatch) -> None:
    paris = Paris.draw(1, first_day=today(), days=2, stations=4)
    with new_platform(stores) as platform, serving(paris) as server:
        monkeypatch.setenv("BELIB_OPENDATASOFT_URL", server.url)
        monkeypatch.setenv("BELIB_POSTGRES_URL", roles.writer)
        platform.run("belib_five_minutely", datetime.now(UTC).date())
    assert rows(roles.reader, "SELECT count(*) FROM clean.charge_point") == [(len(paris.city),)]
