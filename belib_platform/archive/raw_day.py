"""What raw holds of one UTC day: every page of every source, and the ledger, in the order of the archive."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import zstandard

from belib_platform.archive.errors import ArchiveError
from belib_platform.archive.lines import (
    ArchivedHead,
    LineRefusedError,
    Row,
    body_name,
    content_sha256,
    ledger_jsonl,
    pages_jsonl,
)
from belib_platform.raw.page import Head, between, sha256, to_head
from belib_platform.raw.store import RawStore
from belib_platform.sources.registry import SOURCES

COLLECTIONS = tuple(dict.fromkeys(source.collection for source in SOURCES.values()))

KNOWN = {"_id", "fetched_at_ms", *Head.__dataclass_fields__}
"""Fields of a page's document that the archive keeps."""


@dataclass(frozen=True)
class RawDay:
    """Heads by collection, source and time, so that alike bodies lie side by side; ledger rows by time and source."""

    day: date
    heads: list[ArchivedHead]
    rows: list[Row]
    pages_jsonl: bytes
    ledger_jsonl: bytes

    @property
    def content_sha256(self) -> str:
        """What `Entry.content_sha256` says of the same day."""
        return content_sha256(self.pages_jsonl, self.ledger_jsonl)

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """Pages by collection and verdict."""
        return counts_of(self.heads)


def counts_of(heads: list[ArchivedHead]) -> dict[str, dict[str, int]]:
    """Pages by collection and verdict."""
    counted = Counter((head.collection, "sound" if head.is_sound else "refused") for head in heads)
    counts: dict[str, dict[str, int]] = {}
    for (collection, verdict), count in sorted(counted.items()):
        counts.setdefault(collection, {})[verdict] = count
    return counts


def raw_day(store: RawStore, day: date) -> RawDay:
    """Heads and ledger rows of a UTC day; no body is read.

    Raises ArchiveError when a document holds what the archive would lose.
    """
    heads = [head for collection in COLLECTIONS for head in _heads(store, collection, day)]
    rows: list[Row] = list(store.ledger.attempts(day))
    try:
        return RawDay(day, heads, rows, pages_jsonl(heads), ledger_jsonl(rows))
    except LineRefusedError as error:
        raise ArchiveError(f"{day} cannot be archived: {error}.") from error


def bodies(store: RawStore, heads: list[ArchivedHead]) -> Iterator[tuple[ArchivedHead, bytes]]:
    """The bodies of these pages, in this order, a few in memory at a time.

    Raises ArchiveError, which names the page, when a body is gone or is not the one whose hash its head holds.
    """
    for collection in COLLECTIONS:
        own = [head for head in heads if head.collection == collection]
        fetched = store.pages(collection).bodies(own)
        for head in own:
            try:
                _, body = next(fetched)
            except (KeyError, zstandard.ZstdError) as error:
                raise ArchiveError(f"{head.id} of {collection} has no body that can be read: {error}.") from error
            if sha256(body) != head.sha256:
                raise ArchiveError(f"{head.id} of {collection} has another body than the one whose SHA-256 it holds.")
            yield head, body


def _heads(store: RawStore, collection: str, day: date) -> list[ArchivedHead]:
    found = []
    for document in store.database[collection].find(between(day, day), {"body": 0}):
        head = to_head(document)
        unknown = document.keys() - KNOWN
        if unknown or head.id != document["_id"]:
            what = f"holds {', '.join(sorted(unknown))}" if unknown else f"says of itself that it is {head.id}"
            raise ArchiveError(f"{document['_id']} of {collection} {what}, which the archive would lose.")
        found.append(ArchivedHead(**vars(head), collection=collection, file=body_name(collection, head)))
    return sorted(found, key=lambda head: (head.source, head.fetched_at, head.page))
