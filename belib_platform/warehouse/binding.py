"""Rows of a table as parameters of one statement: an array for each column."""

from collections.abc import Sequence

import polars as pl
import pyarrow as pa

from belib_platform.contracts.contract import Contract
from belib_platform.contracts.ddl import sql_table, sql_type


def bound_rows(contract: type[Contract], columns: Sequence[str]) -> str:
    """SQL for the rows whose columns are bound as arrays, `$1` the first."""
    types = {column.name: sql_type(column) for column in sql_table(contract).columns}
    arrays = ", ".join(f"${n}::{types[column]}[]" for n, column in enumerate(columns, 1))
    names = ", ".join(f'"{column}"' for column in columns)
    return f"(SELECT * FROM unnest({arrays}) AS bound ({names}))"


def as_arrays(rows: pl.DataFrame) -> pa.RecordBatch:
    """One parameter per column: all of its values."""
    texts = rows.with_columns(pl.col(pl.Enum).cast(pl.String))
    return pa.record_batch(
        {
            column: pa.ListArray.from_arrays(pa.array([0, rows.height], pa.int32()), texts[column].to_arrow())
            for column in texts.columns
        }
    )
