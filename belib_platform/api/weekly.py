"""Sums of a table of rhythm by hour of the week and weather, of one station or of several."""

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

from belib_platform.api.chosen import Chosen
from belib_platform.api.database import Connection, rows

Weather = Literal["any", "dry", "wet"]

SUMS = """
SELECT weekday, hour, weather, max(n)::int AS n, avg(effective_n)::float8 AS effective_n,
    count(*)::int AS station_count, {total}
FROM (
    SELECT {key}, weekday, hour, of_weather, sum(date_count) AS n,
        (sum({weight}) ^ 2 / nullif(sum({weight2}), 0))::float8 AS effective_n, {sums}
    FROM (SELECT *, unnest(ARRAY['any', weather]) AS of_weather FROM {table} WHERE {condition}) AS rhythm
    WHERE of_weather = ANY(%(weathers)s) AND (%(weekday)s::int IS NULL OR weekday = %(weekday)s)
    GROUP BY {key}, weekday, hour, of_weather
) AS of_station (station, weekday, hour, weather, n, effective_n, {names})
GROUP BY weekday, hour, weather
ORDER BY weekday, hour
"""
"""Sums by hour of the week and weather, `any` among them; several stations have the mean of their effective numbers of
dates."""


class Rhythm(NamedTuple):
    """A table of rhythm.

    A share of a date has the weight `weight`, SQL of a sum of its columns, whose squares the column `weight2` sums.
    `sums` is SQL of what is summed, by the name of the sum.
    """

    table: str
    weight: str
    weight2: str
    sums: dict[str, str]


async def sums_of(
    connection: Connection, rhythm: Rhythm, chosen: Chosen, weathers: list[Weather], weekday: int | None = None
) -> list[dict[str, Any]]:
    """Sums of the chosen stations by hour of the week; a date's hour is of one weather, so that dates add up."""
    sql = SUMS.format(
        key=chosen.stations.key,
        table=rhythm.table,
        weight=rhythm.weight,
        weight2=rhythm.weight2,
        total=", ".join(f"sum({name})::float8 AS {name}" for name in rhythm.sums),
        sums=", ".join(f"sum({sql}) AS {name}" for name, sql in rhythm.sums.items()),
        names=", ".join(rhythm.sums),
        condition=chosen.condition,
    )
    return await rows(connection, sql, chosen.parameters | {"weathers": weathers, "weekday": weekday})


def ranked_hours(
    rhythm: Rhythm, found: list[dict[str, Any]], share: Callable[[dict[str, Any]], dict[str, Any]]
) -> list[dict[str, Any]]:
    """The hours of a weekday by `free_ratio`, the greatest first and null last, each with its dry and wet hours apart.

    `found` are sums of that weekday in any, dry and wet weather, `share` makes a share of them.
    """
    shares = {(sums["weather"], sums["hour"]): share(sums) for sums in found}
    nothing = share({"n": 0, "effective_n": None, **dict.fromkeys(rhythm.sums, 0)})
    hours = [
        {"hour": hour, **told, **{name: shares.get((name, hour), nothing) for name in ("dry", "wet")}}
        for (weather, hour), told in shares.items()
        if weather == "any"
    ]
    return sorted(hours, key=lambda hour: (hour["free_ratio"] is None, -(hour["free_ratio"] or 0), hour["hour"]))
