"""Reads responses that earlier versions kept as pages: several documents, each with a `page_count`, for one response.

Pages imported today are joined into one response of one document (`recordings.pages`). In what earlier versions wrote,
to MongoDB and to the archive, `page_count` is the number of documents of the response, `page` the number of records
before those of the document, and all of them are sound once none is missing. No other module reads `page_count`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from pymongo.collection import Collection

from belib_platform.raw.response import ResponseMetadata, body_of, epoch_ms
from belib_platform.sources.explore_pages import joined

COMPLETED_FIELDS = {"verdict", "reason", "page_count"}
"""Fields of a refused page that an earlier version wrote again when the response was complete."""


def is_former_page(metadata: ResponseMetadata) -> bool:
    """Whether this is the metadata of such a page, or of the response that `sound_responses` makes of several."""
    return bool(metadata.page_count)


def sound_responses(all_metadata: Iterable[ResponseMetadata]) -> list[ResponseMetadata]:
    """The sound ones in their order; former pages as one response, or as none while some are missing."""
    instants: dict[tuple[str, int], list[ResponseMetadata]] = {}
    for metadata in all_metadata:
        if metadata.is_sound:
            instants.setdefault((metadata.source, epoch_ms(metadata.fetched_at)), []).append(metadata)
    return [found for documents in instants.values() if (found := _as_one(documents))]


def _as_one(documents: list[ResponseMetadata]) -> ResponseMetadata | None:
    first = min(documents, key=lambda document: document.page)
    if not is_former_page(first):
        return first
    if len(documents) < first.page_count:
        return None
    return replace(
        first,
        record_count=sum(document.record_count or 0 for document in documents),
        received_at=max(document.received_at for document in documents),
    )


def joined_body(collection: Collection[dict[str, Any]], metadata: ResponseMetadata) -> bytes:
    """The records of all pages of a response, as an export holds them. Raises BodyError for a damaged page."""
    found = collection.find({"fetched_at_ms": epoch_ms(metadata.fetched_at), "page_count": {"$gt": 0}})
    pages = [document for document in found if document["source"] == metadata.source]
    return joined(map(body_of, sorted(pages, key=lambda document: document["page"])))


def completed(kept: Iterable[ResponseMetadata], archived: Iterable[ResponseMetadata]) -> Iterator[str]:
    """The attempts (`_id`) whose response is complete in raw by pages that the archive does not hold yet."""
    responses: dict[str, list[ResponseMetadata]] = {}
    for metadata in kept:
        responses.setdefault(metadata.attempt_id, []).append(metadata)
    known = {metadata.id: metadata for metadata in archived}
    came_whole = {metadata.attempt_id for metadata in known.values() if not is_former_page(metadata)}
    for attempt_id, pages in responses.items():
        is_complete = all(page.is_sound and page.page_count == len(pages) for page in pages)
        if is_complete and attempt_id not in came_whole and any(page.id not in known for page in pages):
            yield attempt_id
