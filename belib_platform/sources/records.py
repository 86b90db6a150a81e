"""Records as a source sends them: which columns they have, and how they are handed over, good ones and others."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import polars as pl

from belib_platform.contracts.rejects import record_count
from belib_platform.sources.field_types import COORDINATES, TEXT, FieldType

RECORD_LIMIT = 4096
"""Bytes kept of a rejected record."""

REJECTS: Final = pl.Schema({"record_index": pl.UInt32, "rule": pl.String, "record": pl.String})


class BodyError(Exception):
    """A body that cannot be read at all; the message completes "the body …" and gives the position where it can."""


@dataclass(frozen=True)
class Column:
    """A column: our name, the names the source has used for it, its label in CSV exports, its type.

    Without a required one a record is of no use; any other that cannot be read is null.
    """

    name: str
    source_names: tuple[str, ...]
    label: str
    type: FieldType = TEXT
    is_required: bool = False

    @property
    def titles(self) -> set[str]:
        """The names and the label that a source gives it, in lower case."""
        return {title.casefold() for title in (*self.source_names, self.label)}

    @property
    def is_readable(self) -> str:
        """The rule that a value breaks which cannot be read."""
        return f"{self.name}_{'are' if self.type is COORDINATES else 'is'}_readable"

    @property
    def is_normalised(self) -> str:
        """The rule by which a value is read that is spelt in another way than usual."""
        return f"{self.name}_is_normalised"


@dataclass(frozen=True)
class Layout:
    """The columns of one kind of record; the first is the key, without which a record says nothing."""

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
        """The columns without which a body is of no use."""
        return self.narrowed([c.name for c in self.columns if c.is_required])


@dataclass(frozen=True)
class Decoded:
    """What was in a body: rows that can be read, and records that cannot (REJECTS), in the order of the body.

    `record_index` is the position in the body, from 0; each position is in at most one of the two frames. Of the
    rejects KEPT are kept, further ones counted. `non_number_count` counts bare `nan` and the like, which are not JSON
    and were read as null. `odd_values` counts values of the rows that were sent and read as null
    (`<column>_is_readable`), or read in another spelling (`<column>_is_normalised`).
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
    """A record as JSON that any store takes, at most RECORD_LIMIT bytes of UTF-8."""
    text = json.dumps(record, ensure_ascii=False).encode("utf-8", "backslashreplace")
    return text[:RECORD_LIMIT].decode("utf-8", "ignore")
