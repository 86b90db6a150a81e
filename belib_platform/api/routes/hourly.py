"""`/v1/availability/hourly`: how long charge points of a station were in each state, hour by hour, and the weather."""

import io
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

import polars as pl
from anyio.to_thread import run_sync
from fastapi import APIRouter, Query, Request
from psycopg.rows import DictRow
from pydantic import Field, create_model
from starlette.responses import Response, StreamingResponse

from belib_platform.api.answers import Answer, column, envelope
from belib_platform.api.chosen import StationParameter, require_station
from belib_platform.api.conditional import headers_of, not_modified
from belib_platform.api.database import transaction
from belib_platform.api.instants import known_at
from belib_platform.api.problems import DOCUMENTED, UNKNOWN
from belib_platform.api.ranges import Beginning, End, range_of
from belib_platform.api.streams import Chunks, as_csv, as_json, chunks_of
from belib_platform.contracts.contract import frame_schema
from belib_platform.contracts.mart import StationAvailabilityHourly
from belib_platform.exports.terms import terms_of
from belib_platform.sources.weather import PROVIDERS

router = APIRouter()

PARQUET = "application/vnd.apache.parquet"

MOST_OF_ALL, MOST_OF_SOME = timedelta(days=7), timedelta(days=366)
"""Days of all stations, and of one station or arrondissement."""

SCHEMA = frame_schema(StationAvailabilityHourly)

KINDS: dict[type[pl.DataType], type] = {
    pl.Datetime: datetime,
    pl.String: str,
    pl.Boolean: bool,
    pl.Float64: float,
    pl.Int8: int,
    pl.Int32: int,
    pl.Int64: int,
}


def _field(name: str) -> tuple[Any, Any]:
    kind = KINDS[SCHEMA[name].base_type()]
    is_nullable = StationAvailabilityHourly.columns()[name].nullable
    return (kind | None if is_nullable else kind), column(StationAvailabilityHourly, name)


_FIELDS: dict[str, Any] = {name: _field(name) for name in SCHEMA}
Hour: Any = create_model("Hour", __doc__=StationAvailabilityHourly.__doc__, **_FIELDS)


class Hours(Answer):
    """Hours, oldest first."""

    items: list[Hour] = Field(description="The rows.")


@router.get(
    "/availability/hourly",
    summary="Availability hour by hour",
    response_model=Hours,
    responses=DOCUMENTED
    | UNKNOWN
    | {
        200: {"content": {"text/csv": {"schema": {"type": "string"}}, PARQUET: {"schema": {"type": "string"}}}},
        304: {"description": "Not modified since that ETag."},
    },
)
async def hourly(
    request: Request,
    first: Beginning = None,
    last: End = None,
    station: StationParameter = None,
    arrondissement: Annotated[int | None, Query(ge=1, le=20, description="Of this arrondissement of Paris.")] = None,
    form: Annotated[Literal["json", "csv", "parquet"], Query(alias="format", description="Form of the rows.")] = "json",
) -> Response:
    """Past hours of at most seven days, or of at most 366 days of one station or arrondissement."""
    settings, pool = request.app.state.settings, request.app.state.pool
    asked = {"station_id": station, "arrondissement": arrondissement}
    conditions = [f"{name} = %({name})s" for name, value in asked.items() if value is not None]
    async with transaction(pool) as connection:
        known = await known_at(connection, None)
        await require_station(connection, station)
        begin, end = range_of(first, last, known.at, MOST_OF_SOME if conditions else MOST_OF_ALL)
        headers = await headers_of(connection, request, known, settings.cadence_s, (begin.date(), end.date()))
    if unchanged := not_modified(request, headers):
        return unchanged
    sql = f"""
        SELECT {", ".join(SCHEMA)} FROM mart.station_availability_hourly
        WHERE {" AND ".join(["hour_at >= %(begin)s", "hour_at < %(end)s", *conditions])}
        ORDER BY hour_at, station_id, power_kw
    """
    chunks = await _begun(chunks_of(pool, sql, {"begin": begin, "end": end, **asked}))
    if form == "parquet":
        return Response(await _parquet(chunks), headers=headers, media_type=PARQUET)
    if form == "csv":
        return StreamingResponse(as_csv(list(SCHEMA), chunks), headers=headers, media_type="text/csv; charset=utf-8")
    told = envelope(known, is_simulated=settings.is_simulated, terms=terms_of(PROVIDERS))
    return StreamingResponse(
        as_json({**told, "next_cursor": None}, chunks), headers=headers, media_type="application/json"
    )


async def _begun(chunks: Chunks) -> Chunks:
    """The same chunks, of which the first is read by now: so a query that fails is a problem and no broken answer."""
    first = await anext(chunks, None)

    async def all_of_them() -> AsyncIterator[Sequence[DictRow]]:
        if first is not None:
            yield first
            async for chunk in chunks:
                yield chunk

    return all_of_them()


async def _parquet(chunks: Chunks) -> bytes:
    frames = [pl.DataFrame(list(chunk), schema=SCHEMA) async for chunk in chunks]
    frame, file = pl.concat(frames) if frames else pl.DataFrame(schema=SCHEMA), io.BytesIO()
    await run_sync(frame.write_parquet, file)
    return file.getvalue()
