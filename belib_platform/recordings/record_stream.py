"""Records of a file of any size, one in memory at a time, each with its bytes in the file."""

import codecs
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, count
from typing import Any, NamedTuple

from belib_platform.recordings.lines import lines_of
from belib_platform.recordings.recognition import JSON, source_of_fields
from belib_platform.sources import json_text
from belib_platform.sources.bounds import PIECE_BYTES, RECORD_BYTES, ROW_CHARACTERS, refuse_values
from belib_platform.sources.csv_text import is_header, long_row, rows_of
from belib_platform.sources.record_body import CSV
from belib_platform.sources.record_lines import GEOJSON, NDJSON, record_of_feature
from belib_platform.sources.records import BodyError

_BETWEEN = re.compile(r"[\s,]*")

_DECODER = json_text.decoder(lambda _: None)

_FEATURES = re.compile(r'\s*\{.*?"features"\s*:\s*\[', re.DOTALL)


class Element(NamedTuple):
    """One record: its line, or its position from 1; its bytes; its fields by name (empty if it is no record)."""

    number: int
    text: bytes
    fields: Mapping[str, Any]


@dataclass(frozen=True)
class Form:
    """How a body is made from the bytes of records."""

    media_type: str
    before: bytes
    between: bytes
    after: bytes

    def body(self, texts: Iterable[bytes]) -> bytes:
        """A body of the same format as the file."""
        return self.before + self.between.join(texts) + self.after


def record_stream(chunks: Iterator[bytes]) -> tuple[Form, Iterator[Element]]:
    """The records of a JSON list, of JSON Lines, of GeoJSON features or of CSV.

    Raises BodyError, at once or during iteration, if the file is none of these or incomplete. A repeated CSV header is
    no record.
    """
    first = next(chunks, b"")
    begin = json_text.begin_of(first[: 2**16]).decode("utf-8", "ignore")
    everything = chain([first], chunks)
    if begin.startswith("["):
        return Form(JSON, b"[", b",", b"]"), _elements(_texts(everything), "[")
    if '"FeatureCollection"' in begin and _FEATURES.match(begin):
        form = Form(GEOJSON, b'{"type": "FeatureCollection", "features": [', b",", b"]}")
        return form, (e._replace(fields=_record(e.fields)) for e in _elements(_texts(everything), '"features"'))
    if begin.startswith("{"):
        return Form(NDJSON, b"", b"\n", b"\n"), _lines(everything)
    return _table(everything)


def columns_of(chunks: Iterator[bytes]) -> tuple[str, ...]:
    """The fields of the first record in a file, which is read up to it; empty if it has no records of our sources."""
    try:
        _, elements = record_stream(chunks)
        first = next(elements, None)
    except BodyError:
        return ()
    return _shared(tuple(first.fields)) if first and source_of_fields(first.fields) else ()


@lru_cache(maxsize=64)
def _shared(names: tuple[str, ...]) -> tuple[str, ...]:
    """One tuple in memory for all files with the same names."""
    return names


def _record(feature: Mapping[str, Any]) -> Mapping[str, Any]:
    found = record_of_feature(feature)
    return found if isinstance(found, Mapping) else {}


def _texts(chunks: Iterable[bytes]) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    try:
        for chunk in chunks:
            for start in range(0, len(chunk), PIECE_BYTES):  # a chunk that was inflated may be very large
                yield decoder.decode(chunk[start : start + PIECE_BYTES])
        yield decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise BodyError(f"is not UTF-8: {error.reason}") from error


def _elements(texts: Iterator[str], opening: str) -> Iterator[Element]:
    """The elements of the list that begins with the first `[` after `opening`, or with it."""
    buffer = _Buffer(next(texts, ""))
    at = buffer.text.index("[", buffer.text.index(opening)) + 1
    for number in count(1):
        while True:
            if between := _BETWEEN.match(buffer.text, at):
                at = between.end()
            if buffer.text.startswith("]", at):
                _end(chain([buffer.text[at + 1 :]], texts), is_list=opening == "[")
                return
            try:
                value, end = buffer.value(at)
                break
            except json.JSONDecodeError as error:
                longer = _longer(buffer.text[at:], texts)
                if longer is None:
                    raise _cut(number) from error
                buffer, at = _Buffer(longer), 0
            except RecursionError as error:
                raise BodyError("is JSON nested too deeply to be read") from error
        sent = buffer.text[at:end].encode()
        if len(sent) > RECORD_BYTES:
            raise _cut(number)
        yield Element(number, sent, value if isinstance(value, dict) else {})
        at = end


