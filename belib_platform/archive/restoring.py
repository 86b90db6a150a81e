"""A day brought back from the archive: its pages and attempts as they were, beside what raw has more of it."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice

from belib_platform.archive.archive import Archive, refuse_damage
from belib_platform.archive.changes import changes
from belib_platform.archive.errors import Broken, BrokenError
from belib_platform.archive.lines import ArchivedHead
from belib_platform.archive.raw_day import raw_day
from belib_platform.archive.reading import broken_in, opened
from belib_platform.raw.damage import damaged
from belib_platform.raw.page import Head, Page
from belib_platform.raw.pages import add_pages
from belib_platform.raw.store import RawStore
from belib_platform.sources.registry import SOURCES

AT_ONCE = 16
"""Bodies kept together: about 20 MB."""


def restore_day(archive: Archive, store: RawStore, day: date) -> set[str]:
    """Put what the archive holds of a UTC day into raw; returns the sources that have pages in it.

    The day's file is verified first. Pages and attempts that are there unchanged stay, and so does what raw has more.
    A document that was changed since it was archived, or whose body is no longer the one whose hash it holds, is
    moved to `displaced_document` and put back as it was archived. Raises BrokenError, with the day still noted as
    retired if it was, when the file is broken. Killed on the way, the next call completes it.
    """
    with archive.turn():
        entry = archive.entry(day)
        if broken := broken_in(archive.folder, entry):
            raise BrokenError(*broken)
        with opened(archive.folder, entry) as file:
            _refuse_unknown(file.heads, entry.file)
            found = changes(file.heads, file.rows, raw_day(store, day))
            pages = found.pages | _damaged(store, file.heads)
            for collection in dict.fromkeys(head.collection for head in file.heads):
                store.displace(collection, [h.id for h in file.heads if h.collection == collection and h.id in pages])
            _put_back(store, ((head, body) for head, body in file.bodies() if head.id in pages))
            store.displace(store.ledger.collection.name, sorted(found.attempts))
            store.ledger.put_back([row for row in file.rows if row["_id"] in found.attempts])
        refuse_damage(archive, entry, raw_day(store, day))
        store.retired.lift(day)
        return {head.source for head in file.heads}


def _put_back(store: RawStore, bodies: Iterator[tuple[ArchivedHead, bytes]]) -> None:
    while some := list(islice(bodies, AT_ONCE)):
        for collection in dict.fromkeys(head.collection for head, _ in some):
            add_pages(
                store.database[collection], [_page(head, body) for head, body in some if head.collection == collection]
            )


def _damaged(store: RawStore, heads: Iterable[ArchivedHead]) -> set[str]:
    """Pages whose bodies are not those of their heads."""
    ids: dict[str, list[str]] = {}
    for head in heads:
        ids.setdefault(head.collection, []).append(head.id)
    return {page for name, some in ids.items() for page, _ in damaged(store.database[name], some)}


def _page(head: ArchivedHead, body: bytes) -> Page:
    return Page(**{name: getattr(head, name) for name in Head.__dataclass_fields__}, body=body)


def _refuse_unknown(heads: list[ArchivedHead], file: str) -> None:
    for head in heads:
        if head.source not in SOURCES or SOURCES[head.source].collection != head.collection:
            said = f"{head.id} of {head.collection} is of no source there is"
            raise BrokenError(Broken(head.day, file, "lines_can_be_read", said))
