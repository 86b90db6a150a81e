"""CSV as people write it: `;` or `,` between cells, each row bounded, whole or refused."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from belib_platform.sources.bounds import ROW_CHARACTERS
from belib_platform.sources.records import BodyError


def rows_of(lines: Iterable[str]) -> Iterator[list[str]]:
    """The cells of each row, none of a blank one, given lines with their ends; a cell may hold some.

    The first line tells what is between cells. No line is taken before the rows of those before it are. Raises
    BodyError where this is no whole CSV or a row exceeds its bound.
    """
    given = iter(lines)
    first = next(given, "")
    counted = _Counted(chain([first], given))
    try:
        for cells in csv.reader(counted, delimiter=";" if ";" in first else ",", strict=True):
            counted.characters = 0
            yield cells
    except csv.Error as error:
        raise BodyError(f"is not whole CSV: {error}") from error


def is_header(cells: Sequence[str]) -> bool:
    """Whether these may be the titles of a table: several, and all different."""
    return len(set(cells)) == len(cells) >= 2


def long_row() -> BodyError:
    """The error for a row that exceeds its bound."""
    return BodyError(f"has a row of more than {ROW_CHARACTERS:,} characters")


class _Counted:
    """Lines; it counts the characters of the row that is being read."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.characters = 0
        self._lines = lines

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self.characters += len(line)
            if self.characters > ROW_CHARACTERS:
                raise long_row()
            yield line