def _cut(number: int) -> BodyError:
    return BodyError(f"is not whole JSON: record {number:,} breaks off, or holds more than {RECORD_BYTES:,} bytes")


def _longer(begun: str, texts: Iterator[str]) -> str | None:
    """The beginning of a record and more text, twice as much, so that a long record is not parsed for each chunk.

    None if there is no more text, or if it has RECORD_BYTES already. Raises BodyError for too many values.
    """
    size = len(begun.encode())
    wanted = min(2 * size, RECORD_BYTES)
    parts = [begun]
    while size < RECORD_BYTES and (more := next(texts, None)) is not None:
        parts.append(more)
        size += len(more.encode())
        if more and size >= wanted:
            break
    if not any(parts[1:]):
        return None
    if size > 2 * PIECE_BYTES:  # of shorter texts no values cost much
        refuse_values("".join(parts).encode())
    return "".join(parts)


class _Buffer:
    """A part of a file, `text`. Values such as NaN, which JSON does not have, are read as null in any spelling.

    It begins outside a string. Its last string may be cut; what is within it may be misread, and is read again.
    """

    def __init__(self, text: str) -> None:
        self.text = self._spelt = text
        self._is_respelt = False

    def value(self, at: int) -> tuple[Any, int]:
        """The value at an index, and the index behind it. Raises JSONDecodeError, RecursionError."""
        try:
            return _DECODER.raw_decode(self._spelt, at)
        except json.JSONDecodeError as error:
            if self._is_respelt or not json_text.is_non_number(self._spelt, error.pos):
                raise
        # all at once: in an export of pandas every record may have one
        self._spelt, self._is_respelt = json_text.with_numbers(self.text), True
        return _DECODER.raw_decode(self._spelt, at)


def _end(texts: Iterable[str], *, is_list: bool) -> None:
    """Read what follows the last record, since a file may break off there, too."""
    if any(text.strip() and is_list for text in texts):
        raise BodyError("is not whole JSON: something follows its list of records")


def _lines(chunks: Iterable[bytes]) -> Iterator[Element]:
    for line in lines_of(chunks):
        text = (line.text or b"").removeprefix(codecs.BOM_UTF8).strip()
        if text or line.text is None:
            yield Element(line.number, text, json_text.object_in(text))


def _table(chunks: Iterable[bytes]) -> tuple[Form, Iterator[Element]]:
    rows = _rows(chunks)
    _, header, titles = next(rows, (0, b"", []))
    if not is_header(titles):
        raise BodyError("is neither JSON nor CSV with a header of distinct columns")
    names = [title.strip() for title in titles]
    records = (
        Element(number, text, dict(zip(names, cells, strict=True)) if len(cells) == len(names) else {})
        for number, text, cells in rows
        if cells != titles
    )
    return Form(CSV, header + b"\n", b"\n", b"\n"), records


def _rows(chunks: Iterable[bytes]) -> Iterator[tuple[int, bytes, list[str]]]:
    """Rows with the number of their last line and their bytes; a cell may hold line feeds."""
    taken: list[bytes] = []
    number = 0

    def lines() -> Iterator[str]:
        nonlocal number
        for line in lines_of(chunks, 4 * ROW_CHARACTERS):  # a character has four bytes at most
            if line.text is None:
                raise long_row()
            number = line.number
            taken.append(line.text if number > 1 else line.text.removeprefix(codecs.BOM_UTF8))
            yield taken[-1].decode() + "\n"

    try:
        for cells in rows_of(lines()):
            text = b"\n".join(taken)
            taken.clear()
            if cells:
                yield number, text, cells
    except UnicodeDecodeError as error:
        raise BodyError(f"is not UTF-8: {error.reason}") from error
