"""The warehouse as the API reads it: a pool of read-only connections, with a time limit in every transaction."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool

from belib_platform.api.recording import record
from belib_platform.warehouse.connecting import pinned

STATEMENT_TIMEOUT_MS = 5000
WAIT_S = 5.0
"""How long a request waits for a connection."""

CONNECTIONS = 8

BEGIN = f"""
SET LOCAL TimeZone = 'UTC';
SET LOCAL statement_timeout = {STATEMENT_TIMEOUT_MS};
"""

Pool = AsyncConnectionPool[psycopg.AsyncConnection[DictRow]]
Connection = psycopg.AsyncConnection[DictRow]


def pool_of(url: str) -> Pool:
    """A pool of connections, which is still to be opened. It works through a pooler that gives them by transaction."""
    return AsyncConnectionPool(
        pinned(url),
        connection_class=psycopg.AsyncConnection[DictRow],
        kwargs={"row_factory": dict_row, "prepare_threshold": None},
        configure=_read_only,
        check=AsyncConnectionPool.check_connection,  # a connection that a restarted server ended is replaced
        min_size=1,
        max_size=CONNECTIONS,
        timeout=WAIT_S,
        open=False,
        name="belib_api",
    )


async def _read_only(connection: Connection) -> None:
    await connection.set_read_only(value=True)
    await connection.set_isolation_level(psycopg.IsolationLevel.REPEATABLE_READ)


@asynccontextmanager
async def transaction(pool: Pool) -> AsyncIterator[Connection]:
    """One read-only transaction, all of whose queries see the same rows. Raises psycopg.Error and PoolTimeout."""
    async with pool.connection() as connection, connection.transaction():
        await connection.execute(BEGIN)
        yield connection


async def rows(connection: Connection, sql: str, parameters: dict[str, Any]) -> list[DictRow]:
    """The rows of a query that an answer is made of: it is recorded where anybody records."""
    record(connection, sql, parameters)
    return await looked_up(connection, sql, parameters)


async def looked_up(connection: Connection, sql: str, parameters: dict[str, Any]) -> list[DictRow]:
    """The rows of a query about an answer, such as whether it changed: it is not recorded."""
    return await (await connection.execute(sql, parameters)).fetchall()
