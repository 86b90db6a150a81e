"""What the monthly indices hold, by UTC day: as noted where that adds up to what is there, else counted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from belib_platform.search.client import Search
from belib_platform.search.indices import Living
from belib_platform.search.notes import IndexNote, all_notes


@dataclass(frozen=True)
class Held:
    """Notes and documents by index and UTC day."""

    notes: dict[tuple[str, date], IndexNote]
    counts: dict[tuple[str, date], int]


def read_held(search: Search, indices: Sequence[Living], *, adding_up: bool = False) -> Held:
    """What these indices hold now.

    Counting by day costs a server in memory a second, so it is done only where an index has another number of
    documents than its notes together, or when asked for.
    """
    of_indices = {index.name for index in indices}
    found = {(n, date.fromisoformat(key)): note for (n, key), note in _daily(search).items() if n in of_indices}
    counts: dict[tuple[str, date], int] = {}
    for index in of_indices:
        noted = {key: note.document_count for key, note in found.items() if key[0] == index}
        total = int(search.client.count(index=index)["count"])
        is_noted = total == sum(noted.values()) and not adding_up
        counts |= noted if is_noted else {(index, day): count for day, count in _counted(search, index)}
    return Held(found, counts)


def _daily(search: Search) -> dict[tuple[str, str], IndexNote]:
    return {key: note for key, note in all_notes(search).items() if key[1][:1].isdigit()}


def _counted(search: Search, index: str) -> Iterator[tuple[date, int]]:
    days = {"days": {"date_histogram": {"field": "hour_at", "fixed_interval": "1d", "min_doc_count": 1}}}
    answer = search.client.search(index=index, size=0, aggs=days)
    for bucket in answer["aggregations"]["days"]["buckets"]:
        yield datetime.fromtimestamp(bucket["key"] / 1000, UTC).date(), bucket["doc_count"]
