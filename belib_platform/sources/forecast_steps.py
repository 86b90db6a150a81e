"""The steps of a forecast as rows, in the units of the contract, for every provider."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

import dataframely as dy
import polars as pl

from belib_platform.contracts.clean import WeatherForecast
from belib_platform.contracts.contract import frame_schema
from belib_platform.sources.forecast_values import FieldTypeError, Read
from belib_platform.sources.records import REJECTS, BodyError, Decoded, evidence

MOST_STEPS = 10_000
"""Most steps of a response: somewhat more than the hours of a year."""

_OF_RESPONSE = {"fetched_at", "provider", "location", "available_at", "issued_at"}

COLUMNS: Final = pl.Schema(
    {
        "record_index": pl.UInt32(),
        **{name: kind for name, kind in frame_schema(WeatherForecast).items() if name not in _OF_RESPONSE},
    }
)
"""Position in the response, and the columns of `weather_forecast` that differ from step to step."""

BOUNDS = {
    name: (column.min, column.max)
    for name, column in WeatherForecast.columns().items()
    if isinstance(column, dy.Float64) and column.min is not None and column.max is not None
}
"""Least and greatest value of each measure that is a number."""


@dataclass(frozen=True)
class Forecast(Decoded):
    """The steps of a response. A value that cannot be used is null; its step stays.

    `odd_values` counts these values by rule: `<column>_is_readable`, `<column>|min`, `<column>|max`. `remarks` are
    sentences about how the whole response was read.
    """

    remarks: tuple[str, ...] = ()


class Step(NamedTuple):
    """One step as sent, and the end of its interval (UTC); None if its time cannot be read."""

    valid_at: datetime | None
    sent: object


def read_steps(
    steps: Sequence[Step],
    measures: Mapping[str, Read],
    interval_s: int,
    non_number_count: int = 0,
    remarks: Iterable[str] = (),
) -> Forecast:
    """One row per step with the columns of COLUMNS; those that `measures` does not read are null.

    Rejects steps by `time_is_readable` and `record_is_an_object`. A value of the wrong type or outside the bounds of
    WeatherForecast is null, and counted. Raises BodyError for more than MOST_STEPS.
    """
    if len(steps) > MOST_STEPS:
        raise BodyError(f"holds {len(steps):,} steps, more than any forecast ({MOST_STEPS:,})")
    rows, rejects = [], []
    unreadable: Counter[str] = Counter()
    for index, step in enumerate(steps):
        if step.valid_at is None or not isinstance(step.sent, Mapping):
            rule = "time_is_readable" if step.valid_at is None else "record_is_an_object"
            rejects.append((index, rule, evidence(step.sent)))
            continue
        values = _values(step.sent, measures, unreadable)
        rows.append({"record_index": index, "valid_at": step.valid_at, "interval_s": interval_s, **values})
    frame, outside, about_bounds = _within_bounds(pl.DataFrame(rows, schema=COLUMNS, strict=False))
    rejected = pl.DataFrame(rejects, schema=REJECTS, orient="row")
    return Forecast(frame, rejected, non_number_count, {**unreadable, **outside}, (*remarks, *about_bounds))


def _values(
    sent: Mapping[str, Any], measures: Mapping[str, Read], unreadable: Counter[str]
) -> dict[str, float | bool | None]:
    values: dict[str, float | bool | None] = {}
    for name, read in measures.items():
        try:
            values[name] = read(sent)
        except FieldTypeError:
            values[name] = None
            unreadable[f"{name}_is_readable"] += 1
    return values


def _within_bounds(frame: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, int], list[str]]:
    """Null for each value outside its bounds, how many there were as `<column>|min` or `<column>|max`, and remarks.

    If most values of a measure are outside, it is not in the expected unit, so all its values become null.
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
    return frame.with_columns(bounded), odd_values, remarks
