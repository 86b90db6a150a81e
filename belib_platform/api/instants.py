"""The instant that an answer speaks of: now, or an instant of the past that `as_of` names."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import Query
from pydantic import AfterValidator, AwareDatetime

from belib_platform.api.database import Connection
from belib_platform.api.networks import BIKE_STATIONS, CHARGE_POINTS, Network
from belib_platform.api.problems import AWAY, WRONG_PARAMETER, ProblemError

NEWEST = """
SELECT fetched_at FROM clean.poll
WHERE source = %(source)s AND outcome = 'sound' AND is_folded AND fetched_at <= %(at)s
ORDER BY fetched_at DESC LIMIT 1
"""

LEFT_OUT = """
SELECT NOT EXISTS (SELECT FROM clean.poll WHERE source = %(source)s AND outcome = 'sound' AND is_folded)
   AND EXISTS (SELECT FROM clean.poll WHERE source = ANY(%(all)s) AND outcome = 'sound' AND is_folded
               AND fetched_at <= %(at)s) AS is_left_out
"""


def in_utc(instant: datetime) -> datetime:
    """The instant in UTC, to the millisecond. Raises ValueError if it is not within the years 1 to 9999 there."""
    try:
        whole = instant.astimezone(UTC)
    except OverflowError:
        raise ValueError("is not within the years 1 to 9999 in UTC") from None
    return whole.replace(microsecond=whole.microsecond // 1000 * 1000)


Instant = Annotated[AwareDatetime, AfterValidator(in_utc)]
"""An instant with its offset from UTC, such as 2026-01-31T12:00:00Z."""

AsOfParameter = Annotated[
    Instant | None,
    Query(
        alias="as_of",
        description="Answer with what could be known at this instant (with its offset, such as 2026-01-31T12:00:00Z). "
        "Default: now. Attributes such as names and places are always the current ones.",
    ),
]


@dataclass(frozen=True)
class AsOf:
    """`at` is the instant (UTC), and `newest_at` when the newest sound response until then was requested (UTC).

    There is none until the feed of an optional network has answered.
    """

    at: datetime
    newest_at: datetime | None

    @property
    def age_s(self) -> int | None:
        """Seconds since the newest response, if there is one."""
        return None if self.newest_at is None else int((self.at - self.newest_at).total_seconds())


def this_moment() -> datetime:
    """Now, in UTC, to the millisecond."""
    return in_utc(datetime.now(UTC))


async def known_at(connection: Connection, asked: datetime | None, network: Network = CHARGE_POINTS) -> AsOf:
    """The instant asked for, or now. Raises ProblemError if it is in the future or before the first response.

    A network whose feed never answered, where another one's had by then, is left out: nothing is known of it.
    """
    now = this_moment()
    if asked is not None and asked > now + timedelta(seconds=1):
        raise ProblemError(WRONG_PARAMETER, f"{asked.isoformat()} is in the future.", "as_of")
    at = min(asked or now, now)
    row = await (await connection.execute(NEWEST, {"at": at, "source": network.source})).fetchone()
    if row is None and (asked or not network.is_optional) and not await _is_left_out(connection, network, at):
        detail = f"There is no response of the feed of {network.noun}s until {at.isoformat()}."
        raise ProblemError(WRONG_PARAMETER, detail, "as_of") if asked else ProblemError(AWAY, detail)
    return AsOf(at, row["fetched_at"] if row else None)


async def _is_left_out(connection: Connection, network: Network, at: datetime) -> bool:
    every = [one.source for one in (CHARGE_POINTS, BIKE_STATIONS)]
    cursor = await connection.execute(LEFT_OUT, {"source": network.source, "all": every, "at": at})
    row = await cursor.fetchone()
    return bool(row and row["is_left_out"])
