"""Months that are over: merged to one segment, and no longer refreshed by themselves. Still written to like others.

Late hours are loaded as ever: the loader refreshes what it has written, and the next night merges it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from belib_platform.contracts.search import BelibAvailability
from belib_platform.search.availability import month
from belib_platform.search.client import Search
from belib_platform.search.errors import in_sentences
from belib_platform.search.indices import living, targets

SETTLED_AFTER = timedelta(days=7)
"""Days of a month may be made again for a week before it counts as over."""

QUIET_SETTINGS = {"index": {"refresh_interval": "-1"}}

MERGE_S = 900


@dataclass(frozen=True)
class Settled:
    """Indices that are merged and quiet now, and what the server said where it refused."""

    names: Sequence[str] = ()
    refused: str | None = None


def months_over(search: Search, today: date) -> list[str]:
    """Names of the indices whose month ended a week or more before a UTC day, oldest first. Raises SearchError."""
    with in_sentences():
        found = targets(living(search, BelibAvailability))
    open_month = month(today - SETTLED_AFTER)
    return [index.name for part, index in sorted(found.items()) if part < open_month and index.is_ours]


def settle(search: Search, today: date) -> Settled:
    """Settle every month that is over; one that is already costs nothing.

    A server that refuses is asked no further, and what it said is returned. Raises SearchAwayError.
    """
    from elasticsearch import ApiError

    done: list[str] = []
    for name in months_over(search, today):
        with in_sentences():
            try:
                search.client.indices.put_settings(index=name, settings=QUIET_SETTINGS)
                search.client.options(request_timeout=MERGE_S).indices.forcemerge(index=name, max_num_segments=1)
            except ApiError as error:
                return Settled(done, f"{name}: {error.status_code}, {error.message}")
        done.append(name)
    return Settled(done)
