"""`/v1/saturation` and `/v1/reliability`: where none is free, and what does not work, in the newest days."""

from collections.abc import Callable
from typing import Annotated, Any, Literal, NamedTuple

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from belib_platform.api.answers import column
from belib_platform.api.chosen import Chosen, ChosenStations
from belib_platform.api.cursors import Position
from belib_platform.api.database import Connection, rows
from belib_platform.api.instants import AsOf
from belib_platform.api.intervals import interval, ratio
from belib_platform.api.pages import FORMS, APage, Page
from belib_platform.api.problems import DOCUMENTED, UNKNOWN
from belib_platform.api.statistics import Found, StatisticsAnswer, answered_page, dates_of
from belib_platform.contracts import clean
from belib_platform.contracts.mart import SECONDS, CityDaily, StationPeriod
from belib_platform.transforms.city import IN_SERVICE, UP

router = APIRouter()

Sums = dict[str, Any]
By = Literal["station", "arrondissement", "city"]


class Ranking(NamedTuple):
    """What one item is about, and of how many of the newest days."""

    by: By
    days: int


async def ranking_of(
    by: Annotated[
        Literal["station", "arrondissement", "city"], Query(description="What one item is about.")
    ] = "station",
    days: Annotated[Literal["7", "28", "91"], Query(description="The newest so many UTC days of the history.")] = "28",
) -> Ranking:
    """The ranking that parameters name."""
    return Ranking(by, int(days))


ARanking = Annotated[Ranking, Depends(ranking_of)]


class Ranked(BaseModel):
    """What an item is about."""

    station_id: str | None = Field(description="Station; null if the item is about several.")
    station_name: str | None = column(clean.Station, "station_name")
    arrondissement: int | None = column(clean.Station, "arrondissement")
    longitude: float | None = column(clean.Station, "longitude")
    latitude: float | None = column(clean.Station, "latitude")
    station_count: int = Field(description="Number of stations.")
    point_count: int = Field(description="Charge points: of each station the largest number on any day.")
    n: int = Field(
        description="Number of UTC days with time in which every state was known; of several stations the largest."
    )


class Saturation(Ranked):
    """How much of the time no charge point was free."""

    none_free_ratio: float | None = Field(
        description="Share of the time in which the state of every charge point of a station was known, with none "
        "AVAILABLE; of several stations their mean, weighted by that time. Null if there was none."
    )
    none_free_low: float | None = Field(description="Lower end of its 90 % interval (Wilson's).")
    none_free_high: float | None = Field(description="Upper end of its 90 % interval.")
    observed_ratio: float | None = Field(
        description="How much of all time that is, from the station's first day of the period to the last day."
    )
    longest_none_free_hours: int = Field(
        description="Longest stretch of whole hours in which a station had no free point; of several that of one."
    )


class Saturations(StatisticsAnswer):
    """The most saturated first."""

    items: list[Saturation] = Field(description="The items of this page.")


class Reliability(Ranked):
    """How much of the time charge points worked, with bounds for what UNKNOWN is taken for."""

    uptime_lower_ratio: float | None = column(CityDaily, "uptime_lower_ratio")
    uptime_upper_ratio: float | None = column(CityDaily, "uptime_upper_ratio")
    observed_ratio: float | None = Field(description="Share of all point-seconds that was observed, in any state.")
    out_of_order_s: int = column(StationPeriod, "out_of_order_s")
    unknown_s: int = column(StationPeriod, "unknown_s")


class Reliabilities(StatisticsAnswer):
    """The least reliable first: those with the lowest upper bound."""

    items: list[Reliability] = Field(description="The items of this page.")


KEYS = {"station": "station_id", "arrondissement": "s.arrondissement::text", "city": "'all'"}
"""SQL of what an item is about, by how items are divided."""

SUMMED = ("free_s", "none_free_s", "undetermined_s", *SECONDS)

NONE_FREE = "none_free_s::float8 / nullif(free_s + none_free_s, 0)"
UPTIME_UPPER = f"({' + '.join([*UP, 'unknown_s'])})::float8 / nullif({' + '.join(IN_SERVICE)}, 0)"

