"""Pages in MongoDB: added once, never rewritten, read lazily by UTC day."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from pymongo import ASCENDING, DESCENDING
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError

from belib_platform.raw.page import BodyError, Head, Page, between, body_of, epoch_ms, to_document, to_head, up_to
from belib_platform.raw.paged import polls
from belib_platform.raw.retired import RetiredDays
from belib_platform.sources.explore_pages import joined

AT_ONCE = 16
"""Bodies fetched together: 16 are about 1 MB on the wire and 20 MB unpacked."""

LOOK_BACK = (1, 300, 0)
"""Pages looked at for the newest sound one, in turn; 0 is all. Most often it is the first."""

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


def heads_of(collection: Collection[dict[str, Any]], pages: Iterable[Head]) -> dict[str, Head]:
    """The heads of these pages as they are kept, by `_id`; of those that are kept."""
    found = collection.find({"_id": {"$in": [page.id for page in pages]}}, {"body": 0})
    return {head.id: head for head in map(to_head, found)}


def _conflicts(collection: Collection[dict[str, Any]], known: list[Page]) -> dict[tuple[str, str], str]:
    kept = heads_of(collection, known)
    hashes = {page.id: kept[page.id].sha256 for page in known}
    return {(page.id, page.sha256): _told(page, hashes[page.id]) for page in known if hashes[page.id] != page.sha256}


def _told(page: Page, kept: str) -> str:
    return (
        f"{page.id} is kept with SHA-256 {kept[:12]}…; another body, {page.sha256[:12]}…, claims the same instant and "
        "was not kept"
    )


def instants(collection: Collection[dict[str, Any]], bounds: Mapping[str, int]) -> Iterator[int]:
    """`fetched_at_ms` of the documents within bounds, which the index alone tells.

    What is no number was spoilt, and some servers find it all the same: the archive and the doctor name it.
    """
    for document in collection.find({"fetched_at_ms": bounds}, {"_id": 0, "fetched_at_ms": 1}):
        if isinstance(document["fetched_at_ms"], int):
            yield document["fetched_at_ms"]


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
        for head, document in self._documents(heads):
            yield head, self._joined(head) if head.page_count else body_of(document)

    def bodies_as_kept(self, heads: Iterable[Head]) -> Iterator[tuple[Head, bytes]]:
        """The same of single documents: each page of an answer by itself.

        Raises BodyError where a document is gone or has no body that can be read.
        """
        for head, document in self._documents(heads):
            yield head, body_of(document)

    def _documents(self, heads: Iterable[Head]) -> Iterator[tuple[Head, dict[str, Any]]]:
        wanted = list(heads)
        for start in range(0, len(wanted), AT_ONCE):
            some = wanted[start : start + AT_ONCE]
            found = {d["_id"]: d for d in self.collection.find({"_id": {"$in": [head.id for head in some]}})}
            for head in some:
                if head.id not in found:
                    raise BodyError(f"{head.id} is gone")
                yield head, found[head.id]

    def _joined(self, head: Head) -> bytes:
        documents = self.collection.find({"fetched_at_ms": epoch_ms(head.fetched_at)})
        of_answer = [d for d in documents if d["source"] == head.source and d.get("page_count")]
        return joined(map(body_of, sorted(of_answer, key=lambda document: document["page"])))

    def sound_near(self, source: str, at: datetime, within: timedelta, count: int) -> list[Head]:
        """Heads of a source's sound answers nearest before an instant, and nearest after it, so many of each."""
        ms, far = epoch_ms(at), within // timedelta(milliseconds=1)
        before = self._sound({"$gte": ms - far, "$lte": ms}, DESCENDING, source, count)
        return [*before, *self._sound({"$gt": ms, "$lte": ms + far}, ASCENDING, source, count)]

    def _sound(self, instants: dict[str, int], direction: int, source: str, count: int) -> list[Head]:
        """The first ones of a source among as few pages as will do: most often all of the latest are sound."""
        found: list[Head] = []
        for limit in (2 * count, *LOOK_BACK[1:]):
            pages = self.collection.find({"fetched_at_ms": instants}, {"body": 0}).sort("fetched_at_ms", direction)
            heads = [to_head(document) for document in pages.limit(limit)]
            of_source = [head for head in heads if head.source == source]
            found = polls(sorted(of_source, key=lambda head: (head.fetched_at, head.page)))
            if len(found) >= count or len(heads) < limit:
                break
        return sorted(found, key=lambda head: head.fetched_at, reverse=direction == DESCENDING)[:count]

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
