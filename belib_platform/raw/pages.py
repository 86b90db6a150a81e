"""Pages in MongoDB: added once, never rewritten, read lazily by UTC day."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from statistics import median_low
from typing import Any, NamedTuple

from pymongo import ASCENDING, DESCENDING
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError

from belib_platform.raw.page import Head, Page, between, body_of, epoch_ms, to_document, to_head, up_to
from belib_platform.raw.paged import polls
from belib_platform.raw.retired import RetiredDays
from belib_platform.sources.explore_pages import joined

AT_ONCE = 16
"""Bodies fetched together: 16 are about 1 MB on the wire and 20 MB unpacked."""

LOOK_BACK = (1, 300, 0)
"""Pages looked at for the newest sound one, in turn; 0 is all. Most often it is the first."""

JUDGED_BY = 12
"""Pages of a collection by which it is judged how many records an answer of one of its sources has."""

DUPLICATE_KEY = 11000


class Kept(NamedTuple):
    """What became of pages: those that were new, and for those that were turned away why, by `_id` and hash."""

    new: list[Page]
    conflicts: dict[tuple[str, str], str]


def add_pages(collection: Collection[dict[str, Any]], pages: Sequence[Page]) -> Kept:
    """Keep pages that are not kept yet; the same page twice changes nothing.

    A page that is kept already with another hash is a conflict: raw is never rewritten.
    """
    if not pages:
        return Kept([], {})
    collection.create_index([("fetched_at_ms", ASCENDING)])
    try:
        collection.insert_many([to_document(page) for page in pages], ordered=False)
    except BulkWriteError as error:
        failed = error.details["writeErrors"]
        if any(failure["code"] != DUPLICATE_KEY for failure in failed):
            raise
        known = {failure["index"]: pages[failure["index"]] for failure in failed}
        new = [page for index, page in enumerate(pages) if index not in known]
        return Kept(new, _conflicts(collection, list(known.values())))
    return Kept(list(pages), {})


def _conflicts(collection: Collection[dict[str, Any]], known: list[Page]) -> dict[tuple[str, str], str]:
    found = collection.find({"_id": {"$in": [page.id for page in known]}}, {"body": 0})
    kept = {document["_id"]: document["sha256"] for document in found}
    return {(page.id, page.sha256): _told(page, kept[page.id]) for page in known if kept[page.id] != page.sha256}


def _told(page: Page, kept: str) -> str:
    return (
        f"{page.id} is kept with SHA-256 {kept[:12]}…; another body, {page.sha256[:12]}…, claims the same instant and "
        "was not kept"
    )


class RawPages:
    """A lazy window on the pages of one collection: `first` to `last`, UTC days, both included."""

    def __init__(self, collection: Collection[dict[str, Any]], first: date, last: date) -> None:
        self.collection, self.first, self.last = collection, first, last

    def heads(self, day: date) -> list[Head]:
        """Heads of the sound answers of a UTC day, oldest first; one that came in pages has one head.

        Raises RetiredDayError when they are in the archive.
        """
        RetiredDays(self.collection.database).refuse(day)
        return polls(self.all_heads(day, day))

    def all_heads(self, first: date, last: date) -> list[Head]:
        """Heads of all pages of a range of UTC days, refused ones too, oldest first."""
        found = self.collection.find(between(first, last), {"body": 0}).sort("fetched_at_ms", ASCENDING)
        return sorted(map(to_head, found), key=lambda head: (head.fetched_at, head.page))

    def bodies(self, heads: Iterable[Head]) -> Iterator[tuple[Head, bytes]]:
        """The bodies of these answers, in this order, a few in memory at a time; pages come joined as one export."""
        wanted = list(heads)
        for start in range(0, len(wanted), AT_ONCE):
            some = wanted[start : start + AT_ONCE]
            documents = {d["_id"]: d for d in self.collection.find({"_id": {"$in": [head.id for head in some]}})}
            for head in some:
                yield head, self._joined(head) if head.page_count else body_of(documents[head.id])

    def _joined(self, head: Head) -> bytes:
        documents = self.collection.find({"fetched_at_ms": epoch_ms(head.fetched_at)})
        of_answer = [d for d in documents if d["source"] == head.source and d.get("page_count")]
        return joined(map(body_of, sorted(of_answer, key=lambda document: document["page"])))

    def usual_count(self, source: str) -> int | None:
        """How many records a source's sound answers have: the lower median of the last few, None before the first.

        Not the last one's count: a single answer that was far too long would have all after it refused.
        """
        known = up_to(datetime.now(UTC))
        found = self.collection.find(known, {"body": 0}).sort("fetched_at_ms", DESCENDING).limit(JUDGED_BY)
        sound = [
            head for head in map(to_head, found) if head.source == source and head.is_sound and not head.page_count
        ]
        newest = sound or [head for head in [self.newest(source)] if head]
        counts = [head.record_count for head in newest if head.record_count is not None]
        return median_low(counts) if counts else None

    def newest(self, source: str, now: datetime | None = None) -> Head | None:
        """The newest sound answer of a source that is not from the future, however long ago that was."""
        known = up_to(now or datetime.now(UTC))
        for limit in LOOK_BACK:
            found = self.collection.find(known, {"body": 0}).sort("fetched_at_ms", DESCENDING).limit(limit)
            heads = [head for document in found if (head := to_head(document)).source == source]
            newest = polls(sorted(heads, key=lambda head: (head.fetched_at, head.page)))[-1:]
            if newest:
                return newest[0]
        return None
