"""The portal's CSV exports: `;` between cells, technical names or French labels above, a place as one "lat, lon"."""

import csv
import io
import re
from collections.abc import Iterator

from belib_platform.sources.json_text import text_of
from belib_platform.sources.records import COORDINATES, BodyError, Column, Layout

_LATITUDE_LONGITUDE = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*,\s*(-?\d+(?:\.\d+)?)\s*")


def csv_records(body: bytes, layout: Layout) -> list[object]:
    """One object per row, under technical names where the layout knows the column; empty cells are null.

    A row with another number of cells than the header comes as the list of its cells. Raises BodyError where
    the body is not whole CSV or its header lacks the key.
    """
    text = text_of(body)
    header = csv_columns(text, layout)
    if layout.key not in header.values():
        raise BodyError(f"has no column {' or '.join((*layout.key.source_names, layout.key.label))}")
    rows = _cells(text)
    next(rows)
    return [_record(row, header) if len(row) == len(header) else row for row in rows]


def csv_columns(text: str, layout: Layout) -> dict[str, Column | None]:
    """The header's cells with the layout's columns they stand for. Raises BodyError where there is none."""
    by_title = {title.casefold(): column for column in layout.columns for title in (*column.source_names, column.label)}
    header = next(_cells(text), [])
    if len(set(header)) < len(header) or len(header) < 2:
        raise BodyError("has no CSV header of distinct columns")
    return {title: by_title.get(title.strip().casefold()) for title in header}


def _cells(text: str) -> Iterator[list[str]]:
    separator = ";" if ";" in text.partition("\n")[0] else ","
    try:
        yield from filter(None, csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise BodyError(f"is not whole CSV: {error}") from error


def _record(row: list[str], header: dict[str, Column | None]) -> dict[str, object]:
    return {
        column.source_names[0] if column else title: _cell(cell, column)
        for (title, column), cell in zip(header.items(), row, strict=True)
    }


def _cell(cell: str, column: Column | None) -> object:
    if not cell.strip():
        return None
    place = _LATITUDE_LONGITUDE.fullmatch(cell) if column and column.dtype == COORDINATES else None
    return {"lon": float(place[2]), "lat": float(place[1])} if place else cell
