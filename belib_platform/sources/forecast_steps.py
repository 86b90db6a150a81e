"""The steps of a forecast as rows, in the units of the contract, whoever sent them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

import polars as pl

from belib_platform.sources.forecast_bounds import within_bounds
from belib_platform.sources.forecast_values import FieldTypeError, Read
from belib_platform.sources.records import REJECTS, BodyError, Decoded, evidence

MOST_STEPS = 10_000
"""Steps that are read of a response: a year of hours."""

COLUMNS: Final = pl.Schema(
    [
        ("record_index", pl.UInt32),
        ("valid_at", pl.Datetime("ms", "UTC")),
        ("interval_s", pl.Int32),
        ("temperature_c", pl.Float64),
        ("precipitation_mm", pl.Float64),
        ("relative_humidity_ratio", pl.Float64),
        ("wind_speed_kmh", pl.Float64),
        ("wind_gust_kmh", pl.Float64),
        ("wind_from_direction_deg", pl.Float64),
        ("pressure_msl_hpa", pl.Float64),
        ("cloud_cover_ratio", pl.Float64),
        ("has_snow_risk", pl.Boolean),
    ]
)


@dataclass(frozen=True)
class Forecast(Decoded):
    """The steps of a response. A value that cannot be used is null; its step stays.

    `odd_values` counts these values by rule: `<column>_is_readable`, `<column>|min`, `<column>|max`. `remarks` are
    sentences about how the whole response was read.
    """

    remarks: tuple[str, ...] = ()


class Step(NamedTuple):
    """One step as sent, and the end of the interval it speaks of (UTC); None where its time cannot be read."""

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
    bounded = within_bounds(pl.DataFrame(rows, schema=COLUMNS, strict=False))
    return Forecast(
        bounded.frame,
        pl.DataFrame(rejects, schema=REJECTS, orient="row"),
        non_number_count,
        {**unreadable, **bounded.odd_values},
        (*remarks, *bounded.remarks),
    )


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
