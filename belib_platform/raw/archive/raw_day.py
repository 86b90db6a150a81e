"""What raw holds of one UTC day: all responses and the ledger, in the order of the archive."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date
from functools import cached_property
from itertools import chain
from typing import Any, NamedTuple

from belib_platform.raw.archive.errors import ArchiveError
from belib_platform.raw.archive.lines import (
    ArchivedMetadata,
    LineRefusedError,
    Row,
    body_name,
    checked_metadata,
    checked_row,
    content_sha256,
    ledger_jsonl,
    pages_jsonl,
)
from belib_platform.raw.response import BodyError, MetadataError, ResponseMetadata, between, sha256, to_metadata
from belib_platform.raw.responses import damaged
from belib_platform.raw.store import RawStore
from belib_platform.sources.registry import SOURCES

COLLECTIONS = tuple(dict.fromkeys(source.collection for source in SOURCES.values() if source.is_archived))
"""The collections that are archived, in the order of an archived day's lines."""

KNOWN = {"_id", "fetched_at_ms", *ResponseMetadata.__dataclass_fields__}
"""Fields of a response's document that the archive keeps."""

PAGE_COUNT = "page_count"
"""A field that documents of earlier versions lack."""


class Unfit(NamedTuple):
    """A document of raw that no line of the archive can hold, and why; its `_id` may have any type."""

    collection: str
    id: Any
    reason: str

    def __str__(self) -> str:
        return f"{self.id} of {self.collection} {self.reason}"


@dataclass(frozen=True)
class RawDay:
    """A UTC day of raw: responses by collection, source and time, so that alike bodies are adjacent; rows by time.

    `unfit` are the documents that the archive cannot hold.
    """

    day: date
    responses: list[ArchivedMetadata]
    rows: list[Row]
    unfit: list[Unfit]

    @cached_property
    def pages_jsonl(self) -> bytes:
        """The member `pages.jsonl`."""
        return pages_jsonl(self.responses)

    @cached_property
    def ledger_jsonl(self) -> bytes:
        """The member `ledger.jsonl`."""
        return ledger_jsonl(self.rows)

    @cached_property
    def content_sha256(self) -> str:
        """What `Entry.content_sha256` says of the same day."""
        return content_sha256(self.pages_jsonl, self.ledger_jsonl)

    @property
    def is_empty(self) -> bool:
        """Whether raw holds nothing of the day."""
        return not (self.responses or self.rows or self.unfit)

    def refuse_unfit(self) -> None:
        """Raises ArchiveError, which names them, when a document holds what the archive would lose."""
        if self.unfit:
            some = "; ".join(map(str, self.unfit[:3]))
            more = f" and {len(self.unfit) - 3} more" if len(self.unfit) > 3 else ""
            raise ArchiveError(f"{self.day} cannot be archived: {some}{more}.")


def counts_of(responses: list[ArchivedMetadata]) -> dict[str, dict[str, int]]:
    """Number of responses by collection and verdict."""
    counted = Counter((response.collection, "sound" if response.is_sound else "refused") for response in responses)
    counts: dict[str, dict[str, int]] = {}
    for (collection, verdict), count in sorted(counted.items()):
        counts.setdefault(collection, {})[verdict] = count
    return counts


def raw_day(store: RawStore, day: date) -> RawDay:
    """Responses and ledger rows of a UTC day, without reading bodies; never fails because of a document's content."""
    unfit: list[Unfit] = []
    responses = list(chain.from_iterable(_responses(store, name, day, unfit) for name in COLLECTIONS))
    return RawDay(day, responses, _rows(store, day, unfit), unfit)


def bodies(store: RawStore, responses: list[ArchivedMetadata]) -> Iterator[tuple[ArchivedMetadata, bytes]]:
    """The bodies of these responses, in this order, a few in memory at a time.

    Raises ArchiveError, which names the response, if a body is gone or does not match its hash.
    """
    for collection in COLLECTIONS:
        own = [response for response in responses if response.collection == collection]
        fetched = store.responses(collection).bodies_as_kept(own)
        for response in own:
            try:
                _, body = next(fetched)
            except BodyError as error:
                raise ArchiveError(f"{response.id} of {collection} has no body that can be read: {error}.") from error
            if sha256(body) != response.sha256:
                raise ArchiveError(
                    f"{response.id} of {collection} has another body than the one whose SHA-256 it holds."
                )
            yield response, body


def damaged_responses(store: RawStore, responses: list[ArchivedMetadata]) -> set[tuple[str, str]]:
    """Collection and `_id` of those of these responses whose bodies do not match their hashes."""
    ids: dict[str, list[str]] = {}
    for response in responses:
        ids.setdefault(response.collection, []).append(response.id)
    return {(name, key) for name, some in ids.items() for key, _ in damaged(store.database[name], some)}


def belongs(source: str, collection: str) -> bool:
    """Whether responses of a source are stored in a collection."""
    return source in SOURCES and SOURCES[source].collection == collection


def _responses(store: RawStore, collection: str, day: date, unfit: list[Unfit]) -> list[ArchivedMetadata]:
    found = []
    for document in store.database[collection].find(between(day, day), {"body": 0}):
        try:
            found.append(_metadata(document, collection))
        except LineRefusedError as error:
            unfit.append(Unfit(collection, document["_id"], str(error)))
    return sorted(found, key=lambda response: (response.source, response.fetched_at, response.page))


def _metadata(document: dict[str, Any], collection: str) -> ArchivedMetadata:
    if unknown := document.keys() - KNOWN:
        raise LineRefusedError(f"holds {', '.join(sorted(unknown))}, which the archive would lose")
    if lacking := KNOWN - document.keys() - {PAGE_COUNT}:
        raise LineRefusedError(f"lacks {', '.join(sorted(lacking))}")
    if not isinstance(document["fetched_at_ms"], int) or not belongs(document["source"], collection):
        raise LineRefusedError(f"is no page of {document['source']!r}, fetched at {document['fetched_at_ms']!r}")
    try:
        response = to_metadata(document)
        archived = ArchivedMetadata(**vars(response), collection=collection, file=body_name(collection, response))
        fetched_at = document["fetched_at"].astimezone(UTC)
    except (MetadataError, KeyError, TypeError, AttributeError) as error:
        raise LineRefusedError(f"cannot be read: {error}") from error
    if response.id != document["_id"] or response.fetched_at != fetched_at:
        raise LineRefusedError(f"says of itself that it is {response.id}, fetched at {fetched_at}")
    return checked_metadata(archived)


def _rows(store: RawStore, day: date, unfit: list[Unfit]) -> list[Row]:
    rows = []
    for document in store.ledger.collection.find(between(day, day)):
        try:
            rows.append(checked_row(document, day))
        except LineRefusedError as error:
            unfit.append(Unfit(store.ledger.collection.name, document["_id"], str(error)))
    return sorted(rows, key=lambda row: (row["fetched_at_ms"], row["source"]))
