"""Notes and document counts of the monthly indices, by UTC day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from belib_platform.search.client import Search
from belib_platform.search.indices import IndexState
from belib_platform.search.notes import IndexNote, all_notes


@dataclass(frozen=True)
class IndexedDays:
    """Notes and document counts by index and UTC day."""

    notes: dict[tuple[str, date], IndexNote]
    counts: dict[tuple[str, date], int]


def read_indexed_days(search: Search, indices: Sequence[IndexState], *, count_all: bool = False) -> IndexedDays:
    """Notes and document counts of these indices.

    Counting documents by day takes the in-memory server a second. So the counts come from the notes, unless an index
    has another total than its notes, or `count_all` is set.
    """
    of_indices = {index.name for index in indices}
    notes = ((*key, note) for key, note in all_notes(search).items())
    found = {(index, date.fromisoformat(day)): note for index, day, note in notes if index in of_indices}
    counts: dict[tuple[str, date], int] = {}
    for index in of_indices:
        noted = {key: note.document_count for key, note in found.items() if key[0] == index}
        total = int(search.client.count(index=index)["count"])
        notes_agree = total == sum(noted.values()) and not count_all
        counts |= noted if notes_agree else {(index, day): count for day, count in _counted(search, index)}
    return IndexedDays(found, counts)


def _counted(search: Search, index: str) -> Iterator[tuple[date, int]]:
    days = {"days": {"date_histogram": {"field": "hour_at", "fixed_interval": "1d", "min_doc_count": 1}}}
    answer = search.client.search(index=index, size=0, aggs=days)
    for bucket in answer["aggregations"]["days"]["buckets"]:
        yield datetime.fromtimestamp(bucket["key"] / 1000, UTC).date(), bucket["doc_count"]
