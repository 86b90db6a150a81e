"""A file of `mongoexport`: each document is a response, a page of one, or one record of the set at an instant."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime

from belib_platform.files.file_faults import ANY_FAULT, fault_of
from belib_platform.recordings.files import ListedFile
from belib_platform.recordings.lines import Line, lines_of
from belib_platform.recordings.mongoexport_lines import (
    DocumentError,
    OneRecord,
    Whole,
    read_document,
)
from belib_platform.recordings.recognition import JSON, recognise
from belib_platform.recordings.recorded_file import BODY_LIMIT, TOTAL_LIMIT
from belib_platform.recordings.recording import PagedSnapshot, Recording, Unreadable
from belib_platform.recordings.response_files import snapshot_count
from belib_platform.recordings.spool import Part, Snapshot, Spool

NAMED = 20
"""Maximum number of lines reported one by one; the others are counted."""

_CUT = "is cut short, so that the last of its snapshots may be: none that is made of single records is taken"


def read_mongoexport(
    export: ListedFile,
    source: str | None = None,
    fetched_at: datetime | None = None,
    of_file: datetime | None = None,
) -> Iterator[Recording | PagedSnapshot | Unreadable]:
    """The recordings of an export; lines that are no recording are reported, and do not affect the others.

    `source` and `fetched_at`, if given, hold for every document; `of_file` is the time of those that contain none.
    Records of one source and instant are one response, wherever in the file they are.
    """
    reader = _Reader(export, fetched_at, of_file, source or export.entry.source)
    with closing(reader.spool):
        yield from reader.whole_responses()
        yield from reader.snapshots()


class _Reader:
    """One pass over the lines: whole responses are yielded at once, records and pages are first grouped by instant."""

    def __init__(
        self, export: ListedFile, fetched_at: datetime | None, of_file: datetime | None, source: str | None
    ) -> None:
        self.file, self.fetched_at, self.of_file, self.source = export.file, fetched_at, of_file, source
        self.spool = Spool()
        self.refused = 0
        self.is_cut = False

    def whole_responses(self) -> Iterator[Recording | Unreadable]:
        """Whole responses in the order of the file, and faults of lines or of the file."""
        try:
            for line in lines_of(self.file.chunks(TOTAL_LIMIT)):
                found = self._found(line)
                self.refused += isinstance(found, Unreadable)
                if isinstance(found, Recording) or (found is not None and self.refused <= NAMED):
                    yield found
        except ANY_FAULT as error:
            self.is_cut = True
            yield self.file.unreadable(fault_of(error))
        if self.refused > NAMED:
            yield self.file.unreadable(f"has {self.refused - NAMED:,} more lines that give nothing")

    def snapshots(self) -> Iterator[Recording | PagedSnapshot | Unreadable]:
        """The snapshots in pages, and those made of single records."""
        for snapshot in self.spool.snapshots():
            if self.is_cut and not snapshot.is_paged:
                yield self.file.unreadable(_CUT)
                return
            yield self._put_together(snapshot)

    def _found(self, line: Line) -> Recording | Unreadable | None:
        try:
            return self._recorded(line)
        except ANY_FAULT as error:
            self.is_cut = self.is_cut or not line.is_ended
            return self.file.unreadable(fault_of(error), _place(line.number))

    def _recorded(self, line: Line) -> Recording | None:
        if line.text is None:
            raise DocumentError(f"holds more than {BODY_LIMIT:,} bytes")
        if not line.text.strip():
            return None
        document = read_document(line.text, self.fetched_at, self.of_file)
        if isinstance(document, OneRecord):
            part, source = Part(line.number, document.record), self.source or document.source
            self.spool.add(source, document.fetched_at, part, is_page=False)
            return None
        recording = self._recording(document, line.number)
        if recording.paging is None:
            return recording
        self.spool.add(recording.source, recording.fetched_at, Part(line.number, line.text), is_page=True)
        return None

    def _recording(self, document: Whole, line: int) -> Recording:
        kind = recognise(document.body, "", url=document.url, source=self.source or document.source)
        return Recording(
            self.file.path,
            kind.source,
            document.fetched_at,
            document.media_type or kind.media_type,
            document.url,
            lambda: document.body,
            document.received_at,
            place=self.file.place(_place(line)),
            paging=kind.paging,
            cadence_s=document.cadence_s,
            refused_because=document.refused_because,
            held_bytes=len(document.body),
        )

    def _put_together(self, snapshot: Snapshot) -> Recording | PagedSnapshot | Unreadable:
        source, at, parts = snapshot.source, snapshot.fetched_at, snapshot.parts
        what = f"{snapshot.part_count:,} {'pages' if snapshot.is_paged else 'records'} of {at:%Y-%m-%d %H:%M:%S} UTC"
        if parts is None:
            return self.file.unreadable(f"hold more than {BODY_LIMIT:,} bytes", what)
        if snapshot.is_paged:
            return PagedSnapshot(source, at, tuple(map(self._page, parts)))
        body = b"[" + b",".join(part.text for part in parts) + b"]"
        count = snapshot_count(body, JSON, source)
        if count > 1:
            return self.file.unreadable(f"are of {count:,} snapshots, and one time is said of all", what)
        place = self.file.place(what)
        return Recording(self.file.path, source, at, JSON, None, lambda: body, place=place, held_bytes=len(body))

    def _page(self, part: Part) -> Recording:
        document = read_document(part.text, self.fetched_at, self.of_file)
        if isinstance(document, OneRecord):
            raise TypeError("a page was read once and is none now")
        return self._recording(document, part.line)


def _place(line: int) -> str:
    return f"line {line:,}"