RANKING = """
WITH sums AS (
    SELECT {key} AS key, max(date_count)::int AS n, count(*)::int AS station_count, {sums},
        avg((free_s + none_free_s) ^ 2 / nullif(determined_s2, 0))::float8 AS effective_n,
        max(longest_none_free_hours)::int AS longest_none_free_hours,
        CASE WHEN %(by)s <> 'city' THEN min(s.arrondissement) END AS of_arrondissement
    FROM mart.station_period AS p LEFT JOIN clean.station AS s USING (station_id)
    WHERE days = %(days)s AND {condition}
    GROUP BY 1
),
ranked AS (SELECT *, {rank} AS rank FROM sums WHERE key IS NOT NULL)
SELECT ranked.*, s.station_id, s.station_name, s.longitude, s.latitude
FROM ranked LEFT JOIN clean.station AS s ON %(by)s = 'station' AND s.station_id = key
WHERE %(after_key)s::text IS NULL OR (rank, key) > (%(after_rank)s::float8, %(after_key)s)
ORDER BY rank, key
LIMIT %(limit)s + 1
"""
"""`rank` orders the items, the least first."""


async def _ranked(
    request: Request, chosen: Chosen, page: Page, asked: Ranking, rank: str, figures: Callable[[Sums], dict[str, Any]]
) -> Response:
    """A page of stations or of several together, ordered by `rank`, with these figures of their sums."""
    sql = RANKING.format(
        key=KEYS[asked.by],
        sums=", ".join(f"sum(p.{name})::bigint AS {name}" for name in (*SUMMED, "point_count")),
        condition=chosen.condition,
        rank=rank,
    )

    async def find(connection: Connection, known: AsOf, position: Position | None) -> Found:
        await chosen.require(connection)
        after_rank, after_key = position.key if position else (None, None)
        after = {"after_rank": after_rank, "after_key": after_key, "limit": page.limit}
        found = await rows(connection, sql, {**chosen.parameters, **asked._asdict(), **after})
        sums, cursor = page.cut(found, known.at, lambda item: [item["rank"], item["key"]])
        dates = await dates_of(connection, "station_period", "days = %(days)s", days=asked.days)
        return Found([_about(one) | figures(one) for one in sums], *dates, cursor)

    return await answered_page(request, page, "station_period", find, float, str)


def _about(sums: Sums) -> dict[str, Any]:
    names = ("station_id", "station_name", "longitude", "latitude", "station_count", "point_count", "n")
    return {**{name: sums[name] for name in names}, "arrondissement": sums["of_arrondissement"]}


@router.get(
    "/saturation",
    summary="Where none is free",
    response_model=Saturations,
    responses=DOCUMENTED | UNKNOWN | {200: {"content": FORMS}, 304: {"description": "Not modified."}},
)
async def saturation(request: Request, chosen: ChosenStations, page: APage, asked: ARanking) -> Response:
    """How much of the time stations had no free charge point, the most saturated first."""
    return await _ranked(request, chosen, page, asked, f"-coalesce({NONE_FREE}, -1)", _saturation)


def _saturation(sums: Sums) -> dict[str, Any]:
    determined = sums["free_s"] + sums["none_free_s"]
    none_free = ratio(sums["none_free_s"], determined)
    low, high = interval(none_free, sums["effective_n"])
    return {
        "none_free_ratio": none_free,
        "none_free_low": low,
        "none_free_high": high,
        "observed_ratio": ratio(determined, determined + sums["undetermined_s"]),
        "longest_none_free_hours": sums["longest_none_free_hours"],
    }


@router.get(
    "/reliability",
    summary="What does not work",
    response_model=Reliabilities,
    responses=DOCUMENTED | UNKNOWN | {200: {"content": FORMS}, 304: {"description": "Not modified."}},
)
async def reliability(request: Request, chosen: ChosenStations, page: APage, asked: ARanking) -> Response:
    """Uptime with its bounds, the least reliable first. UNKNOWN is neither up nor down; unobserved time is left out."""
    return await _ranked(request, chosen, page, asked, f"coalesce({UPTIME_UPPER}, 2)", _reliability)


def _reliability(sums: Sums) -> dict[str, Any]:
    up, in_service = sum(sums[name] for name in UP), sum(sums[name] for name in IN_SERVICE)
    observed = sum(sums[name] for name in SECONDS[:-1])
    return {
        "uptime_lower_ratio": ratio(up, in_service),
        "uptime_upper_ratio": ratio(up + sums["unknown_s"], in_service),
        "observed_ratio": ratio(observed, observed + sums["unobserved_s"]),
        "out_of_order_s": sums["out_of_order_s"],
        "unknown_s": sums["unknown_s"],
    }
