"""The portal's CSV exports: `;` between cells, technical names or French labels in the header."""

import codecs
import io
from collections.abc import Iterator

from belib_platform.sources.bounds import ROW_CHARACTERS
from belib_platform.sources.csv_text import is_header, rows_of
from belib_platform.sources.records import BodyError, Column, Layout

_CHUNK = 2**20


def csv_records(body: bytes, layout: Layout) -> Iterator[object]:
    """One object per row, with technical names for the columns of the layout; empty cells are null.

    A row with another number of cells than the header is returned as a list of its cells. Raises BodyError if the body
    is no complete CSV, its header lacks the key or a row exceeds a bound.
    """
    rows = csv_rows(body)
    header = _columns(next(rows, []), layout)
    if layout.key not in header.values():
        raise BodyError(f"has no column {' or '.join((*layout.key.source_names, layout.key.label))}")
    return (_record(row, header) if len(row) == len(header) else row for row in rows)


def csv_columns(text: str, layout: Layout) -> dict[str, Column | None]:
    """The cells of the header with their columns of the layout. Raises BodyError if there is no header."""
    return _columns(next(csv_rows(text.encode()), []), layout)


def csv_rows(body: bytes) -> Iterator[list[str]]:
    """The cells of each row that is not blank, the header first. Raises BodyError like `csv_records`."""
    _refuse_no_utf8(body)
    text = io.TextIOWrapper(io.BytesIO(body), "utf-8-sig", newline="")
    lines = iter(lambda: text.readline(ROW_CHARACTERS + 1), "")  # a longer line is refused without being read
    yield from filter(None, rows_of(lines))


def _refuse_no_utf8(body: bytes) -> None:
    decoder, view = codecs.getincrementaldecoder("utf-8")(), memoryview(body)
    for start in range(0, len(body), _CHUNK):
        pending = len(decoder.getstate()[0])
        try:
            decoder.decode(view[start : start + _CHUNK], final=start + _CHUNK >= len(body))
        except UnicodeDecodeError as error:
            where = f"at byte {start - pending + error.start:,} of {len(body):,}"
            raise BodyError(f"is not UTF-8: {error.reason} {where}") from error


def _columns(header: list[str], layout: Layout) -> dict[str, Column | None]:
    by_title = {title: column for column in layout.columns for title in column.titles}
    if not is_header(header):
        raise BodyError("has no CSV header of distinct columns")
    return {title: by_title.get(title.strip().casefold()) for title in header}


def _record(row: list[str], header: dict[str, Column | None]) -> dict[str, object]:
    return {
        column.source_names[0] if column else title: cell if cell.strip() else None
        for (title, column), cell in zip(header.items(), row, strict=True)
    }
