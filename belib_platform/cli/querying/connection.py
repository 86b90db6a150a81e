"""A connection of the warehouse's reader, in a transaction that only reads."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import psycopg
from psycopg.errors import Diagnostic
from psycopg.pq import TransactionStatus

from belib_platform.warehouse.connecting import connect
from belib_platform.warehouse.reader_role import SCHEMAS

BEGIN = """
BEGIN READ ONLY;
SET LOCAL TimeZone = 'UTC';
SET LOCAL DateStyle = 'ISO';
SET LOCAL IntervalStyle = 'iso_8601';
SET LOCAL bytea_output = 'hex';
"""

SEEN = """
WITH tables AS (
    SELECT oid FROM pg_class WHERE relnamespace::regnamespace::text = ANY(%(schemas)s) AND relkind IN ('r', 'p')
)
SELECT rolsuper
    OR EXISTS (SELECT FROM pg_namespace WHERE nspname = ANY(%(schemas)s) AND has_schema_privilege(oid, 'CREATE'))
    OR EXISTS (SELECT FROM tables WHERE has_table_privilege(oid, 'INSERT, UPDATE, DELETE, TRUNCATE')),
    EXISTS (SELECT FROM tables)
FROM pg_roles WHERE rolname = current_user
"""
"""Whether the user can write to the warehouse, and whether there are tables."""


class ConnectingError(Exception):
    """The server does not answer, or its user is not one that only reads."""


@contextmanager
def connected(url: str, notice: Callable[[str], None]) -> Iterator[psycopg.Connection]:
    """A connection in a transaction that only reads, in which times are UTC; `notice` is given the server's messages.

    What still runs when the block is left, however it is left, is cancelled. Raises ConnectingError when the server
    does not answer, or when the user could write to a table of the warehouse.
    """

    def tell(message: Diagnostic) -> None:
        notice(f"{message.severity}: {message.message_primary}")

    try:
        connection = connect(url, autocommit=True)
    except psycopg.OperationalError as error:
        raise ConnectingError(f"PostgreSQL does not answer: {' '.join(str(error).split())}") from None
    try:
        _look(connection, notice)
        connection.execute(BEGIN)
        connection.add_notice_handler(tell)
        yield connection
    finally:
        if connection.pgconn.transaction_status == TransactionStatus.ACTIVE:
            with suppress(psycopg.Error):  # the server may be what failed
                connection.cancel_safe(timeout=5)
        connection.close()


def require_reader(url: str, notice: Callable[[str], None]) -> None:
    """Raise ConnectingError unless the server answers and the URL's user only reads; `notice` as for `connected`."""
    with connected(url, notice):
        pass


def _look(connection: psycopg.Connection, notice: Callable[[str], None]) -> None:
    can_write, has_tables = connection.execute(SEEN, {"schemas": SCHEMAS}).fetchone() or (False, False)
    if can_write:
        raise ConnectingError(
            f"{connection.info.user} may write to the warehouse: set BELIB_READER_URL to a role that only reads."
        )
    if not has_tables:
        notice("The warehouse has no tables yet: the first run of `belib up`, or an import, makes them.")
