"""A JSON list of records, read fast where it is as it should be, else record by record."""

import re

import polars as pl

from belib_platform.sources.bounds import TEXT_CHARACTERS
from belib_platform.sources.field_types import COORDINATES, is_sent
from belib_platform.sources.json_list import JsonList
from belib_platform.sources.records import Layout
from belib_platform.sources.sifting import Sieve

_RARE_ESCAPE = re.compile(rb"\\u(?:0000|[dD])")
"""NUL and surrogates: PostgreSQL takes no NUL, and polars reads a lone surrogate as one."""


def sift_json(body: bytes, sieve: Sieve, layout: Layout) -> int:
    """Sift the records of a JSON list; returns how many bare `nan` were read as null.

    Numbers and booleans where a text is due are taken as their text. Raises BodyError where the body is not a whole
    JSON list.
    """
    records = JsonList(body)
    while (piece := records.likely_piece()) is not None:
        frame = read_fast(piece, layout)
        if frame is not None and frame.height:
            records.pass_piece()
            sieve.take_frame(frame)
        else:
            sieve.take(records.read_piece())
    return records.non_number_count


def read_fast(piece: bytes, layout: Layout) -> pl.DataFrame | None:
    """The records of a JSON list by polars, or None where only reading one by one can tell what is good.

    `read_json` with a schema fails on one odd value, and makes silent nulls of a renamed key or an error object.
    """
    if _RARE_ESCAPE.search(piece) or _may_hold_long_text(piece):
        return None
    schema = {name: column.type.sent for column in layout.columns for name in column.source_names}
    try:
        sent = pl.read_json(piece, schema=schema)
    except pl.exceptions.ComputeError:
        return None
    frame = sent.select(pl.coalesce(c.source_names).alias(c.name) for c in layout.columns)
    is_odd = [~is_sent(layout.key.name).fill_null(value=False)]
    for column in layout.columns:
        if column.type.sent == pl.String:
            is_odd.append(pl.col(column.name).str.len_bytes() > TEXT_CHARACTERS)
        if column.type is COORDINATES:
            axes = [pl.col(column.name).struct.field(axis) for axis in ("lon", "lat")]
            # polars reads true and false as 1 and 0
            is_no_number = [axis.is_null() | axis.is_in([0.0, 1.0]) for axis in axes]
            is_odd.append(pl.col(column.name).is_not_null() & pl.any_horizontal(is_no_number))
    return None if frame.select(pl.any_horizontal(is_odd).any()).item() else frame


def _may_hold_long_text(piece: bytes) -> bool:
    """Whether so many bytes are without a quotation mark that a text of TEXT_CHARACTERS may be among them.

    Polars would hold such texts, and what is read one by one does not.
    """
    step = TEXT_CHARACTERS // 2
    return any(piece.find(b'"', at, at + step) < 0 for at in range(0, len(piece) - step, step))
