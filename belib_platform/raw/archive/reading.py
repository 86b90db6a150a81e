"""Read a day's file as untrusted input: sequentially, within bounds, and without following any name in it."""

import hashlib
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple, Protocol

import zstandard

from belib_platform.files.regular_file import opened_regular
from belib_platform.raw.archive.entry import Entry
from belib_platform.raw.archive.errors import Broken, BrokenError
from belib_platform.raw.archive.lines import (
    LEDGER,
    PAGES,
    ArchivedMetadata,
    LineRefusedError,
    Row,
    content_sha256,
    parse_ledger,
    parse_pages,
)
from belib_platform.raw.archive.packing import WINDOW_LOG
from belib_platform.raw.archive.raw_day import counts_of
from belib_platform.raw.response import READ_AT_MOST, sha256

LINES_LIMIT = 2**26
"""Maximum bytes of `pages.jsonl` and of `ledger.jsonl`: a hundred times those of a usual day."""


class Stream(Protocol):
    """Anything that is read sequentially."""

    def read(self, size: int, /) -> bytes: ...


class Unnamed(NamedTuple):
    """A file of a UTC day that the manifest does not name; its path is relative to the archive's folder."""

    day: date
    file: str


Place = Entry | Unnamed


@dataclass
class DayFile:
    """A day's file that is being read: metadata of its responses, ledger rows, and then, once, its bodies."""

    entry: Entry
    responses: list[ArchivedMetadata]
    rows: list[Row]
    stream: Stream

    def bodies(self) -> Iterator[tuple[ArchivedMetadata, bytes]]:
        """Every response with its body, in the order of the file, one in memory at a time.

        Raises BrokenError if a body does not match its hash, or if the file contains less or more than it should.
        """
        read = 0
        for response in self.responses:
            body = _member(self.entry, self.stream, response.file, READ_AT_MOST)
            if sha256(body) != response.sha256:
                raise _broken(self.entry, "body_has_its_sha256", f"{response.file} is not the body of {response.id}")
            read += len(body)
            yield response, body
        if read != self.entry.body_bytes:
            raise _broken(self.entry, "counts_are_those_of_the_manifest", f"its bodies hold {read:,} bytes")
        _refuse_more(self.entry, self.stream)


@contextmanager
def opened(folder: Path, entry: Entry) -> Iterator[DayFile]:
    """Open the file of an entry, and read its metadata and ledger rows. Raises BrokenError."""
    with _stream(folder, entry) as stream:
        yield _begun(entry, stream)


def unnamed(folder: Path, place: Unnamed) -> tuple[list[ArchivedMetadata], list[Row]]:
    """Metadata and ledger rows of a file that the manifest does not name. Raises BrokenError."""
    with _stream(folder, place) as stream:
        return _parsed(place, _member(place, stream, PAGES, LINES_LIMIT), _member(place, stream, LEDGER, LINES_LIMIT))


@contextmanager
def _stream(folder: Path, entry: Place) -> Iterator[Stream]:
    decompressor = zstandard.ZstdDecompressor(max_window_size=2**WINDOW_LOG)
    try:
        with (
            opened_regular(folder / entry.file) as (file, _),
            decompressor.stream_reader(file, closefd=False) as stream,
        ):
            yield stream
    except OSError as error:
        raise _broken(entry, "file_can_be_read", str(error)) from error
    except zstandard.ZstdError as error:
        raise _broken(entry, "file_can_be_read", f"it is not sound zstd: {error}") from error


def must_be_the_file(folder: Path, entry: Entry) -> None:
    """Raises BrokenError unless the entry's file exists with the recorded size and SHA-256."""
    try:
        with opened_regular(folder / entry.file) as (file, size):
            if size != entry.bytes:
                raise _broken(entry, "file_has_its_sha256", f"it holds {size:,} bytes and held {entry.bytes:,}")
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise _broken(entry, "file_is_there", error.strerror or str(error)) from error
    if found != entry.sha256:
        raise _broken(entry, "file_has_its_sha256", f"it is {found[:12]}… and was {entry.sha256[:12]}…")


def broken_in(folder: Path, entry: Entry) -> list[Broken]:
    """What is broken in an entry's file: its hash, and its content as far as it can be read."""
    broken: list[Broken] = []
    for judge in (must_be_the_file, _read):
        try:
            judge(folder, entry)
        except BrokenError as error:
            broken += error.broken
    return broken[:1] if broken and broken[0].rule == "file_is_there" else broken


def _read(folder: Path, entry: Entry) -> None:
    with opened(folder, entry) as file:
        for _ in file.bodies():
            pass


def _begun(entry: Entry, stream: Stream) -> DayFile:
    pages = _member(entry, stream, PAGES, LINES_LIMIT)
    ledger = _member(entry, stream, LEDGER, LINES_LIMIT)
    if content_sha256(pages, ledger) != entry.content_sha256:
        raise _broken(entry, "content_has_its_sha256", f"{PAGES} and {LEDGER} are not those archived")
    responses, rows = _parsed(entry, pages, ledger)
    if counts_of(responses) != entry.pages or len(rows) != entry.ledger_rows:
        reason = f"it holds {len(responses)} pages and {len(rows)} ledger rows, or others by collection and verdict"
        raise _broken(entry, "counts_are_those_of_the_manifest", reason)
    return DayFile(entry, responses, rows, stream)


def _parsed(place: Place, pages: bytes, ledger: bytes) -> tuple[list[ArchivedMetadata], list[Row]]:
    try:
        return parse_pages(pages, place.day), parse_ledger(ledger, place.day)
    except LineRefusedError as error:
        raise _broken(place, "lines_can_be_read", str(error)) from error


def _member(entry: Place, stream: Stream, name: str, limit: int) -> bytes:
    block = _exactly(entry, stream, tarfile.BLOCKSIZE)
    try:
        member = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except tarfile.HeaderError as error:
        raise _broken(entry, "file_can_be_read", f"where {name} should begin: {error}") from error
    if member.name != name or not member.isreg():
        raise _broken(entry, "file_can_be_read", f"{member.name!r} stands where {name} should")
    if not 0 <= member.size <= limit:
        raise _broken(entry, "file_can_be_read", f"{name} claims {member.size:,} bytes; {limit:,} are read at most")
    content = _exactly(entry, stream, member.size)
    _exactly(entry, stream, -member.size % tarfile.BLOCKSIZE)
    return content


def _exactly(entry: Place, stream: Stream, size: int) -> bytes:
    read = bytearray()
    while len(read) < size:
        chunk = stream.read(size - len(read))
        if not chunk:
            raise _broken(entry, "file_can_be_read", "it is cut short")
        read += chunk
    return bytes(read)


def _refuse_more(entry: Entry, stream: Stream) -> None:
    """A tar ends with two blocks of zeros and fills a record with more of them."""
    most, rest = 2 * tarfile.BLOCKSIZE + tarfile.RECORDSIZE, b""
    while len(rest) <= most and (chunk := stream.read(most)):
        rest += chunk
    if rest.strip(b"\0") or not 2 * tarfile.BLOCKSIZE <= len(rest) <= most:
        raise _broken(entry, "file_can_be_read", "it does not end where its last body does")


def _broken(entry: Place, rule: str, reason: str) -> BrokenError:
    return BrokenError(Broken(entry.day, entry.file, rule, reason))
