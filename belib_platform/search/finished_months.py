"""Save resources of the indices of past months: merge each to one segment and switch off its periodic refresh.

They can still be written to: the loader refreshes what it has written, and the next nightly run merges it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from belib_platform.search.availability import month
from belib_platform.search.client import Search
from belib_platform.search.errors import in_sentences
from belib_platform.search.hourly_index import HOURLY
from belib_platform.search.indices import living, targets

OPEN_AFTER_END = timedelta(days=7)
"""A month is left alone for a week after its end, since its days are often computed again then."""

NO_REFRESH = {"index": {"refresh_interval": "-1"}}

MERGE_TIMEOUT_S = 900


@dataclass(frozen=True)
class MergedIndices:
    """Names of the merged indices, and the server's message if it refused."""

    names: Sequence[str] = ()
    refused: str | None = None


def finished_months(search: Search, today: date) -> list[str]:
    """Names of the indices whose month ended a week or more before a UTC day, oldest first. Raises SearchError."""
    with in_sentences():
        found = [item for hourly in HOURLY for item in targets(living(search, hourly.contract)).items()]
    open_month = month(today - OPEN_AFTER_END)
    return [index.name for part, index in sorted(found) if part < open_month and index.is_created_here]


def merge_finished_months(search: Search, today: date) -> MergedIndices:
    """Merge every finished month and switch off its refresh; a repetition costs nothing.

    Stops at the first refusal and returns the server's message. Raises SearchAwayError.
    """
    from elasticsearch import ApiError

    done: list[str] = []
    for name in finished_months(search, today):
        with in_sentences():
            try:
                search.client.indices.put_settings(index=name, settings=NO_REFRESH)
                search.client.options(request_timeout=MERGE_TIMEOUT_S).indices.forcemerge(
                    index=name, max_num_segments=1
                )
            except ApiError as error:
                return MergedIndices(done, f"{name}: {error.status_code}, {error.message}")
        done.append(name)
    return MergedIndices(done)
