"""Responses in MongoDB: inserted once, never rewritten, read lazily by UTC day."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from pymongo import ASCENDING, DESCENDING
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError

from belib_platform.raw.former_pages import is_former_page, joined_body, sound_responses
from belib_platform.raw.response import (
    BodyError,
    Response,
    ResponseMetadata,
    between,
    body_of,
    epoch_ms,
    sha256,
    to_document,
    to_metadata,
    to_response,
    up_to,
)
from belib_platform.raw.retired import RetiredDays

AT_ONCE = 16
"""Bodies fetched together: 16 are about 1 MB on the wire and 20 MB unpacked."""

LOOK_BACK = (1, 300, 0)
"""Responses read to find the newest sound one, in turn; 0 is all. Most often it is the first."""

DUPLICATE_KEY = 11000


class Kept(NamedTuple):
    """Result of storing responses: the new ones, and why others were rejected, by `_id` and hash."""

    new: list[Response]
    conflicts: dict[tuple[str, str], str]


def add_responses(collection: Collection[dict[str, Any]], responses: Sequence[Response]) -> Kept:
    """Insert responses that are not stored yet; the same response twice changes nothing.

    A response that is stored already with another hash is a conflict, since raw is never rewritten.
    """
    if not responses:
        return Kept([], {})
    collection.create_index([("fetched_at_ms", ASCENDING)])
    try:
        collection.insert_many([to_document(response) for response in responses], ordered=False)
    except BulkWriteError as error:
        failed = error.details["writeErrors"]
        if any(failure["code"] != DUPLICATE_KEY for failure in failed):
            raise
        known = {failure["index"]: responses[failure["index"]] for failure in failed}
        new = [response for index, response in enumerate(responses) if index not in known]
        return Kept(new, _conflicts(collection, list(known.values())))
    return Kept(list(responses), {})


def metadata_of(
    collection: Collection[dict[str, Any]], responses: Iterable[ResponseMetadata]
) -> dict[str, ResponseMetadata]:
    """The metadata of those of these responses that are stored, by `_id`."""
    found = collection.find({"_id": {"$in": [response.id for response in responses]}}, {"body": 0})
    return {response.id: response for response in map(to_metadata, found)}


def _conflicts(collection: Collection[dict[str, Any]], known: list[Response]) -> dict[tuple[str, str], str]:
    stored = metadata_of(collection, known)
    return {
        (
            response.id,
            response.sha256,
        ): f"{response.id} is kept with SHA-256 {stored[response.id].sha256[:12]}…; another "
        f"body, {response.sha256[:12]}…, claims the same instant and was not kept"
        for response in known
        if stored[response.id].sha256 != response.sha256
    }


def instants(collection: Collection[dict[str, Any]], bounds: Mapping[str, int]) -> Iterator[int]:
    """`fetched_at_ms` of the documents within bounds; the server reads nothing but the index.

    Some servers also find values that are no numbers. These are damaged; the archive and the doctor report them.
    """
    for document in collection.find({"fetched_at_ms": bounds}, {"_id": 0, "fetched_at_ms": 1}):
        if isinstance(document["fetched_at_ms"], int):
            yield document["fetched_at_ms"]


class RawResponses:
    """The responses of one collection, read lazily."""

    def __init__(self, collection: Collection[dict[str, Any]]) -> None:
        self.collection = collection

    def responses(self, day: date) -> list[ResponseMetadata]:
        """The sound responses of a UTC day, without their bodies, oldest first.

        Raises RetiredDayError when they are in the archive.
        """
        RetiredDays(self.collection.database).refuse(day)
        return sound_responses(self.all_responses(day, day))

    def all_responses(self, first: date, last: date) -> list[ResponseMetadata]:
        """The documents of a range of UTC days without their bodies, refused ones too, oldest first."""
        found = self.collection.find(between(first, last), {"body": 0}).sort("fetched_at_ms", ASCENDING)
        return sorted(map(to_metadata, found), key=lambda response: (response.fetched_at, response.page))

    def bodies(self, responses: Iterable[ResponseMetadata]) -> Iterator[tuple[ResponseMetadata, bytes]]:
        """The bodies of these responses, in this order, a few in memory at a time.

        Raises BodyError where a document is gone or has no body that can be read.
        """
        for response, document in self._documents(responses):
            is_joined = is_former_page(response)
            yield response, joined_body(self.collection, response) if is_joined else body_of(document)

    def bodies_as_kept(self, responses: Iterable[ResponseMetadata]) -> Iterator[tuple[ResponseMetadata, bytes]]:
        """As `bodies`, but former pages are not joined."""
        for response, document in self._documents(responses):
            yield response, body_of(document)

    def _documents(self, responses: Iterable[ResponseMetadata]) -> Iterator[tuple[ResponseMetadata, dict[str, Any]]]:
        wanted = list(responses)
        for start in range(0, len(wanted), AT_ONCE):
            some = wanted[start : start + AT_ONCE]
            found = {d["_id"]: d for d in self.collection.find({"_id": {"$in": [response.id for response in some]}})}
            for response in some:
                if response.id not in found:
                    raise BodyError(f"{response.id} is gone")
                yield response, found[response.id]

    def of_instant(self, source: str, fetched_at: datetime) -> list[Response]:
        """The documents of a source and an instant, with their bodies, by page."""
        found = self.collection.find({"fetched_at_ms": epoch_ms(fetched_at)})
        return sorted((to_response(d) for d in found if d["source"] == source), key=lambda response: response.page)

    def sound_near(self, source: str, at: datetime, within: timedelta, count: int) -> list[ResponseMetadata]:
        """A source's sound responses nearest before an instant, and nearest after it, `count` of each; no bodies."""
        ms, far = epoch_ms(at), within // timedelta(milliseconds=1)
        before = self._sound({"$gte": ms - far, "$lte": ms}, DESCENDING, source, count)
        return [*before, *self._sound({"$gt": ms, "$lte": ms + far}, ASCENDING, source, count)]

    def _sound(self, instants: dict[str, int], direction: int, source: str, count: int) -> list[ResponseMetadata]:
        """The first `count` of a source, found by reading few documents: most often all of the latest are sound."""
        found: list[ResponseMetadata] = []
        for limit in (2 * count, *LOOK_BACK[1:]):
            documents = self.collection.find({"fetched_at_ms": instants}, {"body": 0}).sort("fetched_at_ms", direction)
            responses = [to_metadata(document) for document in documents.limit(limit)]
            of_source = [response for response in responses if response.source == source]
            found = sound_responses(of_source)
            if len(found) >= count or len(responses) < limit:
                break
        return sorted(found, key=lambda response: response.fetched_at, reverse=direction == DESCENDING)[:count]

    def newest(self, source: str, now: datetime | None = None) -> ResponseMetadata | None:
        """The newest sound response of a source that is not from the future, however long ago that was."""
        return self._newest(source, up_to(now or datetime.now(UTC)))

    def newest_before(self, source: str, instant: datetime) -> ResponseMetadata | None:
        """The newest sound response of a source that was asked for before an instant (UTC)."""
        return self._newest(source, {"fetched_at_ms": {"$lt": epoch_ms(instant)}})

    def _newest(self, source: str, among: Mapping[str, Any]) -> ResponseMetadata | None:
        for limit in LOOK_BACK:
            found = self.collection.find(among, {"body": 0}).sort("fetched_at_ms", DESCENDING).limit(limit)
            responses = [response for document in found if (response := to_metadata(document)).source == source]
            if newest := sound_responses(responses):
                return newest[0]
        return None


def damaged(collection: Collection[dict[str, Any]], ids: list[str]) -> Iterator[tuple[str, str]]:
    """`_id` and recorded hash of those of these responses whose bodies do not match it, which no code of ours causes.

    A few bodies are in memory at a time.
    """
    for start in range(0, len(ids), AT_ONCE):
        for document in collection.find({"_id": {"$in": ids[start : start + AT_ONCE]}}):
            if _hash_of(document) != document.get("sha256"):
                yield document["_id"], str(document.get("sha256"))


def _hash_of(document: dict[str, Any]) -> str | None:
    try:
        return sha256(body_of(document))
    except BodyError:
        return None
