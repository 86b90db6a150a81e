"""What every role of a PostgreSQL server may do by default, and those that only read need not."""

import psycopg
from psycopg import sql

from belib_platform.embedded.databases import on_same_server

NEEDLESS = r"lo\_%|loread|lowrite|pg\_logical\_emit\_message|pg\_export\_snapshot|pg\_advisory\_%|pg\_try\_advisory\_%"
"""Functions, as LIKE reads names between the bars, that write to the disk or fill the memory all sessions share: large
objects, messages in the log of changes, files of snapshots, advisory locks."""

DATABASES = "SELECT datname, NOT datistemplate FROM pg_database WHERE datallowconn ORDER BY datname"

FUNCTIONS = """
SELECT proc.oid::regprocedure::text FROM pg_proc AS proc, unnest(string_to_array(%s, '|')) AS needless (name)
WHERE pronamespace = 'pg_catalog'::regnamespace AND proname LIKE needless.name
  AND has_function_privilege('public', proc.oid, 'EXECUTE')
"""

OWNER = "SELECT datdba::regrole::text FROM pg_database WHERE datname = current_database()"


def close_to_public(admin: str) -> None:
    """Take from PUBLIC what fills disks: in every database to connect, to make temporary tables, and the functions.

    `admin` is a superuser's URL. Each database's owner keeps all of it, and who was granted a right by name keeps that.
    """
    with psycopg.connect(on_same_server(admin, "postgres"), autocommit=True) as connection:
        databases = connection.execute(DATABASES).fetchall()
        for database, _ in databases:
            connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(database)))
    for database, is_used in databases:
        if is_used:
            with psycopg.connect(on_same_server(admin, database)) as connection:
                _close(connection)


def _close(connection: psycopg.Connection) -> None:
    connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    open_ones = [function for (function,) in connection.execute(FUNCTIONS, [NEEDLESS])]
    if open_ones:
        owner = "".join(str(name) for (name,) in connection.execute(OWNER))
        functions = sql.SQL(", ".join(open_ones))  # these, and the owner, as the server quotes them
        connection.execute(sql.SQL("REVOKE EXECUTE ON FUNCTION {} FROM PUBLIC").format(functions))
        connection.execute(sql.SQL("GRANT EXECUTE ON FUNCTION {} TO {}").format(functions, sql.SQL(owner)))
