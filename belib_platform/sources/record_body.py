"""Read a body of records in any of the export formats."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import polars as pl

from belib_platform.sources.field_types import COORDINATES, is_sent
from belib_platform.sources.json_records import sift_json
from belib_platform.sources.portal_csv import csv_records
from belib_platform.sources.record_lines import as_list
from belib_platform.sources.records import Column, Decoded, Layout
from belib_platform.sources.sifting import Sieve

CSV = "text/csv"


def read_records(body: bytes, media_type: str, layout: Layout) -> Decoded:
    """Records of a body, each value read as its type says.

    The same records give the same rows in every format. Raises BodyError if the body cannot be read at all, or exceeds
    a bound.
    """
    sent, unreadable = _sift(body, media_type, layout)
    frame = typed(sent.frame, layout)
    return replace(sent, frame=frame, odd_values=dict(_odd_values(sent.frame, frame, layout, unreadable)))


def sift_records(body: bytes, media_type: str, layout: Layout) -> Decoded:
    """As `read_records`, but values are as sent, for `typed` to read; `odd_values` is empty."""
    return _sift(body, media_type, layout)[0]


def typed(sent: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """Records as sent, of one body or of several, with each value read as its type says; null where it cannot be."""
    return sent.with_columns(column.type.read(column.name).alias(column.name) for column in layout.columns)


def _sift(body: bytes, media_type: str, layout: Layout) -> tuple[Decoded, Mapping[str, int]]:
    """Records of a CSV export, JSON Lines or GeoJSON, according to the media type, else of a JSON list.

    Also returns, by column, how many values were too odd to be handed over as sent.
    """
    sieve, non_number_count = Sieve(layout), 0
    if media_type == CSV:
        sieve.take(csv_records(body, layout))
    else:
        listed, non_number_count = as_list(body, media_type)
        non_number_count += sift_json(listed, sieve, layout)
    return Decoded(sieve.frame(), sieve.rejects(), non_number_count), sieve.unreadable


def _odd_values(
    sent: pl.DataFrame, read: pl.DataFrame, layout: Layout, unreadable: Mapping[str, int]
) -> Iterator[tuple[str, int]]:
    for column in layout.columns:
        was_sent = sent.select(_is_sent(column)).to_series()
        lost = int((was_sent & read[column.name].is_null()).sum()) + unreadable.get(column.name, 0)
        spelt = int((sent[column.name] != read[column.name]).sum()) if column.type.is_spelling else 0
        if lost:
            yield column.is_readable, lost
        if spelt:
            yield column.is_normalised, spelt


def _is_sent(column: Column) -> pl.Expr:
    if column.type is COORDINATES:
        return pl.col(column.name).struct.field("lon").is_not_null()
    return is_sent(column.name).fill_null(value=False)
