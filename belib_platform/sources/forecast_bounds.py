"""Values of a forecast against the bounds of the contract: one outside them is no value, and costs no other."""

from typing import NamedTuple

import dataframely as dy
import polars as pl

from belib_platform.contracts.clean import WeatherForecast

BOUNDS = {
    name: (column.min, column.max)
    for name, column in WeatherForecast.columns().items()
    if isinstance(column, dy.Float64) and column.min is not None and column.max is not None
}
"""Least and greatest value of each measure that is a number."""


class Bounded(NamedTuple):
    """The frame without such values, how many there were by rule, and what is odd about whole measures."""

    frame: pl.DataFrame
    odd_values: dict[str, int]
    remarks: list[str]


def within_bounds(frame: pl.DataFrame) -> Bounded:
    """Null for each value outside its bounds, counted as `<column>|min` or `<column>|max`.

    Where most values of a measure are outside, it is not in the unit expected of it, and the others cannot be
    believed either: all of them are null.
    """
    bounded, odd_values, remarks = [], dict[str, int](), []
    for name, (low, high) in BOUNDS.items():
        values = frame[name]
        outside = {f"{name}|min": int((values < low).sum()), f"{name}|max": int((values > high).sum())}
        odd_values |= {rule: count for rule, count in outside.items() if count}
        if sum(outside.values()) * 2 > values.count():
            bounded.append(pl.lit(None, pl.Float64).alias(name))
            remarks.append(f"most values of {name} are not between {low:g} and {high:g}, so none is taken")
        else:
            bounded.append(pl.when(pl.col(name).is_between(low, high)).then(pl.col(name)).alias(name))
    return Bounded(frame.with_columns(bounded), odd_values, remarks)
