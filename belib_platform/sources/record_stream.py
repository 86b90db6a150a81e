"""Records of a file of any size, one in memory at a time, each with the bytes by which it lies there."""

import codecs
import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, count
from typing import Any, NamedTuple

from belib_platform.sources.mongo_export import lines_of
from belib_platform.sources.recognition import JSON, source_of_fields
from belib_platform.sources.record_body import CSV
from belib_platform.sources.record_lines import GEOJSON, NDJSON, record_of_feature
from belib_platform.sources.records import BodyError

RECORD_SIZE = 2**20
"""Characters, or bytes, of one record; a longer one is none."""

_BETWEEN = re.compile(r"[\s,]*")

_FEATURES = re.compile(r'\s*\{.*?"features"\s*:\s*\[', re.DOTALL)

_BOM = "\ufeff"


class Element(NamedTuple):
    """One record: its line, or its position from 1, its bytes, and its fields by name (none where it is no record)."""

    number: int
    text: bytes
    fields: Mapping[str, Any]


@dataclass(frozen=True)
class Form:
    """What makes a body of some records' bytes."""

    media_type: str
    before: bytes
    between: bytes
    after: bytes

    def body(self, texts: Iterable[bytes]) -> bytes:
        """A body of the kind the records came in."""
        return self.before + self.between.join(texts) + self.after


def record_stream(chunks: Iterator[bytes]) -> tuple[Form, Iterator[Element]]:
    """The records of a JSON list, of JSON Lines, of GeoJSON features or of CSV.

    Raises BodyError, at once or on the way, where the file is none of them or is not whole; a header that comes again
    is no record.
    """
    first = next(chunks, b"")
    begin = first[: 2**16].decode("utf-8", "ignore").removeprefix(_BOM).lstrip()
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
    """The fields of the first record in a file; none where it holds no records of ours. It is read up to that one."""
    try:
        _, elements = record_stream(chunks)
        first = next(elements, None)
    except BodyError:
        return ()
    return _shared(tuple(first.fields)) if first and source_of_fields(first.fields) else ()


@lru_cache(maxsize=64)
def _shared(names: tuple[str, ...]) -> tuple[str, ...]:
    """The same names once, however many files have them."""
    return names


def _record(feature: Mapping[str, Any]) -> Mapping[str, Any]:
    found = record_of_feature(feature)
    return found if isinstance(found, Mapping) else {}


def _texts(chunks: Iterable[bytes]) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    try:
        for chunk in chunks:
            for start in range(0, len(chunk), RECORD_SIZE):  # a chunk that was inflated may be very large
                yield decoder.decode(chunk[start : start + RECORD_SIZE])
        yield decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise BodyError(f"is not UTF-8: {error.reason}") from error


def _elements(texts: Iterator[str], opening: str) -> Iterator[Element]:
    """The elements of the list that begins with the first `[` after `opening`, or with it."""
    decoder, text = json.JSONDecoder(), next(texts, "")
    at = text.index("[", text.index(opening)) + 1
    for number in count(1):
        while True:
            at = _end_of(_BETWEEN, text, at)
            if text.startswith("]", at):
                _end(chain([text[at + 1 :]], texts), is_list=opening == "[")
                return
            try:
                value, end = decoder.raw_decode(text, at)
                break
            except (ValueError, RecursionError) as error:
                more = next(texts, None)
                if more is None or len(text) - at > RECORD_SIZE:
                    raise BodyError(f"is not whole JSON: record {number:,} breaks off") from error
                text, at = text[at:] + more, 0
        yield Element(number, text[at:end].encode(), value if isinstance(value, dict) else {})
        at = end


def _end(texts: Iterable[str], *, is_list: bool) -> None:
    """Read what follows the last record: a file may break off there, too."""
    if any(text.strip() and is_list for text in texts):
        raise BodyError("is not whole JSON: something follows its list of records")


def _end_of(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _lines(chunks: Iterable[bytes]) -> Iterator[Element]:
    for line in lines_of(chunks):
        text = (line.text or b"").removeprefix(codecs.BOM_UTF8).strip()
        if text or line.text is None:
            yield Element(line.number, text, _object(text))


def _object(text: bytes) -> Mapping[str, Any]:
    if len(text) > RECORD_SIZE:
        return {}
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _table(chunks: Iterable[bytes]) -> tuple[Form, Iterator[Element]]:
    rows = _rows(chunks)
    _, header, titles = next(rows, (0, b"", []))
    if len(set(titles)) < len(titles) or len(titles) < 2:
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

    def lines() -> Iterator[str]:
        for line in lines_of(chunks):
            if line.text is None:
                raise BodyError(f"is not CSV: line {line.number:,} is too long")
            taken.append(line.text if line.number > 1 else line.text.removeprefix(codecs.BOM_UTF8))
            yield taken[-1].decode() + "\n"

    given = lines()
    try:
        first = next(given, "")
        reader = csv.reader(chain([first], given), delimiter=";" if ";" in first else ",", strict=True)
        for cells in reader:
            text = b"\n".join(taken)
            taken.clear()
            if cells:
                yield reader.line_num, text, cells
    except csv.Error as error:
        raise BodyError(f"is not whole CSV: {error}") from error
    except UnicodeDecodeError as error:
        raise BodyError(f"is not UTF-8: {error.reason}") from error
