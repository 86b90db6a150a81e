"""Create PostgreSQL roles with the least rights: writer and reader of the warehouse, Dagster, and metrics."""

import psycopg
from psycopg import sql

from belib_platform.warehouse.database_url import database_of, on_same_server, user_of
from belib_platform.warehouse.database_user import ensure_user
from belib_platform.warehouse.reader_role import defaults, ensure_limits, ensure_reader, rights

LOOKS_AT_ONCE = 10
LOOK_TIMEOUT = "5s"

OBSERVED = "clean"
"""The schema that metrics read."""

DAGSTERS = "public"
"""The schema of Dagster's tables."""


def ensure_postgres_roles(admin: str, *, writer: str, reader: str, dagster: str, metrics: str) -> None:
    """Create users, databases and rights as in the URLs; a repetition changes only passwords.

    `admin` is a superuser's URL. The writer owns its database. The reader may select from all current and future tables
    and views of the layers. Dagster's user owns its own database. The user of `metrics`, whose URL may name any
    database, may select from `clean` and Dagster's tables. Nobody else may connect to these databases.
    """
    with psycopg.connect(admin, autocommit=True) as connection:
        for url in (writer, dagster, metrics):
            ensure_user(connection, url)
        for url in (writer, dagster):
            _ensure_database(connection, url)
    ensure_reader(admin, writer=user_of(writer), reader=reader)
    with psycopg.connect(admin, autocommit=True) as connection:
        ensure_limits(connection, user_of(metrics), LOOKS_AT_ONCE, defaults(LOOK_TIMEOUT))
        for url in (writer, dagster):
            _run(connection, "GRANT CONNECT ON DATABASE {} TO {}", database_of(url), user_of(metrics))
    for url, schema in ((writer, OBSERVED), (dagster, DAGSTERS)):
        with psycopg.connect(on_same_server(admin, database_of(url))) as connection:
            for statement in rights(user_of(metrics), user_of(url), [schema]):
                connection.execute(statement)


def _ensure_database(connection: psycopg.Connection, url: str) -> None:
    database, owner = database_of(url), user_of(url)
    if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone() is None:
        _run(connection, "CREATE DATABASE {} OWNER {}", database, owner)
    _run(connection, "ALTER DATABASE {} OWNER TO {}", database, owner)


def _run(connection: psycopg.Connection, statement: str, *names: str) -> None:
    connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
