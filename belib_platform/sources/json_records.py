"""A JSON list of records, read by polars where it is regular, else record by record."""

import polars as pl

from belib_platform.sources.bounds import TEXT_CHARACTERS
from belib_platform.sources.field_types import COORDINATES, is_sent
from belib_platform.sources.json_list import JsonList
from belib_platform.sources.records import Layout
from belib_platform.sources.sifting import Sieve

_IS_ODD = "is odd"

_NUL = "\0"
"""PostgreSQL stores no NUL, and a lone surrogate, which is no character, is read as NUL by polars."""


def sift_json(body: bytes, sieve: Sieve, layout: Layout) -> int:
    """Sift the records of a JSON list; returns how many bare `nan` were read as null.

    Numbers and booleans in place of a text are read as text. Raises BodyError if the body is not a complete JSON list.
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
    """The records of a JSON list, read by polars; None if they must be read one by one.

    `read_json` with a schema fails on one unexpected value, and reads renamed keys or an error object as nulls.
    """
    if _may_hold_long_text(piece):
        return None
    schema = {name: column.type.sent for column in layout.columns for name in column.source_names}
    try:
        sent = pl.read_json(piece, schema=schema)
    except pl.exceptions.ComputeError:
        return None
    values = sent.lazy().select(pl.coalesce(c.source_names).alias(c.name) for c in layout.columns)
    texts = [column.name for column in layout.columns if column.type.sent == pl.String]
    is_odd = [
        ~is_sent(layout.key.name).fill_null(value=False),
        *(pl.col(text).str.len_bytes() > TEXT_CHARACTERS for text in texts),
        pl.concat_str(texts, ignore_nulls=True).str.contains(_NUL, literal=True),
    ]
    for column in layout.columns:
        if column.type is COORDINATES:
            axes = [pl.col(column.name).struct.field(axis) for axis in ("lon", "lat")]
            # polars reads true and false as 1 and 0
            is_no_number = [axis.is_null() | (axis == 0) | (axis == 1) for axis in axes]
            is_odd.append(pl.col(column.name).is_not_null() & pl.any_horizontal(is_no_number))
    # collected once: with some thousand records, that costs as much as what is collected
    checked = values.with_columns(pl.any_horizontal(is_odd).any().alias(_IS_ODD))
    frame = checked.collect(optimizations=pl.QueryOptFlags.none())
    return None if frame.drop_in_place(_IS_ODD).any() else frame


def _may_hold_long_text(piece: bytes) -> bool:
    """Whether a text of TEXT_CHARACTERS may be included, since so many bytes have no quotation mark.

    Polars would load such texts; reading one by one does not.
    """
    step = TEXT_CHARACTERS // 2
    return any(piece.find(b'"', at, at + step) < 0 for at in range(0, len(piece) - step, step))
