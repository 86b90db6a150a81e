"""What a role that only reads cannot do to a server, and what SECURITY.md says that it still can."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import psycopg
import pytest
from psycopg import errors, sql

from belib_platform.local.reader_url import reader_url
from belib_platform.local.stores import stores as local_stores
from belib_platform.local.urls import Urls
from belib_platform.warehouse import public_rights
from belib_platform.warehouse.database_url import on_same_server
from belib_platform.warehouse.reader_role import BOUNDS, READERS_AT_ONCE, ensure_reader, is_ensured
from belib_platform_tests.deployment.least_rights import Roles, roles_on, rows
from belib_platform_tests.local.homes import new_home

FUNCTIONS = """
SELECT oid::regprocedure::text, proname, proargtypes::regtype[]::text[] FROM pg_proc
WHERE pronamespace = 'pg_catalog'::regnamespace AND proname ~ %s
"""

FILLING = "^(lo_.*|loread|lowrite|pg_logical_emit_message|pg_export_snapshot|pg_(try_)?advisory_.*)$"


@pytest.fixture(scope="module")
def made(stores: Urls) -> Iterator[Roles]:
    """Users as containers have them, and every table."""
    with roles_on(stores, with_tables=True) as roles:
        yield roles


@contextmanager
def willing(url: str) -> Iterator[psycopg.Connection]:
    """A session of a role that wants to write."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET default_transaction_read_only = off")
        yield connection


def callable_by(url: str, admin: str) -> list[str]:
    """The functions that fill disk or shared memory, and that the user can call; each is tried."""
    with psycopg.connect(admin) as connection:
        found = connection.execute(FUNCTIONS, [FILLING]).fetchall()
    assert len(found) > 40
    can = []
    with willing(url) as connection:
        for signature, name, types in found:
            # no constants: the planner answers for a function that is given a null which it sees
            nulls = ", ".join(f"CASE WHEN g > 1 THEN NULL::{of_type} END" for of_type in types)
            try:
                connection.execute(f"SELECT {name}({nulls}) FROM generate_series(1, 1) AS g")
            except errors.InsufficientPrivilege as error:
                assert "permission denied for function" in str(error)  # noqa: PT017
            else:
                can.append(signature)
    return can


def test_no_function_that_fills_disk_or_shared_memory_can_be_called(made: Roles) -> None:
    for url in (made.reader, made.metrics, on_same_server(made.metrics, made.databases[1])):
        assert callable_by(url, made.admin) == []
    assert callable_by(made.writer, made.admin) != []


def test_the_owner_of_a_database_can_still_call_them(made: Roles) -> None:
    for url in (made.writer, made.dagster):
        with psycopg.connect(url) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(1), lo_unlink(lo_create(0))")


def test_no_other_database_lets_the_reader_in(made: Roles) -> None:
    databases = [str(name) for (name,) in rows(made.admin, "SELECT datname FROM pg_database")]
    assert {"postgres", "template1", *made.databases} <= set(databases)
    for database in databases:
        if database != made.databases[0]:
            with pytest.raises(psycopg.OperationalError, match=r"permission denied|not currently accepting"):
                psycopg.connect(on_same_server(made.reader, database))


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mart.x (x int)",
        "CREATE FUNCTION public.x() RETURNS int LANGUAGE sql RETURN 1",
        "CREATE EXTENSION dblink",
        "CREATE PUBLICATION x FOR ALL TABLES",
        "COPY mart.city_daily TO '/tmp/belib'",
        "COPY mart.city_daily TO PROGRAM 'true'",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT pg_ls_dir('/')",
        "SELECT pg_switch_wal()",
        "SELECT pg_reload_conf()",
        "SELECT pg_create_physical_replication_slot('x')",
        "SELECT pg_stat_reset()",
        "SELECT rolpassword FROM pg_authid",
        "SELECT * FROM mart.city_daily FOR UPDATE",
        "BEGIN; LOCK TABLE mart.city_daily IN SHARE MODE",
        "ALTER ROLE CURRENT_USER CONNECTION LIMIT -1",
        "ALTER ROLE CURRENT_USER SUPERUSER",
        *(f"SET {name} = -1" for name in BOUNDS if name.endswith("limit")),
        *(f"ALTER ROLE CURRENT_USER SET {name} = DEFAULT" for name in BOUNDS),
        "SET log_min_messages = debug5",
        "SET session_replication_role = replica",
    ],
)
def test_the_server_refuses(made: Roles, statement: str) -> None:
    with willing(made.reader) as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute(statement)  # type: ignore[call-overload]


def test_neither_the_writer_s_sessions_nor_their_queries_are_the_readers(made: Roles) -> None:
    with psycopg.connect(made.writer, autocommit=True) as writer, willing(made.reader) as reader:
        pid = writer.info.backend_pid
        with pytest.raises(errors.InsufficientPrivilege):
            reader.execute("SELECT pg_terminate_backend(%s)", [pid])
        seen = reader.execute("SELECT query, state FROM pg_stat_activity WHERE pid = %s", [pid]).fetchone()
        assert seen == ("<insufficient privilege>", None)


