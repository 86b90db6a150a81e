"""Roles of PostgreSQL: who writes the warehouse, who only reads it, and Dagster; each is shut out of the rest."""

from urllib.parse import unquote, urlsplit

import psycopg
from psycopg import sql

from belib_platform.contracts.contract import layer
from belib_platform.contracts.tables import TABLES, VIEWS
from belib_platform.embedded.databases import on_same_server

READERS_AT_ONCE = 20
READ_TIMEOUT = "60s"

LOOKS_AT_ONCE = 10
LOOK_TIMEOUT = "5s"

OBSERVED = "clean"
"""The schema whose notes and rejects are told in metrics."""

DAGSTERS = "public"
"""The schema of Dagster's tables."""


def ensure_postgres_roles(admin: str, *, writer: str, reader: str, dagster: str, metrics: str) -> None:
    """Make users, databases and rights what the URLs say; doing it again changes passwords and nothing else.

    `admin` is a superuser's URL. The writer owns its database, the reader may select from every table and view of the
    layers, those to come among them, and Dagster's user owns its own database. The user of metrics, whose database does
    not matter, may select from `clean` and from Dagster's tables; nobody else may connect to either.
    """
    with psycopg.connect(admin, autocommit=True) as connection:
        for url in (writer, reader, dagster, metrics):
            _ensure_user(connection, url)
        _limit_reader(connection, _user(reader), READERS_AT_ONCE, READ_TIMEOUT)
        _limit_reader(connection, _user(metrics), LOOKS_AT_ONCE, LOOK_TIMEOUT)
        for url in (writer, dagster):
            _ensure_database(connection, url)
        for database, user in ((writer, reader), (writer, metrics), (dagster, metrics)):
            _run(connection, "GRANT CONNECT ON DATABASE {} TO {}", _database(database), _user(user))
    with psycopg.connect(on_same_server(admin, _database(writer))) as connection:
        for schema in sorted({layer(contract) for contract in [*TABLES, *VIEWS]}):
            _let_read(connection, schema, _user(writer), _user(reader))
        _let_read(connection, OBSERVED, _user(writer), _user(metrics))
    with psycopg.connect(on_same_server(admin, _database(dagster))) as connection:
        _let_read(connection, DAGSTERS, _user(dagster), _user(metrics))


def _ensure_user(connection: psycopg.Connection, url: str) -> None:
    user, password = _user(url), unquote(urlsplit(url).password or "")
    # the server is told what it keeps, so that no log of statements has the password
    verifier = connection.pgconn.encrypt_password(password.encode(), user.encode(), b"scram-sha-256").decode()
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [user]).fetchone()
    verb = "ALTER" if known else "CREATE"
    rights = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
    statement = sql.SQL(f"{verb} ROLE {{}} {rights} PASSWORD {{}}")
    connection.execute(statement.format(sql.Identifier(user), sql.Literal(verifier)))


def _limit_reader(connection: psycopg.Connection, reader: str, at_once: int, timeout: str) -> None:
    _run(connection, f"ALTER ROLE {{}} CONNECTION LIMIT {at_once}", reader)
    _run(connection, "ALTER ROLE {} SET default_transaction_read_only = on", reader)
    _run(connection, f"ALTER ROLE {{}} SET statement_timeout = '{timeout}'", reader)


def _ensure_database(connection: psycopg.Connection, url: str) -> None:
    database, owner = _database(url), _user(url)
    if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone() is None:
        _run(connection, "CREATE DATABASE {} OWNER {}", database, owner)
    _run(connection, "ALTER DATABASE {} OWNER TO {}", database, owner)
    _run(connection, "REVOKE ALL ON DATABASE {} FROM PUBLIC", database)


def _let_read(connection: psycopg.Connection, schema: str, writer: str, reader: str) -> None:
    _run(connection, "CREATE SCHEMA IF NOT EXISTS {} AUTHORIZATION {}", schema, writer)
    _run(connection, "GRANT USAGE ON SCHEMA {} TO {}", schema, reader)
    _run(connection, "GRANT SELECT ON ALL TABLES IN SCHEMA {} TO {}", schema, reader)
    future = "ALTER DEFAULT PRIVILEGES FOR ROLE {} IN SCHEMA {} GRANT SELECT ON TABLES TO {}"
    _run(connection, future, writer, schema, reader)


def _run(connection: psycopg.Connection, statement: str, *names: str) -> None:
    connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _user(url: str) -> str:
    return unquote(urlsplit(url).username or "")


def _database(url: str) -> str:
    return unquote(urlsplit(url).path.lstrip("/"))
