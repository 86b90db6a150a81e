"""`/v1/quality`: how fresh and how complete the history is."""

from datetime import date, datetime, timedelta

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from belib_platform.api.answers import Answer, column, envelope
from belib_platform.api.conditional import headers_of, not_modified
from belib_platform.api.database import rows, transaction
from belib_platform.api.instants import known_at
from belib_platform.api.pages import page_response
from belib_platform.api.problems import DOCUMENTED
from belib_platform.contracts import clean

router = APIRouter()

DAYS = 7


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
    longest_gap_s: int | None = Field(description="Longest time between two sound responses of the day, seconds.")


class RejectedByRule(BaseModel):
    """Records that a rule rejected."""

    source: str = column(clean.RejectedRecord, "source")
    rule: str = column(clean.RejectedRecord, "rule")
    record_count: int = Field(
        description="Rejected records kept in these days; of many in one response the first 1,000."
    )


class Quality(Answer):
    """Freshness by hop, polls and gaps by day, and rejected records by rule, of the last seven UTC days."""

    hops: list[Hop] = Field(description="From the operator to the warehouse.")
    polls: list[PolledDay] = Field(description="By day and source, oldest first.")
    rejected: list[RejectedByRule] = Field(description="By source and rule.")


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
    extract(epoch FROM max(gap))::int AS longest_gap_s
FROM (
    SELECT source, outcome, fetched_at::date AS utc_date,
        CASE WHEN outcome = 'sound' THEN
            fetched_at - lag(fetched_at) OVER (PARTITION BY source, outcome, fetched_at::date ORDER BY fetched_at)
        END AS gap
    FROM clean.poll WHERE fetched_at >= %(first)s AND fetched_at <= %(at)s
) AS attempts
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
        hops = await rows(connection, HOPS, {"newest": known.newest_at, "keys": keys})
        polls = await rows(connection, POLLS, {"first": first, "at": known.at})
        rejected = await rows(connection, REJECTED, {"first": first, "at": known.at})
    told = {**envelope(known, is_simulated=settings.is_simulated), "next_cursor": None}
    return page_response("json", {**told, "hops": hops, "polls": polls, "rejected": rejected}, [], headers)
