"""A connection with the warehouse's read-only role, in a read-only transaction."""

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
"""Whether the user may write to the warehouse, and whether there are tables."""


class ConnectingError(Exception):
    """The server does not answer, or its user may write."""


@contextmanager
def connected(url: str, notice: Callable[[str], None]) -> Iterator[psycopg.Connection]:
    """A connection in a read-only transaction with times in UTC; `notice` receives the server's messages.

    Cancels a query that still runs at the end of the block. Raises ConnectingError if the server does not answer or the
    user may write to the warehouse.
    """

    def forward(message: Diagnostic) -> None:
        notice(f"{message.severity}: {message.message_primary}")

    try:
        connection = connect(url, autocommit=True)
    except psycopg.OperationalError as error:
        raise ConnectingError(f"PostgreSQL does not answer: {' '.join(str(error).split())}") from None
    try:
        _check_user(connection, notice)
        connection.execute(BEGIN)
        connection.add_notice_handler(forward)
        yield connection
    finally:
        if connection.pgconn.transaction_status == TransactionStatus.ACTIVE:
            with suppress(psycopg.Error):  # the server may have failed
                connection.cancel_safe(timeout=5)
        connection.close()


def require_reader(url: str, notice: Callable[[str], None]) -> None:
    """Raise ConnectingError unless the server answers and the user is read-only; `notice` as for `connected`."""
    with connected(url, notice):
        pass


def _check_user(connection: psycopg.Connection, notice: Callable[[str], None]) -> None:
    can_write, has_tables = connection.execute(SEEN, {"schemas": SCHEMAS}).fetchone() or (False, False)
    if can_write:
        raise ConnectingError(
            f"{connection.info.user} may write to the warehouse: set BELIB_READER_URL to a read-only role."
        )
    if not has_tables:
        notice("The warehouse has no tables yet. `belib up` or an import creates them.")
