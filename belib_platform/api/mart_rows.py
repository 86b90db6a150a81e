"""Rows of a table of the mart in a range of time, as JSON, CSV or Parquet, sent while they are read."""

import io
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal

import polars as pl
from anyio.to_thread import run_sync
from fastapi import Query, Request
from psycopg.rows import DictRow
from pydantic import create_model
from starlette.responses import Response, StreamingResponse

from belib_platform.api.answers import column, envelope
from belib_platform.api.chosen import Stations, require_station
from belib_platform.api.conditional import headers_of, not_modified
from belib_platform.api.database import transaction
from belib_platform.api.instants import known_at
from belib_platform.api.networks import Network
from belib_platform.api.problems import DOCUMENTED, UNKNOWN
from belib_platform.api.ranges import range_of
from belib_platform.api.streams import Chunks, as_csv, as_json, chunks_of
from belib_platform.contracts.contract import Contract, doc, frame_schema, partition_column, qualified_name
from belib_platform.exports.terms import terms_of
from belib_platform.sources.weather import PROVIDERS

PARQUET = "application/vnd.apache.parquet"

MOST_OF_ALL, MOST_OF_SOME = timedelta(days=7), timedelta(days=366)
"""Days of hours of all things, and of one thing or area."""

Form = Literal["json", "csv", "parquet"]
FormParameter = Annotated[Form, Query(alias="format", description="Form of the rows.")]

DOCUMENTED_ROWS: dict[int | str, dict[str, Any]] = (
    DOCUMENTED
    | UNKNOWN
    | {
        200: {"content": {"text/csv": {"schema": {"type": "string"}}, PARQUET: {"schema": {"type": "string"}}}},
        304: {"description": "Not modified since that ETag."},
    }
)
"""For OpenAPI."""

KINDS: dict[type[pl.DataType], type] = {
    pl.Date: date,
    pl.Datetime: datetime,
    pl.String: str,
    pl.Boolean: bool,
    pl.Float64: float,
    pl.Int8: int,
    pl.Int16: int,
    pl.Int32: int,
    pl.Int64: int,
}


def row_model(contract: type[Contract], name: str) -> Any:
    """A model of a table's rows, of that name, from its contract."""
    fields: dict[str, Any] = {}
    for own, dtype in frame_schema(contract).items():
        kind = KINDS[dtype.base_type()]
        fields[own] = (kind | None if contract.columns()[own].nullable else kind), column(contract, own)
    return create_model(name, __doc__=doc(contract), **fields)


@dataclass(frozen=True)
class MartTable:
    """A table with daily partitions, and how it may be asked.

    Rows are in the order of the columns `order`. A request may name one of `stations`. It reads at most `most_of_all`
    days of all rows, and `most_of_some` of those of a station or an area.
    """

    contract: type[Contract]
    order: str
    stations: Stations
    network: Network
    most_of_all: timedelta = MOST_OF_ALL
    most_of_some: timedelta = MOST_OF_SOME


async def answered_rows(
    request: Request,
    form: Form,
    table: MartTable,
    first: datetime | None,
    last: datetime | None,
    equal: Mapping[str, Any],
    station: str | None = None,
) -> Response:
    """The rows in a range whose columns `equal` have these values, where they are not None, or 304.

    Raises ProblemError, psycopg.Error and PoolTimeout.
    """
    settings, pool, contract, network = (
        request.app.state.settings,
        request.app.state.pool,
        table.contract,
        table.network,
    )
    values = {name: value for name, value in {**equal, table.stations.key: station}.items() if value is not None}
    async with transaction(pool) as connection:
        known = await known_at(connection, None, network)
        await require_station(connection, station, table.stations)
        begin, end = range_of(first, last, known.at, table.most_of_some if values else table.most_of_all)
        days = (begin.date(), end.date())
        headers = await headers_of(connection, request, known, settings.cadence_s, days, network=network)
    if unchanged := not_modified(request, headers):
        return unchanged
    columns, time = list(frame_schema(contract)), partition_column(contract)
    conditions = [f"{time} >= %(begin)s", f"{time} < %(end)s", *(f"{name} = %({name})s" for name in values)]
    sql = f"""
        SELECT {", ".join(columns)} FROM {qualified_name(contract)}
        WHERE {" AND ".join(conditions)}
        ORDER BY {table.order}
    """
    chunks = await _begun(chunks_of(pool, sql, {"begin": begin, "end": end, **values}))
    if form == "parquet":
        return Response(await _parquet(contract, chunks), headers=headers, media_type=PARQUET)
    if form == "csv":
        return StreamingResponse(as_csv(columns, chunks), headers=headers, media_type="text/csv; charset=utf-8")
    terms = terms_of(PROVIDERS, network.terms)
    told = {**envelope(known, is_simulated=settings.is_simulated, terms=terms), "next_cursor": None}
    return StreamingResponse(as_json(told, chunks), headers=headers, media_type="application/json")


async def _begun(chunks: Chunks) -> Chunks:
    """The same chunks, of which the first is read by now: so a query that fails is a problem and no broken answer."""
    first = await anext(chunks, None)

    async def all_of_them() -> AsyncIterator[Sequence[DictRow]]:
        if first is not None:
            yield first
            async for chunk in chunks:
                yield chunk

    return all_of_them()


async def _parquet(contract: type[Contract], chunks: Chunks) -> bytes:
    schema = frame_schema(contract)
    frames = [pl.DataFrame(list(chunk), schema=schema) async for chunk in chunks]
    frame, file = pl.concat(frames) if frames else pl.DataFrame(schema=schema), io.BytesIO()
    await run_sync(frame.write_parquet, file)
    return file.getvalue()
