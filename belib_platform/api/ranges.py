"""A range of time that a request asks for, bounded so that no request reads a whole table."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Query

from belib_platform.api.instants import Instant
from belib_platform.api.problems import WRONG_PARAMETER, ProblemError

Beginning = Annotated[
    Instant | None,
    Query(alias="from", description="Beginning (included), with its offset. Default: a week before `to`."),
]
End = Annotated[
    Instant | None, Query(alias="to", description="End (excluded), with its offset. Default: as_of, or now.")
]

WEEK = timedelta(days=7)


def range_of(first: datetime | None, last: datetime | None, at: datetime, most: timedelta) -> tuple[datetime, datetime]:
    """Beginning and end (UTC), the end not after `at`. Raises ProblemError if it is empty or longer than `most`."""
    end = min(last or at, at)
    try:
        begin = first or end - min(WEEK, most)
    except OverflowError:
        raise ProblemError(WRONG_PARAMETER, f"There is nothing before {end.isoformat()}.", "to") from None
    if begin >= end:
        raise ProblemError(WRONG_PARAMETER, f"{begin.isoformat()} is not before {end.isoformat()}.", "from")
    if end - begin > most:
        raise ProblemError(WRONG_PARAMETER, f"Ask for at most {most.days:,} days at once.", "from")
    return begin, end
