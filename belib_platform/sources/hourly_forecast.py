"""Open-Meteo's columns of hours as rows, in the units of the contract."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import polars as pl

from belib_platform.sources import json_text
from belib_platform.sources.records import REJECTS, BodyError, Decoded, evidence
from belib_platform.sources.refusal import message_of

Convert = Callable[[pl.Expr], pl.Expr]


def _as_sent(value: pl.Expr) -> pl.Expr:
    return value


def _times(factor: float) -> Convert:
    return lambda value: value * factor


PERCENT: dict[str, Convert] = {"%": lambda value: value / 100}
SPEED: dict[str, Convert] = {"km/h": _as_sent, "m/s": _times(3.6), "mp/h": _times(1.609344), "kn": _times(1.852)}
TEMPERATURE: dict[str, Convert] = {"°C": _as_sent, "°F": lambda value: (value - 32) * 5 / 9}


@dataclass(frozen=True)
class Measure:
    """One of Open-Meteo's hourly variables, the column it becomes, and what is done to each unit it may come in.

    The first unit is the one that is meant where `hourly_units` does not say.
    """

    source_name: str
    name: str
    units: Mapping[str, Convert]


MEASURES = (
    Measure("temperature_2m", "temperature_c", TEMPERATURE),
    Measure("precipitation", "precipitation_mm", {"mm": _as_sent, "inch": _times(25.4)}),
    Measure("relative_humidity_2m", "relative_humidity_ratio", PERCENT),
    Measure("wind_speed_10m", "wind_speed_kmh", SPEED),
    Measure("wind_gusts_10m", "wind_gust_kmh", SPEED),
    Measure("wind_direction_10m", "wind_from_direction_deg", {"°": lambda value: value % 360}),
    Measure("pressure_msl", "pressure_msl_hpa", {"hPa": _as_sent}),
    Measure("cloud_cover", "cloud_cover_ratio", PERCENT),
    Measure("snowfall", "has_snow_risk", {unit: lambda value: value > 0 for unit in ("cm", "inch")}),
)

_FIRST_COLUMNS = (("record_index", pl.UInt32), ("valid_at", pl.Datetime("ms", "UTC")))


def read_hours(body: bytes) -> Decoded:
    """One row per hour: `record_index`, `valid_at` (UTC, `ms`), `interval_s`, then MEASURES in the units named.

    Ratios are 0–1, directions below 360, `has_snow_risk` is snowfall above 0; an absent value is null. Rejects by
    `time_is_readable` and `field_has_its_type`. Raises BodyError, which names an unknown unit.
    """
    document, non_number_count = json_text.parse(body)
    hourly, units = _hourly(document)
    times = _instants(hourly["time"], document)
    sent = {m.source_name: hourly.get(m.source_name) or [None] * len(times) for m in MEASURES}
    rows, rejects = [], []
    for index, valid_at in enumerate(times):
        hour = {"valid_at": valid_at, **{name: values[index] for name, values in sent.items()}}
        rule = _broken_rule(hour)
        if rule:
            rejects.append((index, rule, evidence({**hour, "valid_at": hourly["time"][index]})))
        else:
            rows.append({"record_index": index, **hour})
    schema = pl.Schema([*_FIRST_COLUMNS, *((name, pl.Float64) for name in sent)])
    frame = pl.DataFrame(rows, schema=schema, strict=False).select(
        "record_index",
        "valid_at",
        pl.lit(_step_s(times), pl.Int32).alias("interval_s"),
        *(_convert(measure, units)(pl.col(measure.source_name)).alias(measure.name) for measure in MEASURES),
    )
    return Decoded(frame, pl.DataFrame(rejects, schema=REJECTS, orient="row"), non_number_count)


def _hourly(document: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The columns and their units, once they are known to be a forecast's."""
    if not isinstance(document, dict):
        raise BodyError(f"is not an object but a {type(document).__name__}")
    if document.get("error"):
        raise BodyError(f"says: {message_of(document)}")
    hourly, units = document.get("hourly"), document.get("hourly_units") or {}
    times = hourly.get("time") if isinstance(hourly, dict) else None
    if not isinstance(hourly, dict) or not isinstance(units, dict) or not isinstance(times, list) or not times:
        raise BodyError("is an object without hours (hourly.time)")
    for measure in MEASURES:
        values = hourly.get(measure.source_name)
        if values is not None and (not isinstance(values, list) or len(values) != len(times)):
            raise BodyError(f"holds {len(times)} hours, but {measure.source_name} does not")
    return hourly, units


def _instants(times: list[Any], document: dict[str, Any]) -> list[datetime | None]:
    """Instants (UTC) of `hourly.time`: epoch seconds, or ISO 8601, local by `utc_offset_seconds` where naive."""
    offset = document.get("utc_offset_seconds")
    return [_instant(time, offset) for time in times]


def _instant(time: object, offset_s: object) -> datetime | None:
    try:
        if isinstance(time, int | float):
            return datetime.fromtimestamp(time, UTC)
        instant = datetime.fromisoformat(time if isinstance(time, str) else "")
    except (ValueError, OverflowError, OSError):
        return None
    if instant.tzinfo:
        return instant.astimezone(UTC)
    if not isinstance(offset_s, int):
        raise BodyError("has local times, but no utc_offset_seconds")
    return instant.replace(tzinfo=UTC) - timedelta(seconds=offset_s)


def _broken_rule(hour: dict[str, Any]) -> str | None:
    if hour["valid_at"] is None:
        return "time_is_readable"
    values = (value for name, value in hour.items() if name != "valid_at" and value is not None)
    return None if all(_is_number(value) for value in values) else "field_has_its_type"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < math.inf


def _step_s(times: list[datetime | None]) -> int:
    """Seconds between two hours: the shortest step, 3600 where there is none."""
    known = sorted({time for time in times if time})
    return min((int((b - a).total_seconds()) for a, b in pairwise(known)), default=3600)


def _convert(measure: Measure, units: dict[str, Any]) -> Convert:
    unit = units.get(measure.source_name, next(iter(measure.units)))
    try:
        return measure.units[unit]
    except (KeyError, TypeError):
        raise BodyError(f"gives {measure.source_name} in {unit!r}, a unit that is not known") from None
