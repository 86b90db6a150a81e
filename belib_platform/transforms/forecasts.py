"""Forecast steps sifted by the contract's own rules."""

import polars as pl

from belib_platform.contracts.clean import WeatherForecast
from belib_platform.contracts.contract import frame_schema
from belib_platform.transforms.sightings import Sifted, evidence


def sift_forecasts(records: pl.DataFrame) -> Sifted:
    """Rows of WeatherForecast from decoded steps of one or more answers; what breaks a rule of the contract goes.

    `records` holds the decoder's columns and, of each step's page, `page_id`, `provider`, `location`,
    `available_at`, `fetched_at` and `issued_at`.
    """
    records = records.with_columns(
        pl.col(column).cast(dtype) for column, dtype in frame_schema(WeatherForecast).items()
    )
    good, failure = WeatherForecast.filter(records.select(WeatherForecast.column_names()))
    if len(failure) == 0:
        return Sifted(good, records.clear().with_columns(rule=pl.lit(None, pl.String), record=pl.lit(None, pl.String)))
    key = WeatherForecast.primary_key()
    details = failure.details()
    broken = details.select(*key, rule=_first_invalid(details)).unique(key, keep="first", maintain_order=True)
    rejected = records.join(broken, on=key, how="inner", nulls_equal=True, maintain_order="left")
    return Sifted(good, evidence(rejected, records.columns))


def _first_invalid(details: pl.DataFrame) -> pl.Expr:
    rules = [column for column in details.columns if column not in frame_schema(WeatherForecast)]
    return pl.coalesce(pl.when(pl.col(rule) == "invalid").then(pl.lit(rule)) for rule in rules)
