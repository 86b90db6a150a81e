"""Validate forecast steps by the rules of their contract."""

from datetime import timedelta
from typing import Final

import polars as pl

from belib_platform.contracts.clean import WeatherForecast
from belib_platform.contracts.contract import frame_schema
from belib_platform.transforms.sightings import Sifted, evidence

FARTHEST: Final = timedelta(days=31)
"""Maximum distance between a step and its request: forecasts cover up to 16 days, and requests at most a past month."""

NEAR_ITS_REQUEST: Final = "step_is_near_its_request"


def sift_forecasts(records: pl.DataFrame) -> Sifted:
    """Rows of WeatherForecast from decoded steps of one or more responses, and the rejected steps.

    Steps are rejected by the rules of the contract, and by NEAR_ITS_REQUEST if they are further than FARTHEST from
    their request. `records` has the decoder's columns and, of each step's response, `page_id`, `provider`, `location`,
    `available_at`, `fetched_at` and `issued_at`.
    """
    records = records.with_columns(
        pl.col(column).cast(dtype) for column, dtype in frame_schema(WeatherForecast).items()
    )
    is_far = ((pl.col("valid_at") - pl.col("fetched_at")).abs() > FARTHEST).fill_null(value=False)
    far = records.filter(is_far).with_columns(rule=pl.lit(NEAR_ITS_REQUEST))
    good, broken = _by_contract(records.filter(~is_far))
    return Sifted(good, evidence(pl.concat([far, broken]), records.columns))


def _by_contract(records: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows that satisfy the contract, and the other records with the `rule` that they violate."""
    good, failure = WeatherForecast.filter(records.select(WeatherForecast.column_names()))
    if len(failure) == 0:
        return good, records.clear().with_columns(rule=pl.lit(None, pl.String))
    key = WeatherForecast.primary_key()
    details = failure.details()
    broken = details.select(*key, rule=_first_invalid(details)).unique(key, keep="first", maintain_order=True)
    return good, records.join(broken, on=key, how="inner", nulls_equal=True, maintain_order="left")


def _first_invalid(details: pl.DataFrame) -> pl.Expr:
    rules = [column for column in details.columns if column not in frame_schema(WeatherForecast)]
    return pl.coalesce(pl.when(pl.col(rule) == "invalid").then(pl.lit(rule)) for rule in rules)
