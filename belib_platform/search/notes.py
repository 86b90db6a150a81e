"""Notes of what each slice of an index was made from, stored in Elasticsearch, so that they are lost with the index."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from belib_platform.search.client import Search
from belib_platform.search.indices import SETTINGS

NOTES = "belib_search_note"
VERSION = "2"
MOST = 10_000
"""Maximum number of notes read: one a day for 27 years."""

MAPPING: dict[str, Any] = {
    "dynamic": "strict",
    "_meta": {"version": VERSION},
    "properties": {
        "index": {"type": "keyword"},
        "key": {"type": "keyword"},
        "fingerprint": {"type": "keyword"},
        "document_count": {"type": "integer"},
        "left_out_count": {"type": "integer"},
        "left_out": {"type": "object", "enabled": False},
        "hashes": {"type": "keyword", "index": False, "doc_values": False},
    },
}


@dataclass(frozen=True)
class IndexNote:
    """What one slice of an index (a UTC day, or `all`) was made from, and how many documents it has.

    An empty `fingerprint` means that writing began and did not finish, so that the content is unknown.
    `left_out_count` documents violate their contract and are not indexed; `left_out` has `document` and `rules` of
    some of them.
    """

    index: str
    key: str
    fingerprint: str
    document_count: int
    left_out_count: int = 0
    left_out: list[dict[str, str]] = field(default_factory=list)


def all_notes(search: Search) -> dict[tuple[str, str], IndexNote]:
    """All notes, by index and key."""
    _ensure(search)
    fields = list(IndexNote.__dataclass_fields__)
    answer = search.client.search(index=_name(search), size=MOST, source_includes=fields)
    notes = [IndexNote(**hit["_source"]) for hit in answer["hits"]["hits"]]
    return {(note.index, note.key): note for note in notes}


def read_note(search: Search, index: str, key: str) -> tuple[IndexNote, frozenset[bytes]] | None:
    """A note and the hashes of its documents; None if there is none."""
    found = search.client.options(ignore_status=404).get(index=_name(search), id=f"{index}/{key}")
    if not found.get("found"):
        return None
    source = dict(found["_source"])
    packed = base64.b64decode(source.pop("hashes", ""))
    return IndexNote(**source), frozenset(packed[n : n + 8] for n in range(0, len(packed), 8))


def write_note(search: Search, note: IndexNote, hashes: Iterable[bytes] = ()) -> None:
    """Replace the note of a slice; `hashes` are those of its documents."""
    packed = base64.b64encode(b"".join(sorted(hashes))).decode()
    document = {**vars(note), "hashes": packed}
    search.client.index(index=_name(search), id=f"{note.index}/{note.key}", document=document, refresh=True)


def forget(search: Search, notes: Iterable[tuple[str, str]]) -> None:
    """Delete the notes of these slices (index and key), so that the next run writes all their documents again."""
    for index, key in notes:
        search.client.options(ignore_status=404).delete(index=_name(search), id=f"{index}/{key}", refresh=True)


def _ensure(search: Search) -> None:
    name = _name(search)
    found = search.client.options(ignore_status=404).indices.get_mapping(index=name)
    mapping = found.get(name, {}).get("mappings", {})
    if mapping.get("_meta", {}).get("version") == VERSION and mapping.get("dynamic") == "strict":
        return
    search.client.options(ignore_status=404).indices.delete(index=name)
    search.client.options(ignore_status=400).indices.create(index=name, mappings=MAPPING, settings=SETTINGS)


def _name(search: Search) -> str:
    return search.prefix + NOTES
