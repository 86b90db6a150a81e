"""Contracts of tables, and what is derived from them: names, polars schema, fingerprint."""

import hashlib
import re
from functools import cache
from typing import ClassVar, NamedTuple

import dataframely as dy
import polars as pl

_PROMISES = ("nullable", "primary_key", "min", "max", "regex", "categories")


class Index(NamedTuple):
    """A PostgreSQL index: its name after the table's, columns or expressions as SQL, and as SQL of which rows it is.

    `using` is its method, such as brin, if it is no B-tree.
    """

    name: str
    columns: tuple[str, ...]
    where: str | None = None
    using: str | None = None


class Contract(dy.Schema):
    """A table, view, index or exported file: the class gives its name, the module its layer.

    A column's `metadata` has `doc`, its description. `window: True` marks the column whose UTC day is the daily
    partition of a row. A table without such a column is not partitioned. `indexes` are those in PostgreSQL besides the
    key's.
    """

    indexes: ClassVar[tuple[Index, ...]] = ()


def name(contract: type[Contract]) -> str:
    """The table's name: `ChargePointStatus` is `charge_point_status`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", contract.__name__).lower()


def layer(contract: type[Contract]) -> str:
    """The PostgreSQL schema and Dagster group: the name of the module that declares the contract."""
    return contract.__module__.rpartition(".")[2]


def qualified_name(contract: type[Contract]) -> str:
    """`clean.charge_point_status`."""
    return f"{layer(contract)}.{name(contract)}"


def doc(contract: type[Contract]) -> str:
    """What one row is, in one or two sentences."""
    return " ".join((contract.__doc__ or "").split())


def column_docs(contract: type[Contract]) -> dict[str, str]:
    """Description of each column with its unit or time zone."""
    return {column: (spec.metadata or {})["doc"] for column, spec in contract.columns().items()}


def partition_column(contract: type[Contract]) -> str | None:
    """The column whose UTC day is the daily partition; None if the table is not partitioned."""
    marked = [c for c, spec in contract.columns().items() if (spec.metadata or {}).get("window")]
    return marked[0] if marked else None


def frame_schema(contract: type[Contract]) -> pl.Schema:
    """The polars schema, in column order."""
    return pl.Schema({column: spec.dtype for column, spec in contract.columns().items()})


def conform(contract: type[Contract], frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with the contract's columns, order and types. Raises errors of polars if that is impossible."""
    return frame.select(pl.col(column).cast(dtype) for column, dtype in frame_schema(contract).items())


@cache
def fingerprint(contract: type[Contract]) -> str:
    """Twelve hex digits that change if a column's name, type, key, nullability or bound changes."""
    columns = [
        (column, spec.dtype, {k: v for k, v in vars(spec).items() if k in _PROMISES})
        for column, spec in contract.columns().items()
    ]
    return hashlib.sha256(repr([name(contract), columns]).encode()).hexdigest()[:12]
