"""What polls can know by the rule of time, worked out from their instants alone."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta


def knowable(polls: list[datetime], gap_limit: timedelta) -> Iterator[tuple[datetime, datetime]]:
    """Half-open spans of the polls' UTC day of which they can tell."""
    midnight = datetime.combine(polls[0].date(), time(), UTC)
    start = midnight if polls[0] - midnight <= gap_limit / 2 else polls[0]
    for at, following in zip(polls, [*polls[1:], None], strict=True):
        if following is None or following - at > gap_limit:
            yield start, min(at + gap_limit / 2, midnight + timedelta(days=1))
            start = following or midnight
