"""Read records one by one: into a row, or a reject with the name of the rule that it breaks."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import polars as pl

from belib_platform.contracts.rejects import KEPT, further_records
from belib_platform.contracts.vocabulary import NOT_BLANK
from belib_platform.sources.bounds import RECORDS, TEXT_CHARACTERS, TEXTS_AT_ONCE
from belib_platform.sources.field_types import COORDINATES
from belib_platform.sources.places import PlaceError, place_of
from belib_platform.sources.records import REJECTS, BodyError, Column, Layout, evidence

AT_ONCE = 5_000
"""Rows held as Python objects before they become a frame."""

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
"""NUL, which PostgreSQL stores in no text, and lone surrogates, which are not valid Unicode."""

_IS_SENT = re.compile(NOT_BLANK)


class _BrokenRuleError(Exception):
    """A record breaks a rule, which the message names."""


class Sieve:
    """Collects the records of a body, piece by piece: columns as sent, and rejected records.

    Rules: `record_is_an_object`, `<key>_is_present`, `field_has_its_type` (for required columns; in others a value of
    another type, or a text of more than TEXT_CHARACTERS, is null and counted in `unreadable`, by column).
    """

    def __init__(self, layout: Layout) -> None:
        self.unreadable: Counter[str] = Counter()
        self._layout = layout
        self._frames: list[pl.DataFrame] = []
        self._rows: list[dict[str, Any]] = []
        self._characters = 0
        self._rejects: list[tuple[int, str, str]] = []
        self._further: dict[str, tuple[int, int]] = {}
        self._count = 0

    def take_frame(self, frame: pl.DataFrame) -> None:
        """Add records that all have a key, in the columns of the layout. Raises BodyError beyond RECORDS."""
        self._flush()
        self._frames.append(frame.with_row_index("record_index", offset=self._count))
        self._number(frame.height)

    def take(self, records: Iterable[object]) -> None:
        """Add records of any kind. Raises BodyError beyond RECORDS."""
        for record in records:
            index = self._count
            self._number(1)
            try:
                row = self._row(record)
                self._rows.append({"record_index": index, **row})
                self._characters += sum(len(value) for value in row.values() if isinstance(value, str))
            except _BrokenRuleError as broken:
                self._reject(index, str(broken), record)
            if len(self._rows) >= AT_ONCE or self._characters >= TEXTS_AT_ONCE:
                self._flush()

    def frame(self) -> pl.DataFrame:
        """The rows so far, columns as sent."""
        self._flush()
        return pl.concat(self._frames) if self._frames else pl.DataFrame(schema=self._layout.frame_schema)

    def rejects(self) -> pl.DataFrame:
        """The records rejected so far (REJECTS), as in `Decoded`."""
        further = [(index, rule, further_records(count)) for rule, (index, count) in self._further.items()]
        return pl.DataFrame([*self._rejects, *further], schema=REJECTS, orient="row")

    def _number(self, count: int) -> None:
        self._count += count
        if self._count > RECORDS:
            raise BodyError(f"holds more than {RECORDS:,} records")

    def _flush(self) -> None:
        if self._rows:
            self._frames.append(pl.DataFrame(self._rows, schema=self._layout.frame_schema))
            self._rows, self._characters = [], 0

    def _reject(self, index: int, rule: str, record: object) -> None:
        if len(self._rejects) < KEPT:
            self._rejects.append((index, rule, evidence(record)))
        else:
            first, count = self._further.get(rule, (index, 0))
            self._further[rule] = first, count + 1

    def _row(self, record: object) -> dict[str, Any]:
        if not isinstance(record, Mapping):
            raise _BrokenRuleError("record_is_an_object")
        row = {column.name: self._value(record, column) for column in self._layout.columns}
        if not _is_sent(row[self._layout.key.name]):
            raise _BrokenRuleError(f"{self._layout.key.name}_is_present")
        return row

    def _value(self, record: Mapping[str, object], column: Column) -> object:
        sent = next((record[name] for name in column.source_names if record.get(name) is not None), None)
        try:
            return None if sent is None else _place(sent) if column.type is COORDINATES else _text(sent)
        except (PlaceError, TypeError):
            if column.is_required:
                raise _BrokenRuleError("field_has_its_type") from None
            self.unreadable[column.name] += 1
            return None


def _place(sent: object) -> dict[str, float] | None:
    return place_of(sent) if _is_sent(sent) else None


def _is_sent(sent: object) -> bool:
    """Whether the value is not null and not only blanks."""
    return bool(_IS_SENT.search(sent)) if isinstance(sent, str) else sent is not None


def _text(sent: object) -> str:
    match sent:
        case str() if len(sent) <= TEXT_CHARACTERS and not _UNSTORABLE.search(sent):
            return sent
        case bool():
            return "true" if sent else "false"
        case int():
            return str(sent)
        case float() if math.isfinite(sent):
            return format(Decimal(repr(sent)).normalize(), "f")
    raise TypeError(sent)
