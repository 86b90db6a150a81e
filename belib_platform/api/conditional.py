"""Conditional requests: an ETag made of the notes of what was written, so that 304 needs no query of the data."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from http import HTTPStatus
from importlib.metadata import version

from fastapi import Request
from psycopg.rows import DictRow
from starlette.responses import Response

from belib_platform.api.database import Connection, looked_up
from belib_platform.api.instants import AsOf
from belib_platform.api.networks import CHARGE_POINTS, Network
from belib_platform.api.present import SINCE_DAYS
from belib_platform.contracts.json_values import written

REVISED_AT = "Revised-At"

VERSION = version("belib-platform")
"""Another one may answer in another form."""

NOTES = """
SELECT asset, window_key, fingerprint, run_id, revised_at
FROM clean.written_window
WHERE window_key = 'all' AND asset = ANY(%(whole)s) OR window_key = ANY(%(days)s)
ORDER BY asset, window_key
"""

NOTE = """
SELECT fingerprint, run_id, row_count FROM clean.written_window WHERE asset = %(table)s AND window_key = 'all'
"""

MOMENT_S = 60
"""An answer about now is the same for so long, unless something is written: only its age changes."""

PAST_S = 3600
"""How long an answer about the past may be cached."""

DAY_S = 86_400
"""How long an answer may be cached that is made of a table which a source fills once a day."""


async def headers_of(
    connection: Connection,
    request: Request,
    known: AsOf,
    cadence_s: int,
    made_of: tuple[date, date] | None = None,
    whole: Sequence[str] | None = None,
    network: Network = CHARGE_POINTS,
) -> dict[str, str]:
    """ETag, Cache-Control and, if it applies, Revised-At of an answer that is made of a range of UTC days.

    Both ends are included. By default these are the days that the present is made of: that of `known`, and those before
    it that are looked through for the beginning of a state. `whole` are tables without days that it is made of, by
    default those of the network's present.
    """
    today = known.at.date()
    first, last = made_of or (today - timedelta(days=SINCE_DAYS), today)
    days = [(first + timedelta(days=n)).isoformat() for n in range((last - first).days + 1)]
    notes = await looked_up(connection, NOTES, {"days": days, "whole": list(network.whole if whole is None else whole)})
    is_past = "as_of" in request.query_params
    moment = known.at.isoformat() if is_past else int(known.at.timestamp() // MOMENT_S)
    written_by = [tuple(note.values()) for note in notes]
    told = repr([VERSION, written_by, str(request.url.path), str(request.query_params), moment])
    return {
        **_revised(notes, network, known.at),
        "ETag": _etag(told),
        "Cache-Control": f"public, max-age={PAST_S if is_past else until_next_poll_s(known, cadence_s)}",
    }


def until_next_poll_s(known: AsOf, cadence_s: int) -> int:
    """Seconds from the instant to the next poll, if polls go on at that cadence."""
    return cadence_s - (known.age_s or 0) % cadence_s


async def headers_of_daily(connection: Connection, table: str) -> dict[str, str]:
    """ETag and Cache-Control of an answer without parameters, made of a table without days that changes once a day.

    While the table has no rows, the answer may be cached for a moment only.
    """
    notes = await looked_up(connection, NOTE, {"table": table})
    told = repr([VERSION, table, [tuple(note.values()) for note in notes]])
    seconds = DAY_S if any(note["row_count"] for note in notes) else MOMENT_S
    return {"ETag": _etag(told), "Cache-Control": f"public, max-age={seconds}"}


def _etag(told: str) -> str:
    return f'W/"{hashlib.blake2b(told.encode(), digest_size=12).hexdigest()}"'


def _revised(notes: list[DictRow], network: Network, at: datetime) -> dict[str, str]:
    """When something that was known at an instant was last made again from other responses, after that instant."""
    found = [note["revised_at"] for note in notes if note["asset"] in network.revised and note["revised_at"]]
    later = [revised_at for revised_at in found if revised_at > at]
    return {REVISED_AT: written(max(later))} if later else {}


def not_modified(request: Request, headers: dict[str, str]) -> Response | None:
    """304, if the client has this answer already."""
    known = request.headers.get("if-none-match", "")
    if {headers["ETag"], "*"} & {tag.strip() for tag in known.split(",")}:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers | {"Vary": "Accept-Encoding"})
    return None
