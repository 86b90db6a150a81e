"""What a user of PostgreSQL may not do, with the statements that let it: for databases whose schemas others make."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg
from psycopg import errors, sql

from belib_platform.postgres.connecting import connect
from belib_platform.warehouse.errors import RightsError

WHO = "SELECT current_user, current_database(), array(SELECT nspname::text FROM pg_namespace)"


@contextmanager
def named_rights(url: str, schemas: Sequence[str]) -> Iterator[None]:
    """Turn a refusal of the server into RightsError, which has the statements that let the user work in the schemas."""
    try:
        yield
    except Exception as error:
        cause = getattr(error, "orig", error)
        if not isinstance(cause, errors.InsufficientPrivilege):
            raise
        with connect(url, read_only=True) as connection:
            user, database, present = connection.execute(WHO).fetchone() or ("", "", [])
            absent = [schema for schema in schemas if schema not in present]
            statements = "; ".join(_statements(connection, user, absent, [s for s in schemas if s in present]))
        raise RightsError(
            f"The PostgreSQL user {user!r} lacks a right in the database {database!r} "
            f"({cause.diag.message_primary}). Somebody who may has to run there: {statements};"
        ) from error


def _statements(
    connection: psycopg.Connection, user: str, absent: Sequence[str], present: Sequence[str]
) -> Iterator[str]:
    role = sql.Identifier(user)
    for schema in absent:
        yield sql.SQL("CREATE SCHEMA {} AUTHORIZATION {}").format(sql.Identifier(schema), role).as_string(connection)
    for schema in present:
        statement = sql.SQL("GRANT USAGE, CREATE ON SCHEMA {} TO {}").format(sql.Identifier(schema), role)
        yield statement.as_string(connection)
