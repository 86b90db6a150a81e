"""Open-Meteo's hourly columns as rows, in the units of the contract."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import multimode
from typing import Any, Final

from belib_platform.sources import json_text
from belib_platform.sources.calendar_bounds import in_utc
from belib_platform.sources.forecast_steps import Forecast, Step, read_steps
from belib_platform.sources.forecast_values import value
from belib_platform.sources.hourly_variables import variables
from belib_platform.sources.records import BodyError
from belib_platform.sources.refusal import message_of

DAY_S: Final = 86_400
"""Largest offset of a time zone, seconds."""

LONGEST_STEP: Final = timedelta(days=1)
"""Longest time between two hours of a forecast; anything longer is a gap."""


def read_hours(body: bytes) -> Forecast:
    """One row per hour, as `read_steps` returns them, of the variables in MEASURES, converted from the units named.

    Ratios are 0–1, directions below 360, `has_snow_risk` is snowfall above 0. Raises BodyError.
    """
    document, non_number_count = json_text.parse_object(body)
    hourly, units = _hourly(document)
    sent_times = hourly["time"]
    times = [_instant(time, document.get("utc_offset_seconds")) for time in sent_times]
    found, remarks = variables(hourly, units, len(times))
    steps = [
        Step(instant, {"time": sent_times[index], **{v.source_name: v.values[index] for v in found.values()}})
        for index, instant in enumerate(times)
    ]
    reads = {name: value(variable.source_name, variable.convert) for name, variable in found.items()}
    return read_steps(steps, reads, _step_s(times), non_number_count, remarks)


def _hourly(document: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The columns and their units. Raises BodyError where the response is no forecast."""
    if document.get("error"):
        raise BodyError(f"says: {message_of(document)}")
    hourly, units = document.get("hourly"), document.get("hourly_units") or {}
    times = hourly.get("time") if isinstance(hourly, dict) else None
    if not isinstance(hourly, dict) or not isinstance(units, dict) or not isinstance(times, list) or not times:
        raise BodyError("is an object without hours (hourly.time)")
    return hourly, units


def _instant(time: object, offset_s: object) -> datetime | None:
    """The instant (UTC) of an hour: epoch seconds, or ISO 8601, local by `utc_offset_seconds` where naive."""
    if isinstance(time, bool):
        return None
    if isinstance(time, int | float):
        return in_utc(lambda: datetime.fromtimestamp(time, UTC))
    try:
        instant = datetime.fromisoformat(time if isinstance(time, str) else "")
    except ValueError:
        return None
    if instant.tzinfo:
        return in_utc(lambda: instant)
    if isinstance(offset_s, bool) or not isinstance(offset_s, int) or abs(offset_s) > DAY_S:
        raise BodyError("has local times, but no utc_offset_seconds")
    return in_utc(lambda: instant - timedelta(seconds=offset_s))


def _step_s(times: list[datetime | None]) -> int:
    """Seconds between two hours: the most frequent difference, so that one wrong time does not matter; 3600 if none."""
    known = sorted({time for time in times if time})
    steps = (b - a for a, b in pairwise(known))
    return min(multimode(int(step.total_seconds()) for step in steps if step <= LONGEST_STEP), default=3600)
