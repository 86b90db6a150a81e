"""How often something was free, by hour of the week and weather, at one station or at several."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import Query, Request
from starlette.responses import Response

from belib_platform.api.chosen import Chosen
from belib_platform.api.cursors import Position
from belib_platform.api.database import Connection, rows
from belib_platform.api.instants import AsOf
from belib_platform.api.networks import Network
from belib_platform.api.pages import Form
from belib_platform.api.problems import DOCUMENTED, UNKNOWN, WRONG_PARAMETER, ProblemError
from belib_platform.api.statistics import Find, Found, Table, answered, dates_of
from belib_platform.exports.terms import terms_of
from belib_platform.sources.weather import PROVIDERS

Weather = Literal["any", "dry", "wet"]

WeatherParameter = Annotated[Weather, Query(description="Hours of this weather, as forecast when they began.")]
FormParameter = Annotated[Literal["json", "csv"], Query(alias="format", description="JSON or CSV.")]
WeekdayParameter = Annotated[int, Query(ge=1, le=7, description="Day of the week in Paris; 1 is Monday.")]

DOCUMENTED_BEST: dict[int | str, dict[str, Any]] = DOCUMENTED | UNKNOWN | {304: {"description": "Not modified."}}
DOCUMENTED_WEEK = DOCUMENTED_BEST | {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}
"""For OpenAPI."""

SUMS = """
SELECT weekday, hour, weather, max(n)::int AS n, avg(effective_n)::float8 AS effective_n,
    count(*)::int AS station_count, {total}
FROM (
    SELECT {key}, weekday, hour, of_weather, sum(date_count) AS n,
        sum(({weight})::float8) ^ 2 / nullif(sum({weight2}), 0) AS effective_n, {sums}
    FROM {table} CROSS JOIN unnest(%(weathers)s::text[]) AS asked (of_weather)
    WHERE of_weather IN ('any', weather) AND (%(weekday)s::int IS NULL OR weekday = %(weekday)s) AND {condition}
    GROUP BY {key}, weekday, hour, of_weather
) AS of_station (station, weekday, hour, weather, n, effective_n, {names})
GROUP BY weekday, hour, weather
ORDER BY weekday, hour
"""
"""Sums by hour of the week and weather, `any` among them; several stations have the mean of their effective numbers of
dates. Seconds are summed as floats, which hold them exactly: PostgreSQL sums large integers slowly."""


Told = Callable[[Mapping[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class Rhythm:
    """A table of rhythm, and what is told of its sums.

    A share of a date has the weight `weight`, SQL of a sum of its columns, whose squares the column `weight2` sums.
    `sums` is SQL of what is summed, by the name of the sum. Of such sums `share` makes a share, with `free_ratio`, and
    `more` what else is told of an hour of the week.
    """

    table: Table
    network: Network
    weight: str
    weight2: str
    sums: Mapping[str, str]
    share: Told
    more: Told


async def answered_week(request: Request, rhythm: Rhythm, chosen: Chosen, weather: Weather, form: Form) -> Response:
    """The hours of the week of the chosen stations, or 304. Raises ProblemError, psycopg.Error and PoolTimeout."""

    async def find(connection: Connection, _known: AsOf, _position: Position | None) -> Found:
        await chosen.require(connection)
        found = await _sums(connection, rhythm, chosen, [weather])
        return Found([_hour(rhythm, sums) for sums in found], *await dates_of(connection, rhythm.table))

    return await _answered(request, form, rhythm, find)


async def answered_best_times(request: Request, rhythm: Rhythm, chosen: Chosen, weekday: int) -> Response:
    """The hours of a weekday at the chosen stations, ranked, or 304.

    Raises ProblemError, also if no place is named, psycopg.Error and PoolTimeout.
    """
    if chosen.are_all:
        raise ProblemError(WRONG_PARAMETER, "Name a place: station, near, bbox or arrondissement.", "station")

    async def find(connection: Connection, _known: AsOf, _position: Position | None) -> Found:
        await chosen.require(connection)
        found = await _sums(connection, rhythm, chosen, ["any", "dry", "wet"], weekday)
        return Found(_ranked(rhythm, found), *await dates_of(connection, rhythm.table))

    return await _answered(request, "json", rhythm, find)


async def _answered(request: Request, form: Form, rhythm: Rhythm, find: Find) -> Response:
    terms = terms_of(PROVIDERS, rhythm.network.terms)
    return await answered(request, form, rhythm.table, find, terms, rhythm.network)


async def _sums(
    connection: Connection, rhythm: Rhythm, chosen: Chosen, weathers: list[Weather], weekday: int | None = None
) -> list[dict[str, Any]]:
    """Sums of the chosen stations by hour of the week; a date's hour is of one weather, so that dates add up."""
    sql = SUMS.format(
        key=chosen.stations.key,
        table=f"mart.{rhythm.table}",
        weight=rhythm.weight,
        weight2=rhythm.weight2,
        total=", ".join(f"sum({name}) AS {name}" for name in rhythm.sums),
        sums=", ".join(f"sum(({sql})::float8) AS {name}" for name, sql in rhythm.sums.items()),
        names=", ".join(rhythm.sums),
        condition=chosen.condition,
    )
    return await rows(connection, sql, chosen.parameters | {"weathers": weathers, "weekday": weekday})


def _hour(rhythm: Rhythm, sums: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "weekday": sums["weekday"],
        "hour": sums["hour"],
        **rhythm.share(sums),
        **rhythm.more(sums),
        "station_count": sums["station_count"],
    }


def _ranked(rhythm: Rhythm, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The hours of a weekday by `free_ratio`, the greatest first and null last, each with its dry and wet hours apart.

    `found` are sums of that weekday in any, dry and wet weather.
    """
    shares = {(sums["weather"], sums["hour"]): rhythm.share(sums) for sums in found}
    nothing = rhythm.share({"n": 0, "effective_n": None, **dict.fromkeys(rhythm.sums, 0)})
    hours = [
        {"hour": hour, **told, **{name: shares.get((name, hour), nothing) for name in ("dry", "wet")}}
        for (weather, hour), told in shares.items()
        if weather == "any"
    ]
    return sorted(hours, key=lambda hour: (hour["free_ratio"] is None, -(hour["free_ratio"] or 0), hour["hour"]))
