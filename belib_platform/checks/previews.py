"""Rows of a table for a first look in Dagster's UI: few columns, short values, and the rows one would ask for first."""

from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from belib_platform.contracts import clean, mart
from belib_platform.contracts.contract import Contract, frame_schema

ROWS = 15
"""Enough for the UI to show them in a dialogue, where they have room: fewer than 1,000 characters it squeezes into a
cell."""

MOST = 7
"""Columns of a table that names none."""

LONGEST = 60
"""Characters of a text; a longer one would make its column as wide as the dialogue."""


class Preview(NamedTuple):
    """Columns to show, and by which the rows are sorted, greatest first."""

    columns: Sequence[str]
    greatest: Sequence[str | pl.Expr]


PREVIEWS: dict[type[Contract], Preview] = {
    clean.Poll: Preview(
        ["fetched_at", "source", "outcome", "record_count", "fresh_ratio", "unknown_ratio", "reason"], ["fetched_at"]
    ),
    clean.ChargePointStatus: Preview(
        ["charge_point_id", "status", "first_seen_at", "last_seen_at", "poll_count"], ["first_seen_at"]
    ),
    clean.ChargePointDay: Preview(
        ["utc_date", "charge_point_id", "station_name", "arrondissement", "power_kw", "is_live", "is_in_static_set"],
        ["utc_date", "is_live", "power_kw"],
    ),
    clean.ChargePoint: Preview(
        ["charge_point_id", "station_name", "arrondissement", "power_kw", "first_seen_date", "last_seen_date"],
        ["first_seen_date", "power_kw"],
    ),
    clean.Station: Preview(
        ["station_id", "station_name", "address", "arrondissement", "point_count", "max_power_kw"], ["point_count"]
    ),
    clean.WeatherForecast: Preview(
        ["valid_at", "available_at", "provider", "temperature_c", "precipitation_mm", "wind_speed_kmh"],
        ["fetched_at", pl.col("valid_at") >= pl.col("fetched_at"), -pl.col("valid_at").dt.epoch("s")],
    ),
    mart.StationAvailabilityHourly: Preview(
        ["hour_at", "station_id", "power_kw", "point_count", "available_s", "charging_s", "unknown_s", "unobserved_s"],
        ["hour_at", "charging_s"],
    ),
    mart.CityDaily: Preview(
        [
            "local_date",
            "arrondissement",
            "point_count",
            "occupancy_ratio",
            "uptime_lower_ratio",
            "uptime_upper_ratio",
            "observed_ratio",
        ],
        ["local_date", "point_count"],
    ),
}
"""The newest, or the largest, of each table."""


def preview(contract: type[Contract], rows: pl.DataFrame) -> pl.DataFrame:
    """The rows to show, instants in UTC to the minute, numbers to three decimals, texts cut."""
    first = list(frame_schema(contract))[:MOST]
    columns, greatest = PREVIEWS.get(contract, Preview(first, first[:1]))
    shown = rows.sort(greatest, descending=True, nulls_last=True).head(ROWS).select(columns)
    return shown.with_columns(
        pl.col(pl.Datetime).dt.strftime("%Y-%m-%d %H:%M"),
        pl.col(pl.Float64).round(3),
        pl.col(pl.String).str.head(LONGEST),
    ).rename({column: f"{column} (UTC)" for column, dtype in shown.schema.items() if dtype == pl.Datetime})
