"""A day brought back from the archive: its pages and attempts as they were, beside what raw has more of it."""

from collections.abc import Iterator
from datetime import date
from itertools import islice

from belib_platform.raw.archive.archive import Archive, refuse_damage
from belib_platform.raw.archive.changes import changes, key_of
from belib_platform.raw.archive.errors import Broken, BrokenError
from belib_platform.raw.archive.lines import ArchivedHead
from belib_platform.raw.archive.raw_day import belongs, damaged_responses, raw_day
from belib_platform.raw.archive.reading import broken_in, opened
from belib_platform.raw.response import Response, ResponseMetadata
from belib_platform.raw.responses import add_responses
from belib_platform.raw.store import RawStore

AT_ONCE = 16
"""Bodies kept together: about 20 MB."""


def restore_day(archive: Archive, store: RawStore, day: date) -> set[str]:
    """Put what the archive holds of a UTC day into raw; returns the sources that have pages in it.

    The day's file is verified first. Pages and attempts that are there unchanged stay, and so does what raw has more.
    A document that was changed since it was archived, whose body is not the one whose hash it holds, or that no line
    of the archive could hold, is moved to `displaced_document`; what was archived is put back. Raises BrokenError, with
    the day still noted as retired if it was, when the file is broken. Killed on the way, the next call completes it.
    """
    with archive.turn():
        entry = archive.entry(day)
        if broken := broken_in(archive.folder, entry):
            raise BrokenError(*broken)
        with opened(archive.folder, entry) as file:
            _refuse_unknown(file.heads, entry.file)
            held = raw_day(store, day)
            found = changes(file.heads, file.rows, held)
            for unfit in held.unfit:
                store.displace(unfit.collection, [unfit.id])
            pages = found.pages | damaged_responses(store, file.heads)
            for collection, page in sorted(pages):
                store.displace(collection, [page])
            _put_back(store, ((head, body) for head, body in file.bodies() if key_of(head) in pages))
            store.displace(store.ledger.collection.name, sorted(found.attempts))
            store.ledger.put_back([row for row in file.rows if row["_id"] in found.attempts])
        refuse_damage(archive, entry, raw_day(store, day))
        store.retired.lift(day)
        return {head.source for head in file.heads}


def _put_back(store: RawStore, bodies: Iterator[tuple[ArchivedHead, bytes]]) -> None:
    while some := list(islice(bodies, AT_ONCE)):
        for collection in dict.fromkeys(head.collection for head, _ in some):
            add_responses(
                store.database[collection],
                [_response(head, body) for head, body in some if head.collection == collection],
            )


def _response(head: ArchivedHead, body: bytes) -> Response:
    return Response(**{name: getattr(head, name) for name in ResponseMetadata.__dataclass_fields__}, body=body)


def _refuse_unknown(heads: list[ArchivedHead], file: str) -> None:
    for head in heads:
        if not belongs(head.source, head.collection):
            said = f"{head.id} of {head.collection} is of no source there is"
            raise BrokenError(Broken(head.day, file, "lines_can_be_read", said))
