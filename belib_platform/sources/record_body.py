"""Read a body of records in any of the export formats."""

from collections.abc import Iterator, Mapping

import polars as pl

from belib_platform.sources.field_types import COORDINATES, is_sent
from belib_platform.sources.json_records import sift_json
from belib_platform.sources.portal_csv import csv_records
from belib_platform.sources.record_lines import as_list
from belib_platform.sources.records import Column, Decoded, Layout
from belib_platform.sources.sifting import Sieve

CSV = "text/csv"


def read_records(body: bytes, media_type: str, layout: Layout) -> Decoded:
    """Records of a CSV export, JSON Lines or GeoJSON, according to the media type, else of a JSON list.

    The same records give the same rows in every format. Raises BodyError if the body cannot be read at all, or exceeds
    a bound.
    """
    sieve, non_number_count = Sieve(layout), 0
    if media_type == CSV:
        sieve.take(csv_records(body, layout))
    else:
        listed, non_number_count = as_list(body, media_type)
        non_number_count += sift_json(listed, sieve, layout)
    return _read(sieve, layout, non_number_count)


def _read(sieve: Sieve, layout: Layout, non_number_count: int) -> Decoded:
    sent = sieve.frame()
    frame = sent.with_columns(column.type.read(column.name).alias(column.name) for column in layout.columns)
    odd = dict(_odd_values(sent, frame, layout, sieve.unreadable))
    return Decoded(frame, sieve.rejects(), non_number_count, odd)


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
