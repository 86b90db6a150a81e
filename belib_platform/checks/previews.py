"""Rows of a table for a first look in Dagster's UI: few columns, short values, and the rows one would ask for first."""

import polars as pl

from belib_platform.contracts.contract import frame_schema
from belib_platform.warehouse.made_table import MadeTable, Preview

ROWS = 15
"""Enough for the UI to show them in a dialogue, where they have room: fewer than 1,000 characters it squeezes into a
cell."""

MOST = 7
"""Columns of a table that names none."""

LONGEST = 60
"""Characters of a text; a longer one would make its column as wide as the dialogue."""


def preview(of: MadeTable, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows to show, instants in UTC to the minute, numbers to three decimals, texts cut."""
    first = list(frame_schema(of.contract))[:MOST]
    columns, greatest = of.preview or Preview(first, first[:1])
    shown = rows.sort(greatest, descending=True, nulls_last=True).head(ROWS).select(columns)
    return shown.with_columns(
        pl.col(pl.Datetime).dt.strftime("%Y-%m-%d %H:%M"),
        pl.col(pl.Float64).round(3),
        pl.col(pl.String).str.head(LONGEST),
    ).rename({column: f"{column} (UTC)" for column, dtype in shown.schema.items() if dtype == pl.Datetime})
