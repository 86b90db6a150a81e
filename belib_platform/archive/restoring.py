"""A day brought back from the archive: the ledger as it was, and its pages the way every page comes into raw."""

from collections.abc import Iterator
from datetime import date
from itertools import islice

from belib_platform.archive.archive import Archive, compare
from belib_platform.archive.errors import Broken, BrokenError
from belib_platform.archive.lines import ArchivedHead
from belib_platform.archive.raw_day import raw_day
from belib_platform.archive.reading import opened
from belib_platform.archive.verifying import broken_in
from belib_platform.raw.damage import damaged
from belib_platform.raw.page import Head, Page
from belib_platform.raw.store import RawStore
from belib_platform.sources.registry import SOURCES

AT_ONCE = 16
"""Bodies kept together: about 20 MB."""


def restore_day(archive: Archive, store: RawStore, day: date) -> set[str]:
    """Put what the archive holds of a UTC day into raw; returns the sources that have pages in it.

    The day's file is verified first; pages and attempts that are there and equal stay, and a page whose body is no
    longer the one whose hash it holds is put back. Raises BrokenError, with the
    day still noted as retired if it was, when the file is broken, or when raw holds something else under the same id:
    that stays, and is named. Killed on the way, the next call completes it.
    """
    with archive.turn():
        entry = archive.entry(day)
        broken = broken_in(archive, entry)
        if broken:
            raise BrokenError(*broken)
        with opened(archive.folder, entry) as file:
            _refuse_unknown(file.heads, entry.file)
            store.ledger.put_back(file.rows)
            _remove_damaged(store, file.heads)
            _keep(store, file.bodies())
        compare(archive, entry, raw_day(store, day), raw_may_hold="more")
        store.retired.lift(day)
        return {head.source for head in file.heads}


def _keep(store: RawStore, bodies: Iterator[tuple[ArchivedHead, bytes]]) -> None:
    while some := list(islice(bodies, AT_ONCE)):
        for collection in dict.fromkeys(head.collection for head, _ in some):
            pages = [_page(head, body) for head, body in some if head.collection == collection]
            store.keep(collection, pages)


def _remove_damaged(store: RawStore, heads: list[ArchivedHead]) -> None:
    """What the verified file holds whole is taken from raw where it is damaged; killed here, the next call goes on."""
    hashes = {head.id: head.sha256 for head in heads}
    for name in dict.fromkeys(head.collection for head in heads):
        collection = store.database[name]
        found = damaged(collection, [head.id for head in heads if head.collection == name])
        gone = [page for page, sha256 in found if sha256 == hashes[page]]
        if gone:
            collection.delete_many({"_id": {"$in": gone}})


def _page(head: ArchivedHead, body: bytes) -> Page:
    return Page(**{name: getattr(head, name) for name in Head.__dataclass_fields__}, body=body)


def _refuse_unknown(heads: list[ArchivedHead], file: str) -> None:
    for head in heads:
        if head.source not in SOURCES or SOURCES[head.source].collection != head.collection:
            said = f"{head.id} of {head.collection} is of no source there is"
            raise BrokenError(Broken(head.day, file, "lines_can_be_read", said))
