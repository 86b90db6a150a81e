"""A JSON list of records, read fast where it is as it should be, else record by record."""

import re
from typing import Any

import polars as pl

from belib_platform.sources import json_text
from belib_platform.sources.records import BodyError, Decoded, Layout
from belib_platform.sources.refusal import message_of, quoted
from belib_platform.sources.sifting import nothing_rejected, sift

_BEGINS_A_LIST = re.compile(rb"(?:\xef\xbb\xbf)?\s*\[")

_RARE_ESCAPE = re.compile(rb"\\u(?:0000|[dD])")
"""NUL and surrogates: PostgreSQL takes no NUL, and polars reads a lone surrogate as one."""


def read_json_records(body: bytes, layout: Layout) -> Decoded:
    """The records of a JSON list, columns as sent. Raises BodyError where the body is not a whole JSON list.

    Numbers and booleans where a text is due are taken as their text.
    """
    frame = read_fast(body, layout)
    return Decoded(frame, nothing_rejected()) if frame is not None else read_slowly(body, layout)


def read_fast(body: bytes, layout: Layout) -> pl.DataFrame | None:
    """The records by polars, or None where only the slow reader can tell what is good.

    `read_json` with a schema fails on one odd value, and makes silent nulls of a renamed key or an error object.
    """
    if not _BEGINS_A_LIST.match(body) or _RARE_ESCAPE.search(body):
        return None
    try:
        sent = pl.read_json(
            body, schema={name: column.dtype for column in layout.columns for name in column.source_names}
        )
    except pl.exceptions.ComputeError:
        return None
    frame = sent.select(pl.coalesce(c.source_names).alias(c.name) for c in layout.columns)
    key = frame[layout.key.name]
    return None if (key.is_null() | (key == "")).any() else frame.with_row_index("record_index")


def read_slowly(body: bytes, layout: Layout) -> Decoded:
    """The records one by one; what cannot be read is rejected by name. Raises BodyError as above."""
    value, non_number_count = json_text.parse(body)
    if not isinstance(value, list):
        raise BodyError(f"is not a list of records but {_kind(value)}")
    return sift(value, layout, non_number_count)


def _kind(value: Any) -> str:
    if not isinstance(value, dict):
        return f"a {type(value).__name__}"
    said = message_of(value)
    return (
        f"an object that says: {said}" if said else f"an object with {quoted(', '.join(list(value)[:5])) or 'nothing'}"
    )
