"""What raw holds of one UTC day: every page of every source, and the ledger, in the order of the archive."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date
from functools import cached_property
from typing import Any, NamedTuple

from belib_platform.raw.archive.errors import ArchiveError
from belib_platform.raw.archive.lines import (
    ArchivedHead,
    LineRefusedError,
    Row,
    body_name,
    checked_head,
    checked_row,
    content_sha256,
    ledger_jsonl,
    pages_jsonl,
)
from belib_platform.raw.damage import damaged
from belib_platform.raw.response import BodyError, MetadataError, ResponseMetadata, between, sha256, to_metadata
from belib_platform.raw.store import RawStore
from belib_platform.sources.registry import SOURCES

COLLECTIONS = tuple(dict.fromkeys(source.collection for source in SOURCES.values() if source.is_archived))
"""The collections that are archived, in the order of an archived day's lines."""

KNOWN = {"_id", "fetched_at_ms", *ResponseMetadata.__dataclass_fields__}
"""Fields of a page's document that the archive keeps."""


PAGE_COUNT = "page_count"
"""A field that pages of earlier versions lack."""


class Unfit(NamedTuple):
    """A document of raw that a line of the archive cannot hold, by its `_id`, whatever that is; and why."""

    collection: str
    id: Any
    said: str

    def __str__(self) -> str:
        """The document and why, in words."""
        return f"{self.id} of {self.collection} {self.said}"


@dataclass(frozen=True)
class RawDay:
    """Heads by collection, source and time, so that alike bodies lie side by side; ledger rows by time and source."""

    day: date
    heads: list[ArchivedHead]
    rows: list[Row]
    unfit: list[Unfit]

    @cached_property
    def pages_jsonl(self) -> bytes:
        """The member `pages.jsonl`."""
        return pages_jsonl(self.heads)

    @cached_property
    def ledger_jsonl(self) -> bytes:
        """The member `ledger.jsonl`."""
        return ledger_jsonl(self.rows)

    @cached_property
    def content_sha256(self) -> str:
        """What `Entry.content_sha256` says of the same day."""
        return content_sha256(self.pages_jsonl, self.ledger_jsonl)

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """Pages by collection and verdict."""
        return counts_of(self.heads)

    @property
    def is_empty(self) -> bool:
        """Whether raw holds nothing of the day."""
        return not (self.heads or self.rows or self.unfit)

    def refuse_unfit(self) -> None:
        """Raises ArchiveError, which names them, when a document holds what the archive would lose."""
        if self.unfit:
            said = "; ".join(map(str, self.unfit[:3]))
            more = f" and {len(self.unfit) - 3} more" if len(self.unfit) > 3 else ""
            raise ArchiveError(f"{self.day} cannot be archived: {said}{more}.")


def counts_of(heads: list[ArchivedHead]) -> dict[str, dict[str, int]]:
    """Pages by collection and verdict."""
    counted = Counter((head.collection, "sound" if head.is_sound else "refused") for head in heads)
    counts: dict[str, dict[str, int]] = {}
    for (collection, verdict), count in sorted(counted.items()):
        counts.setdefault(collection, {})[verdict] = count
    return counts


def raw_day(store: RawStore, day: date) -> RawDay:
    """Heads and ledger rows of a UTC day; no body is read, and no document, whatever it holds, makes this fail."""
    unfit: list[Unfit] = []
    heads = [head for collection in COLLECTIONS for head in _heads(store, collection, day, unfit)]
    return RawDay(day, heads, _rows(store, day, unfit), unfit)


def bodies(store: RawStore, heads: list[ArchivedHead]) -> Iterator[tuple[ArchivedHead, bytes]]:
    """The bodies of these pages, in this order, a few in memory at a time.

    Raises ArchiveError, which names the page, when a body is gone or is not the one whose hash its head holds.
    """
    for collection in COLLECTIONS:
        own = [head for head in heads if head.collection == collection]
        fetched = store.responses(collection).bodies_as_kept(own)
        for head in own:
            try:
                _, body = next(fetched)
            except BodyError as error:
                raise ArchiveError(f"{head.id} of {collection} has no body that can be read: {error}.") from error
            if sha256(body) != head.sha256:
                raise ArchiveError(f"{head.id} of {collection} has another body than the one whose SHA-256 it holds.")
            yield head, body


def damaged_responses(store: RawStore, heads: list[ArchivedHead]) -> set[tuple[str, str]]:
    """Collection and `_id` of those of these pages whose bodies are not the ones whose hashes they hold."""
    ids: dict[str, list[str]] = {}
    for head in heads:
        ids.setdefault(head.collection, []).append(head.id)
    return {(name, page) for name, some in ids.items() for page, _ in damaged(store.database[name], some)}


def belongs(source: str, collection: str) -> bool:
    """Whether pages of a source are kept in a collection."""
    return source in SOURCES and SOURCES[source].collection == collection


def _heads(store: RawStore, collection: str, day: date, unfit: list[Unfit]) -> list[ArchivedHead]:
    found = []
    for document in store.database[collection].find(between(day, day), {"body": 0}):
        try:
            found.append(_head(document, collection))
        except LineRefusedError as error:
            unfit.append(Unfit(collection, document["_id"], str(error)))
    return sorted(found, key=lambda head: (head.source, head.fetched_at, head.page))


def _head(document: dict[str, Any], collection: str) -> ArchivedHead:
    if unknown := document.keys() - KNOWN:
        raise LineRefusedError(f"holds {', '.join(sorted(unknown))}, which the archive would lose")
    if lacking := KNOWN - document.keys() - {PAGE_COUNT}:
        raise LineRefusedError(f"lacks {', '.join(sorted(lacking))}")
    if not isinstance(document["fetched_at_ms"], int) or not belongs(document["source"], collection):
        raise LineRefusedError(f"is no page of {document['source']!r}, fetched at {document['fetched_at_ms']!r}")
    try:
        head = to_metadata(document)
        archived = ArchivedHead(**vars(head), collection=collection, file=body_name(collection, head))
        fetched_at = document["fetched_at"].astimezone(UTC)
    except (MetadataError, KeyError, TypeError, AttributeError) as error:
        raise LineRefusedError(f"cannot be read: {error}") from error
    if head.id != document["_id"] or head.fetched_at != fetched_at:
        raise LineRefusedError(f"says of itself that it is {head.id}, fetched at {fetched_at}")
    return checked_head(archived)


def _rows(store: RawStore, day: date, unfit: list[Unfit]) -> list[Row]:
    rows = []
    for document in store.ledger.collection.find(between(day, day)):
        try:
            rows.append(checked_row(document, day))
        except LineRefusedError as error:
            unfit.append(Unfit(store.ledger.collection.name, document["_id"], str(error)))
    return sorted(rows, key=lambda row: (row["fetched_at_ms"], row["source"]))
