"""Forecasts sent as a list of steps, each a tree of values: as rows, in the units of the contract."""

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

import polars as pl

from belib_platform.sources.records import REJECTS, Decoded, evidence

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


class Step(NamedTuple):
    """One step as sent, and the end of the interval it speaks of (UTC); None where its time cannot be read."""

    valid_at: datetime | None
    sent: object


class FieldTypeError(Exception):
    """A value is not of the type its field has."""


Read = Callable[[Mapping[str, Any]], float | bool | None]


def read_steps(
    steps: Iterable[Step], measures: Mapping[str, Read], interval_s: int, non_number_count: int = 0
) -> Decoded:
    """One row per step with the columns of COLUMNS; those that `measures` does not read are null.

    Rejects by `time_is_readable`, `record_is_an_object` and `field_has_its_type`.
    """
    rows, rejects = [], []
    for index, step in enumerate(steps):
        values = _values(step, measures)
        if isinstance(values, str):
            rejects.append((index, values, evidence(step.sent)))
        else:
            rows.append({"record_index": index, "valid_at": step.valid_at, "interval_s": interval_s, **values})
    rejected = pl.DataFrame(rejects, schema=REJECTS, orient="row")
    return Decoded(pl.DataFrame(rows, schema=COLUMNS, strict=False), rejected, non_number_count)


def _values(step: Step, measures: Mapping[str, Read]) -> dict[str, float | bool | None] | str:
    """The step's values by column, or the rule it breaks."""
    if step.valid_at is None:
        return "time_is_readable"
    if not isinstance(step.sent, Mapping):
        return "record_is_an_object"
    try:
        return {name: read(step.sent) for name, read in measures.items()}
    except FieldTypeError:
        return "field_has_its_type"


def branch(step: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The values below a name; PHP writes an empty object as an empty list. Raises FieldTypeError."""
    sent = step.get(name)
    if sent is None or sent == []:
        return {}
    if not isinstance(sent, Mapping):
        raise FieldTypeError
    return sent


def number(sent: object) -> float | None:
    """A finite number; absent is null. Raises FieldTypeError."""
    if sent is None:
        return None
    try:
        value = float(sent) if isinstance(sent, int | float) and not isinstance(sent, bool) else math.nan
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        raise FieldTypeError
    return value


def leaf(name: str, below: str, convert: Callable[[float], float] = float) -> Read:
    """Reads the number at `name.below` and converts it."""

    def read(step: Mapping[str, Any]) -> float | None:
        value = number(branch(step, name).get(below))
        return None if value is None else convert(value)

    return read
