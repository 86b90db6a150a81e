"""Records of a source: the layout of their columns, and what is decoded from a body."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import polars as pl

from belib_platform.contracts.rejects import record_count
from belib_platform.sources.field_types import COORDINATES, TEXT, FieldType

RECORD_LIMIT = 4096
"""Most bytes stored of a rejected record."""

REJECTS: Final = pl.Schema({"record_index": pl.UInt32, "rule": pl.String, "record": pl.String})


class BodyError(Exception):
    """A body that cannot be read at all; the message continues "the body …", with the position if possible."""


@dataclass(frozen=True)
class Column:
    """A column: our name, the names the source has used for it, its label in CSV exports, its type.

    A record without a required value is rejected; any other value that cannot be read is null. A column that
    `stands_in` replaces another one in some recorded files, and is not missed elsewhere.
    """

    name: str
    source_names: tuple[str, ...]
    label: str
    type: FieldType = TEXT
    is_required: bool = False
    stands_in: bool = False

    @property
    def titles(self) -> set[str]:
        """The source's names and label for it, in lower case."""
        return {title.casefold() for title in (*self.source_names, self.label)}

    @property
    def is_readable(self) -> str:
        """The rule that a value breaks if it cannot be read."""
        return f"{self.name}_{'are' if self.type is COORDINATES else 'is'}_readable"

    @property
    def is_normalised(self) -> str:
        """The rule that counts values in another spelling than usual."""
        return f"{self.name}_is_normalised"


@dataclass(frozen=True)
class Layout:
    """The columns of one kind of record; the first is the key, which every record needs."""

    columns: tuple[Column, ...]

    @property
    def key(self) -> Column:
        """The key column."""
        return self.columns[0]

    @property
    def frame_schema(self) -> pl.Schema:
        """Schema of records as sent, under our names."""
        return pl.Schema({"record_index": pl.UInt32, **{c.name: c.type.sent for c in self.columns}})

    def narrowed(self, names: Collection[str]) -> "Layout":
        """The key and the columns named; other names are ignored."""
        return replace(self, columns=tuple(c for c in self.columns if c is self.key or c.name in names))

    @property
    def required(self) -> "Layout":
        """The columns that a body must have."""
        return self.narrowed([c.name for c in self.columns if c.is_required])


@dataclass(frozen=True)
class Decoded:
    """The content of a body: readable rows, and rejected records (REJECTS), in the order of the body.

    `record_index` is the position in the body, from 0; each position is in at most one of the two frames. At most KEPT
    rejects are included, further ones are counted. `non_number_count` counts bare `nan` and the like, which are not
    JSON and were read as null. `odd_values` counts values of the rows that could not be read and are null
    (`<column>_is_readable`), or were in another spelling than usual (`<column>_is_normalised`).
    """

    frame: pl.DataFrame
    rejects: pl.DataFrame
    non_number_count: int = 0
    odd_values: Mapping[str, int] = field(default_factory=dict)

    @property
    def record_count(self) -> int:
        """Records in the body, readable or not."""
        return self.frame.height + int(self.rejects.select(record_count().sum()).item())


def evidence(record: object) -> str:
    """A record as JSON that every store accepts, at most RECORD_LIMIT bytes of UTF-8."""
    text = json.dumps(record, ensure_ascii=False).encode("utf-8", "backslashreplace")
    return text[:RECORD_LIMIT].decode("utf-8", "ignore")
