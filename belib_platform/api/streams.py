"""Answers of many rows, sent while they are read: a server-side cursor, a transaction of its own."""

import csv
import io
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from psycopg.rows import DictRow

from belib_platform.api.answers import cell
from belib_platform.api.database import Pool, transaction
from belib_platform.api.recording import record
from belib_platform.contracts.json_values import jsonable

AT_ONCE = 2000
"""Rows fetched together."""

Chunks = AsyncIterator[Sequence[DictRow]]


async def chunks_of(pool: Pool, sql: str, parameters: Mapping[str, Any]) -> Chunks:
    """The rows of a query, some at a time. Raises psycopg.Error and PoolTimeout."""
    async with transaction(pool) as connection, connection.cursor(name="stream") as cursor:
        record(connection, sql, parameters)
        await cursor.execute(sql, parameters)
        while chunk := await cursor.fetchmany(AT_ONCE):
            yield chunk


async def as_json(envelope: Mapping[str, Any], chunks: Chunks) -> AsyncIterator[str]:
    """An object with the envelope, then its items."""
    yield _json(envelope)[:-1] + ',"items":['
    separator = ""
    async for chunk in chunks:
        yield separator + ",".join(map(_json, chunk))
        separator = ","
    yield "]}"


async def as_csv(columns: Sequence[str], chunks: Chunks) -> AsyncIterator[str]:
    """A header, then a line a row."""
    yield _lines([columns])
    async for chunk in chunks:
        yield _lines([cell(row[column]) for column in columns] for row in chunk)


def _json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, default=jsonable, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _lines(rows: Any) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()
