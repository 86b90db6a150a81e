"""Read a body of records in any of the export formats."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

import polars as pl

from belib_platform.sources.field_types import COORDINATES, is_sent
from belib_platform.sources.json_records import sift_json
from belib_platform.sources.portal_csv import csv_records
from belib_platform.sources.record_lines import as_list
from belib_platform.sources.records import Column, Decoded, Layout
from belib_platform.sources.sifted_bodies import SiftedBodies, SiftedBody
from belib_platform.sources.sifting import Sieve

CSV = "text/csv"

_SIFTED: Final = SiftedBodies()


def read_records(body: bytes, media_type: str, layout: Layout) -> Decoded:
    """Records of a body, each value read as its type says.

    The same records give the same rows in every format. Raises BodyError if the body cannot be read at all, or exceeds
    a bound.
    """
    sifted = _sifted(body, media_type, layout)
    sent = sifted.records
    frame = typed(sent.frame, layout)
    return replace(sent, frame=frame, odd_values=dict(_odd_values(sent.frame, frame, layout, sifted.unreadable)))


def sift_records(body: bytes, media_type: str, layout: Layout) -> Decoded:
    """As `read_records`, but values are as sent, for `typed` to read; `odd_values` is empty."""
    return _sifted(body, media_type, layout).records


def typed(sent: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """Records as sent, of one body or of several, with each value read as its type says; null where it cannot be."""
    return sent.with_columns(column.type.read(column.name).alias(column.name) for column in layout.columns)


def _sifted(body: bytes, media_type: str, layout: Layout) -> SiftedBody:
    if remembered := _SIFTED.find(body, media_type, layout):
        return remembered
    sifted = _sift(body, media_type, layout)
    _SIFTED.remember(sifted)
    return sifted


def _sift(body: bytes, media_type: str, layout: Layout) -> SiftedBody:
    """Records of a CSV export, JSON Lines or GeoJSON, according to the media type, else of a JSON list."""
    sieve, non_number_count = Sieve(layout), 0
    if media_type == CSV:
        sieve.take(csv_records(body, layout))
    else:
        listed, non_number_count = as_list(body, media_type)
        non_number_count += sift_json(listed, sieve, layout)
    records = Decoded(sieve.frame(), sieve.rejects(), non_number_count)
    return SiftedBody(body, media_type, layout, records, sieve.unreadable)


def _odd_values(
    sent: pl.DataFrame, read: pl.DataFrame, layout: Layout, unreadable: Mapping[str, int]
) -> Iterator[tuple[str, int]]:
    both = sent.hstack([read[column.name].alias(_read(column)) for column in layout.columns])
    counts = both.select(count for column in layout.columns for count in _counts(column)).row(0, named=True)
    for column in layout.columns:
        if lost := counts[column.is_readable] + unreadable.get(column.name, 0):
            yield column.is_readable, lost
        if spelt := counts.get(column.is_normalised):
            yield column.is_normalised, spelt


def _counts(column: Column) -> Iterator[pl.Expr]:
    """How many values are null when read and were sent, and how many are spelt in another way."""
    read = pl.col(_read(column))
    yield (_is_sent(column) & read.is_null()).sum().alias(column.is_readable)
    if column.type.is_spelling:
        yield (pl.col(column.name) != read).sum().alias(column.is_normalised)


def _read(column: Column) -> str:
    return f"{column.name}, read"


def _is_sent(column: Column) -> pl.Expr:
    if column.type is COORDINATES:
        return pl.col(column.name).struct.field("lon").is_not_null()
    return is_sent(column.name).fill_null(value=False)
