"""CSV with `;` or `,` between cells; rows have a maximum length, and incomplete CSV is an error."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from belib_platform.sources.bounds import ROW_CHARACTERS
from belib_platform.sources.records import BodyError


def rows_of(lines: Iterable[str]) -> Iterator[list[str]]:
    """The cells of each row, none for a blank row; `lines` have their line ends, and a cell may span several.

    The first line shows what separates cells. Lines are read only as far as rows are. Raises BodyError if this is no
    complete CSV or a row exceeds its bound.
    """
    remaining = iter(lines)
    first = next(remaining, "")
    counted = _Counted(chain([first], remaining))
    try:
        for cells in csv.reader(counted, delimiter=";" if ";" in first else ",", strict=True):
            counted.characters = 0
            yield cells
    except csv.Error as error:
        raise BodyError(f"is not whole CSV: {error}") from error


def is_header(cells: Sequence[str]) -> bool:
    """Whether these can be the titles of a table: several, and all different."""
    return len(set(cells)) == len(cells) >= 2


def long_row() -> BodyError:
    """The error for a row that exceeds its bound."""
    return BodyError(f"has a row of more than {ROW_CHARACTERS:,} characters")


class _Counted:
    """Lines, with the number of characters of the current row so far."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.characters = 0
        self._lines = lines

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self.characters += len(line)
            if self.characters > ROW_CHARACTERS:
                raise long_row()
            yield line
