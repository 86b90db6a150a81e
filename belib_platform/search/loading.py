"""Load a slice of an index (one UTC day, or all documents), sending only documents that changed."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from belib_platform.contracts.contract import Contract
from belib_platform.contracts.mapping import index_fields
from belib_platform.search.bulk import ids, put, remove
from belib_platform.search.client import Search
from belib_platform.search.errors import SearchError
from belib_platform.search.invalid_documents import NAMED, sifted
from belib_platform.search.notes import IndexNote, read_note, write_note

EVERYTHING: Mapping[str, Any] = {"match_all": {}}


@dataclass(frozen=True)
class Slice:
    """The documents of an index that match a query; `key` (a UTC day or `all`) identifies the slice in its note."""

    search: Search
    contract: type[Contract]
    index: str
    key: str
    query: Mapping[str, Any] = field(default_factory=lambda: EVERYTHING)

    def count(self) -> int:
        """Number of documents that a search finds now."""
        return int(self.search.client.count(index=self.index, query=self.query)["count"])


@dataclass(frozen=True)
class Loaded:
    """Result of loading: slices updated, documents sent and deleted, and documents the slices have now."""

    slices: int = 0
    sent: int = 0
    deleted: int = 0
    document_count: int = 0

    def __add__(self, other: "Loaded") -> "Loaded":
        """The sums of both."""
        return Loaded(*(mine + theirs for mine, theirs in zip(vars(self).values(), vars(other).values(), strict=True)))


@dataclass
class IndexWrite:
    """The writing of an index that is still to be done, and its result once it is."""

    load: Callable[[], Loaded]
    loaded: Loaded = field(default_factory=Loaded)

    def write(self) -> Loaded:
        """Load the index and note the result. Raises SearchError."""
        self.loaded = self.load()
        return self.loaded


def load(part: Slice, frame: pl.DataFrame, fingerprint: str, *, full_refresh: bool = False) -> Loaded:
    """Make a slice equal to the frame's documents. Sends what changed since the note, or all if `full_refresh` is set.

    Documents that violate their contract are not sent; the note names them.
    The note is emptied before the first document is sent and written after the documents are counted. If a run dies in
    between, the next run sends all documents of the slice. Raises SearchError.
    """
    valid, left_out = sifted(part.contract, frame)
    documents = documents_of(part.contract, valid)
    hashes = {key: hashlib.blake2b(body, digest_size=8).digest() for key, body in documents.items()}
    found = None if full_refresh else read_note(part.search, part.index, part.key)
    indexed = found[1] if found and found[0].fingerprint and found[0].document_count == part.count() else frozenset()
    changed = {key: body for key, body in documents.items() if hashes[key] not in indexed}
    note = IndexNote(
        part.index, part.key, fingerprint, len(documents), left_out.height, left_out.head(NAMED).to_dicts()
    )
    if indexed and not changed and len(indexed) == len(documents):
        if found and found[0] != note:
            write_note(part.search, note, indexed)
        return Loaded(1, document_count=len(documents))
    write_note(part.search, IndexNote(part.index, part.key, "", 0))
    put(part.search, part.index, changed)
    deleted = _delete_stale(part, documents)
    write_note(part.search, note, hashes.values())
    return Loaded(1, len(changed), deleted, len(documents))


def _delete_stale(part: Slice, documents: Mapping[str, bytes]) -> int:
    """Delete documents that are not in `documents`; returns how many. Raises SearchError if the count then differs."""
    _refresh(part)
    if part.count() == len(documents):
        return 0
    [key_field] = part.contract.primary_key()
    gone = [key for key in ids(part.search, part.index, key_field, part.query) if key not in documents]
    remove(part.search, part.index, gone)
    _refresh(part)
    if (counted := part.count()) != len(documents):
        raise SearchError(f"{part.index} holds {counted} documents of {part.key}, not the {len(documents)} sent.")
    return len(gone)


def _refresh(part: Slice) -> None:
    part.search.client.indices.refresh(index=part.index)


def documents_of(contract: type[Contract], valid: pl.DataFrame) -> dict[str, bytes]:
    """Documents as JSON by `_id`, which is the contract's key, of rows that satisfy the contract."""
    [key] = contract.primary_key()
    lines = valid.write_ndjson().encode().split(b"\n")
    objects = [column for column, spec in index_fields(contract).items() if spec["type"] == "object"]
    bodies = [_with_objects(line, objects) for line in lines] if objects else lines
    return dict(zip(valid[key].to_list(), bodies, strict=False))


def _with_objects(line: bytes, columns: list[str]) -> bytes:
    if not line:
        return line
    document = json.loads(line)
    return json.dumps(document | {column: json.loads(document[column]) for column in columns}).encode()
