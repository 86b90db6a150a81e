"""Restore a day from the archive: its responses and attempts as they were; what raw has besides stays."""

from collections.abc import Iterator
from datetime import date
from itertools import islice

from belib_platform.raw.archive.archive import Archive, refuse_damage
from belib_platform.raw.archive.changes import changes, key_of
from belib_platform.raw.archive.errors import Broken, BrokenError
from belib_platform.raw.archive.lines import ArchivedMetadata
from belib_platform.raw.archive.raw_day import belongs, damaged_responses, raw_day
from belib_platform.raw.archive.reading import broken_in, opened
from belib_platform.raw.response import Response, ResponseMetadata
from belib_platform.raw.responses import add_responses
from belib_platform.raw.store import RawStore

AT_ONCE = 16
"""Bodies inserted together: about 20 MB."""


def restore_day(archive: Archive, store: RawStore, day: date) -> set[str]:
    """Put what the archive holds of a UTC day into raw; returns the sources that have responses in it.

    The day's file is verified first. Unchanged responses and attempts stay, and so does what raw has besides. A
    document that was changed since it was archived, whose body does not match its hash, or that the archive could not
    hold, moves to `displaced_document`, and the archived one is put back. Raises BrokenError if the file is broken; a
    retired day then stays retired. If the process is killed, the next call completes the restore.
    """
    with archive.turn():
        entry = archive.entry(day)
        if broken := broken_in(archive.folder, entry):
            raise BrokenError(*broken)
        with opened(archive.folder, entry) as file:
            _refuse_unknown(file.responses, entry.file)
            held = raw_day(store, day)
            found = changes(file.responses, file.rows, held)
            for unfit in held.unfit:
                store.displace(unfit.collection, [unfit.id])
            wanted = found.pages | damaged_responses(store, file.responses)
            for collection, key in sorted(wanted):
                store.displace(collection, [key])
            _put_back(store, ((response, body) for response, body in file.bodies() if key_of(response) in wanted))
            store.displace(store.ledger.collection.name, sorted(found.attempts))
            store.ledger.put_back([row for row in file.rows if row["_id"] in found.attempts])
        refuse_damage(archive, entry, raw_day(store, day))
        store.retired.lift(day)
        return {response.source for response in file.responses}


def _put_back(store: RawStore, bodies: Iterator[tuple[ArchivedMetadata, bytes]]) -> None:
    while some := list(islice(bodies, AT_ONCE)):
        for collection in dict.fromkeys(response.collection for response, _ in some):
            add_responses(
                store.database[collection],
                [_response(response, body) for response, body in some if response.collection == collection],
            )


def _response(metadata: ArchivedMetadata, body: bytes) -> Response:
    return Response(**{name: getattr(metadata, name) for name in ResponseMetadata.__dataclass_fields__}, body=body)


def _refuse_unknown(responses: list[ArchivedMetadata], file: str) -> None:
    for response in responses:
        if not belongs(response.source, response.collection):
            reason = f"{response.id} of {response.collection} is of no source there is"
            raise BrokenError(Broken(response.day, file, "lines_can_be_read", reason))
