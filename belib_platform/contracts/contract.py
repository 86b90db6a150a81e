"""What a contract is, and all that others derive from one: names, frame schema, fingerprint."""

import hashlib
import re
from functools import cache

import dataframely as dy
import polars as pl

_PROMISES = ("nullable", "primary_key", "min", "max", "regex", "categories")


class Contract(dy.Schema):
    """One table or view: the class names it, its module names its layer, its columns say what they hold.

    A column's `metadata` carries `doc`, and `window: True` on the one column whose UTC day says to which daily
    partition a row belongs. Tables without such a column are written whole.
    """


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
    """What one row is, in a sentence or two."""
    return " ".join((contract.__doc__ or "").split())


def column_docs(contract: type[Contract]) -> dict[str, str]:
    """What each column holds, with its unit or time zone."""
    return {column: (spec.metadata or {})["doc"] for column, spec in contract.columns().items()}


def partition_column(contract: type[Contract]) -> str | None:
    """The column whose UTC day is the daily partition, or None for a table written whole."""
    marked = [c for c, spec in contract.columns().items() if (spec.metadata or {}).get("window")]
    return marked[0] if marked else None


def frame_schema(contract: type[Contract]) -> pl.Schema:
    """The polars schema of a frame of this table, in column order."""
    return pl.Schema({column: spec.dtype for column, spec in contract.columns().items()})


def conform(contract: type[Contract], frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with the contract's columns, order and types; raises polars' errors where it cannot be."""
    return frame.select(pl.col(column).cast(dtype) for column, dtype in frame_schema(contract).items())


@cache
def fingerprint(contract: type[Contract]) -> str:
    """Twelve hex digits that change whenever a column's name, type, key, nullability or bound does."""
    columns = [
        (column, spec.dtype, {k: v for k, v in vars(spec).items() if k in _PROMISES})
        for column, spec in contract.columns().items()
    ]
    return hashlib.sha256(repr([name(contract), columns]).encode()).hexdigest()[:12]
