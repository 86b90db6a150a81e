"""Record by record: what can be read becomes a row, what cannot is rejected by the name of the rule it breaks."""

import math
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import polars as pl

from belib_platform.sources.records import COORDINATES, REJECTS, Column, Decoded, Layout, evidence

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
"""NUL, which PostgreSQL takes in no text, and lone surrogates, which are no Unicode text."""


class _BrokenRuleError(Exception):
    """A record breaks the rule named."""


def nothing_rejected() -> pl.DataFrame:
    """An empty frame of rejects."""
    return pl.DataFrame(schema=REJECTS)


def sift(records: Sequence[object], layout: Layout, non_number_count: int = 0) -> Decoded:
    """Rows of the records that can be read, columns as sent, and the others with the first rule they break.

    Rules: `record_is_an_object`, `<key>_is_present`, `field_has_its_type` (for the layout's columns only).
    """
    rows, rejects = [], []
    for index, record in enumerate(records):
        try:
            rows.append({"record_index": index, **_row(record, layout)})
        except _BrokenRuleError as broken:
            rejects.append((index, str(broken), evidence(record)))
    return Decoded(
        pl.DataFrame(rows, schema=layout.frame_schema),
        pl.DataFrame(rejects, schema=REJECTS, orient="row"),
        non_number_count,
    )


def _row(record: object, layout: Layout) -> dict[str, Any]:
    if not isinstance(record, Mapping):
        raise _BrokenRuleError("record_is_an_object")
    row = {column.name: _value(record, column) for column in layout.columns}
    if row[layout.key.name] in (None, ""):
        raise _BrokenRuleError(f"{layout.key.name}_is_present")
    return row


def _value(record: Mapping[str, object], column: Column) -> object:
    sent = next((record[name] for name in column.source_names if record.get(name) is not None), None)
    if sent is None:
        return None
    return _place(sent) if column.dtype == COORDINATES else _text(sent)


def _text(sent: object) -> str:
    match sent:
        case str() if not _UNSTORABLE.search(sent):
            return sent
        case bool():
            return "true" if sent else "false"
        case int():
            return str(sent)
        case float() if math.isfinite(sent):
            return format(Decimal(repr(sent)).normalize(), "f")
    raise _BrokenRuleError("field_has_its_type")


def _place(sent: object) -> dict[str, float | None]:
    if not isinstance(sent, Mapping):
        raise _BrokenRuleError("field_has_its_type")
    return {axis: _degrees(sent.get(axis)) for axis in ("lon", "lat")}


def _degrees(sent: object) -> float | None:
    if sent is None:
        return None
    try:
        degrees = float(sent) if isinstance(sent, int | float) else math.nan
    except OverflowError:
        degrees = math.inf
    if not math.isfinite(degrees):
        raise _BrokenRuleError("field_has_its_type")
    return degrees
