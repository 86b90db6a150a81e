"""Who writes what alone: locked rows of `clean.write_lock`, which no one can lock who may only read.

Rows, not tables: a lock of a table that keeps other writers out would also keep out, and stop, vacuuming. Each waits
for a bounded time. Whoever takes several rows takes them in the order of their names, so that nobody waits in a circle.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg import errors

from belib_platform.contracts.clean import WriteLock
from belib_platform.contracts.contract import qualified_name
from belib_platform.warehouse.connecting import connect
from belib_platform.warehouse.errors import LockedError

WAIT_S = 60
"""Seconds to wait for another writer: longer than a range of thirty days takes to write."""

HOLDERS = """
SELECT pid, usename, application_name, to_char(xact_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"')
FROM pg_stat_activity
WHERE pid <> pg_backend_pid() AND pid IN (
    SELECT pid FROM pg_locks JOIN pg_class ON pg_class.oid = relation
    WHERE granted AND relnamespace = ANY(array(SELECT oid FROM pg_namespace WHERE nspname IN ('clean', 'mart')))
      AND (relation = to_regclass(%(lock)s) AND mode = 'RowExclusiveLock' OR NOT %(of_writers)s)
)
ORDER BY xact_start NULLS FIRST LIMIT 5
"""
"""Sessions with a transaction open on the platform's tables, or only those that hold rows of `write_lock`. The server
shows since when only for users whose rights the asking one has."""


def hold(*names: str) -> str:
    """SQL that locks these rows until the end of the transaction, making those that are absent.

    Names are those of tables and indices, which have nothing to quote.
    """
    values = ", ".join(f"('{name}')" for name in sorted(names))
    return (
        f"INSERT INTO {qualified_name(WriteLock)} (name) VALUES {values} "
        "ON CONFLICT (name) DO UPDATE SET name = excluded.name"
    )


@contextmanager
def named_locks(url: str, doing: str, *, of_writers: bool = False) -> Iterator[None]:
    """Turn the error that a lock was not to be had in time into LockedError, which names the sessions in the way.

    `doing` is what waited, such as "Writing clean.poll"; `of_writers` says that only writers were waited for.
    """
    try:
        yield
    except Exception as error:
        if not _is_lock_timeout(error):
            raise
        raise LockedError(f"{doing} waited too long for a lock. {_holders(url, of_writers)}") from error


def _is_lock_timeout(error: Exception) -> bool:
    """Of psycopg, of SQLAlchemy around it, or of ADBC."""
    cause = getattr(error, "orig", error)
    return getattr(cause, "sqlstate", None) == errors.LockNotAvailable.sqlstate


def _holders(url: str, of_writers: bool) -> str:
    with connect(url, read_only=True) as connection:
        found = connection.execute(HOLDERS, {"lock": qualified_name(WriteLock), "of_writers": of_writers}).fetchall()
    if not found:
        return "The session that held it has ended meanwhile."
    return f"Sessions in transactions: {'; '.join(_session(*row) for row in found)}."


def _session(pid: int, user: str | None, application: str | None, since: str | None) -> str:
    program = f" ({application})" if application else ""
    began = f" since {since}" if since else ""
    return f"process {pid} of user {user}{program}{began}"
