"""What PostgreSQL grants to everybody (PUBLIC), and roles that only read do not need."""

from contextlib import suppress

import psycopg
from psycopg import sql
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from belib_platform.warehouse.database_url import on_same_server

NEEDLESS = [
    r"lo\_%",
    "loread",
    "lowrite",
    r"pg\_logical\_emit\_message",
    r"pg\_export\_snapshot",
    r"pg\_advisory\_%",
    r"pg\_try\_advisory\_%",
]
"""Functions, as LIKE reads names, that write to the disk or fill the memory that all sessions share: large objects,
messages in the log of changes, files of snapshots, advisory locks."""

DATABASES = "SELECT datname, NOT datistemplate FROM pg_database WHERE datallowconn ORDER BY datname"

EXISTS = "SELECT 1 FROM pg_database WHERE datname = %s"

FUNCTIONS = """
SELECT oid::regprocedure::text FROM pg_proc
WHERE pronamespace = 'pg_catalog'::regnamespace AND proname LIKE ANY(%s)
  AND has_function_privilege('public', oid, 'EXECUTE')
"""

WAIT_S = 10
"""How long a database that somebody drops may take to be gone."""

OWNER = "SELECT datdba::regrole::text FROM pg_database WHERE datname = current_database()"


def close_to_public(admin: str) -> None:
    """Take from PUBLIC what fills disks: in every database to connect, to make temporary tables, and the functions.

    `admin` is a superuser's URL. Each database's owner keeps all of it, and who was granted a right by name keeps that.
    A database that somebody drops in the meantime is left out.
    """
    with psycopg.connect(on_same_server(admin, "postgres"), autocommit=True) as connection:
        for database, is_used in connection.execute(DATABASES).fetchall():
            _close_database(connection, admin, database, is_used=is_used)


@retry(
    # dropping a database ends its sessions before its name is gone, or deletes what is being changed here
    retry=retry_if_exception_type((psycopg.OperationalError, psycopg.errors.InternalError_)),
    stop=stop_after_delay(WAIT_S),
    wait=wait_fixed(0.2),
    reraise=True,
)
def _close_database(connection: psycopg.Connection, admin: str, database: str, *, is_used: bool) -> None:
    if not connection.execute(EXISTS, [database]).fetchone():
        return
    with suppress(psycopg.errors.InvalidCatalogName):  # gone since
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(database)))
        if is_used:
            with psycopg.connect(on_same_server(admin, database)) as its_own:
                _close(its_own)


def open_functions(connection: psycopg.Connection) -> list[str]:
    """Signatures of the functions above that everybody may call in the connection's database."""
    return [str(signature) for (signature,) in connection.execute(FUNCTIONS, [NEEDLESS])]


def _close(connection: psycopg.Connection) -> None:
    owner = sql.SQL("".join(str(name) for (name,) in connection.execute(OWNER)))  # as the server quotes it
    connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    # the schema is the superuser's before PostgreSQL 15
    connection.execute(sql.SQL("GRANT USAGE, CREATE ON SCHEMA public TO {}").format(owner))
    signatures = open_functions(connection)
    if signatures:
        functions = sql.SQL(", ".join(signatures))  # as the server quotes them
        connection.execute(sql.SQL("REVOKE EXECUTE ON FUNCTION {} FROM PUBLIC").format(functions))
        connection.execute(sql.SQL("GRANT EXECUTE ON FUNCTION {} TO {}").format(functions, owner))
