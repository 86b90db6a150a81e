"""`/v1/quality`: how fresh and how complete the history is."""

from datetime import date, datetime, timedelta

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from belib_platform.api.answers import Answer, column, envelope, json_response
from belib_platform.api.conditional import headers_of, not_modified
from belib_platform.api.database import rows, transaction
from belib_platform.api.instants import known_at
from belib_platform.api.networks import BIKE_STATIONS, CHARGE_POINTS
from belib_platform.api.problems import DOCUMENTED
from belib_platform.contracts import clean
from belib_platform.raw.archive.archive import archive_of
from belib_platform.raw.archive.head import archive_head_if_sound

router = APIRouter()

DAYS = 7

FEEDS = [network.source for network in (CHARGE_POINTS, BIKE_STATIONS)]


class Hop(BaseModel):
    """One step on the way of a reading, and when the newest passed it."""

    hop: str = Field(description="operator: its stamp. response: requested from the portal. warehouse: written.")
    at: datetime | None = Field(description="When the newest passed (UTC).")


class PolledDay(BaseModel):
    """The attempts of a UTC day to request a source."""

    utc_date: date = Field(description="UTC day.")
    source: str = column(clean.Poll, "source")
    sound_count: int = Field(description="Responses that were kept and used.")
    refused_count: int = Field(description="Responses that were kept and not used.")
    failed_count: int = Field(description="Attempts without a response.")
    longest_gap_s: int | None = Field(
        description="Longest time from one sound response to the next, of those that end on this day, seconds."
    )
    gap_count: int = Field(
        description="How many of these gaps are longer than three polling intervals of the feed; a state seen before "
        "does not hold to their end."
    )


class RejectedByRule(BaseModel):
    """Records that a rule rejected."""

    source: str = column(clean.RejectedRecord, "source")
    rule: str = column(clean.RejectedRecord, "rule")
    record_count: int = Field(
        description="Rejected records kept in these days; of many in one response the first 1,000."
    )


class Head(BaseModel):
    """The head of the archive of raw responses. Noted elsewhere, it proves later that nothing before it was changed."""

    newest_day: date = Field(description="Newest archived UTC day.")
    sha256: str = Field(description="SHA-256 that the last line of the archive's manifest ends with.")


class Quality(Answer):
    """Freshness by hop, polls and gaps by day, and rejected records by rule, of the last seven UTC days."""

    hops: list[Hop] = Field(description="From the operator to the warehouse.")
    polls: list[PolledDay] = Field(description="By day and source, oldest first.")
    rejected: list[RejectedByRule] = Field(description="By source and rule.")
    archive_head: Head | None = Field(
        description="Null if nothing is archived, the archive is broken, or it is not on the API's machine."
    )


HOPS = """
SELECT 'operator' AS hop, (
    SELECT newest_source_updated_at FROM clean.poll
    WHERE source = 'belib' AND fetched_at = %(newest)s
) AS at
UNION ALL SELECT 'response', %(newest)s
UNION ALL SELECT 'warehouse', (
    SELECT max(written_at) FROM clean.written_window WHERE asset = 'charge_point_status' AND window_key = ANY(%(keys)s)
)
"""

POLLS = """
SELECT utc_date, source,
    count(*) FILTER (WHERE outcome = 'sound') AS sound_count,
    count(*) FILTER (WHERE outcome = 'refused') AS refused_count,
    count(*) FILTER (WHERE outcome IN ('failed', 'not_asked', 'asking')) AS failed_count,
    extract(epoch FROM max(gap))::int AS longest_gap_s,
    count(*) FILTER (WHERE source = ANY(%(feeds)s) AND extract(epoch FROM gap) > %(gap_limit_s)s) AS gap_count
FROM (
    SELECT source, outcome, fetched_at::date AS utc_date,
        CASE WHEN outcome = 'sound' THEN
            fetched_at - lag(fetched_at) OVER (PARTITION BY source, outcome ORDER BY fetched_at)
        END AS gap
    FROM clean.poll WHERE fetched_at >= %(first)s - interval '1 day' AND fetched_at <= %(at)s
) AS attempts
WHERE utc_date >= CAST(%(first)s AS date)
GROUP BY utc_date, source
ORDER BY utc_date, source
"""

REJECTED = """
SELECT source, rule, count(*) AS record_count
FROM clean.rejected_record WHERE fetched_at >= %(first)s AND fetched_at <= %(at)s
GROUP BY source, rule
ORDER BY source, rule
"""


@router.get(
    "/quality",
    summary="Freshness, gaps and rejected records",
    response_model=Quality,
    responses=DOCUMENTED | {304: {"description": "Not modified since that ETag."}},
)
async def quality(request: Request) -> Response:
    """How fresh the newest reading is at each hop, and what the last seven UTC days lack."""
    settings = request.app.state.settings
    async with transaction(request.app.state.pool) as connection:
        known = await known_at(connection, None)
        first = known.at.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=DAYS - 1)
        headers = await headers_of(connection, request, known, settings.cadence_s, (first.date(), known.at.date()))
        if unchanged := not_modified(request, headers):
            return unchanged
        keys = [(first + timedelta(days=n)).date().isoformat() for n in range(DAYS)]
        gap_limit_s = settings.gap_limit.total_seconds()
        hops = await rows(connection, HOPS, {"newest": known.newest_at, "keys": keys})
        asked = {"first": first, "at": known.at, "gap_limit_s": gap_limit_s, "feeds": FEEDS}
        polls = await rows(connection, POLLS, asked)
        rejected = await rows(connection, REJECTED, {"first": first, "at": known.at})
    head = await run_sync(archive_head_if_sound, archive_of(settings))
    told = {
        **envelope(known, is_simulated=settings.is_simulated),
        "next_cursor": None,
        "hops": hops,
        "polls": polls,
        "rejected": rejected,
        "archive_head": head and head._asdict(),
    }
    return json_response(told, headers, "application/json")