def test_readers_of_one_role_can_end_each_other_as_is_said(made: Roles) -> None:
    with psycopg.connect(made.reader) as other, willing(made.reader) as reader:
        pid = other.info.backend_pid
        assert reader.execute("SELECT pg_terminate_backend(%s, 10000)", [pid]).fetchone() == (True,)
        other.close()


def test_a_transaction_cannot_outlive_its_session(made: Roles) -> None:
    with willing(made.reader) as connection:
        connection.execute("BEGIN")
        with pytest.raises(errors.ObjectNotInPrerequisiteState):
            connection.execute("PREPARE TRANSACTION 'x'")


def test_only_so_many_read_at_once(made: Roles) -> None:
    with ExitStack() as open_ones:
        for _ in range(READERS_AT_ONCE):
            open_ones.enter_context(psycopg.connect(made.reader))
        with pytest.raises(psycopg.OperationalError, match="too many connections for role"):
            psycopg.connect(made.reader)


def test_what_a_query_writes_to_disk_is_bounded(made: Roles) -> None:
    with willing(made.reader) as connection:
        assert connection.execute("SHOW temp_file_limit").fetchone() == ("1GB",)
    name = sql.Identifier(made.names[1])
    with psycopg.connect(made.admin, autocommit=True) as admin:
        admin.execute(sql.SQL("ALTER ROLE {} SET temp_file_limit = '1MB'").format(name))
    with willing(made.reader) as connection, pytest.raises(errors.ConfigurationLimitExceeded):
        connection.execute(
            "SELECT count(DISTINCT g) FROM (SELECT g FROM generate_series(1, 1000000) AS g ORDER BY -g) AS x"
        )
    made.make()


@pytest.mark.family
@pytest.mark.parametrize(
    "statement",
    [
        "SET statement_timeout = 0",
        "SET work_mem = '1GB'",
        "ALTER ROLE CURRENT_USER SET statement_timeout = 0",
        "ALTER ROLE CURRENT_USER PASSWORD 'another'",
        "NOTIFY x, 'y'",
        "BEGIN; LOCK TABLE mart.city_daily IN ACCESS SHARE MODE; ROLLBACK",
        "SELECT rolname FROM pg_roles",
    ],
)
def test_what_is_said_that_a_reader_still_can(made: Roles, statement: str) -> None:
    with willing(made.reader) as connection:
        connection.execute(statement)  # type: ignore[call-overload]
    made.make()


def changed(roles: Roles) -> list[str]:
    """Statements that make the reader other than it is to be."""
    role, database = sql.Identifier(roles.names[1]), sql.Identifier(roles.databases[0])
    statements = [
        "ALTER ROLE {} PASSWORD 'another'",
        "ALTER ROLE {} SET statement_timeout = 0",
        "ALTER ROLE {} RESET temp_file_limit",
        "ALTER ROLE {} IN DATABASE {} SET search_path = public",
        "ALTER ROLE {} SUPERUSER",
        "ALTER ROLE {} CONNECTION LIMIT 1000",
        "REVOKE SELECT ON mart.city_daily FROM {}",
        "REVOKE USAGE ON SCHEMA mart FROM {}",
        "GRANT CONNECT ON DATABASE postgres TO PUBLIC",
        "GRANT EXECUTE ON FUNCTION lo_create(oid) TO PUBLIC",
    ]
    return [
        sql.SQL(statement).format(*[role, database][: statement.count("{}")]).as_string() for statement in statements
    ]


def test_whatever_was_changed_is_seen_and_set_back(made: Roles) -> None:
    assert is_ensured(made.reader)
    for statement in changed(made):
        rows(on_same_server(made.admin, made.databases[0]), statement)
        assert not is_ensured(made.reader), statement
        ensure_reader(made.admin, writer=made.names[0], reader=made.reader)
        assert is_ensured(made.reader), statement


def test_the_home_s_own_server_shuts_its_reader_in_as_well() -> None:
    with new_home() as settings, local_stores(settings) as urls, reader_url(settings) as url:
        assert callable_by(url, urls.postgres) == []
        for database in ("postgres", "template1", "dagster"):
            with pytest.raises(psycopg.OperationalError, match="permission denied"):
                psycopg.connect(on_same_server(url, database))


def test_a_database_that_is_dropped_in_the_meantime_costs_nothing(made: Roles, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = f"SELECT 'dropped_meanwhile', true UNION ALL ({public_rights.DATABASES})"
    monkeypatch.setattr(public_rights, "DATABASES", listed)
    public_rights.close_to_public(made.admin)
    assert is_ensured(made.reader)


def test_a_database_whose_sessions_somebody_ends_is_closed_all_the_same(made: Roles) -> None:
    ended = threading.Event()

    def end_the_first() -> None:
        with psycopg.connect(made.admin, autocommit=True) as connection:
            while not ended.is_set():
                found = connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [made.databases[1]]
                )
                if found.rowcount:
                    ended.set()

    ending = threading.Thread(target=end_the_first)
    ending.start()
    while not ended.is_set():
        public_rights.close_to_public(made.admin)
    ending.join()
    public_rights.close_to_public(made.admin)
    assert callable_by(on_same_server(made.reader, made.databases[0]), made.admin) == []
