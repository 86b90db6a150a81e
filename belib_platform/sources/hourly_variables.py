"""Open-Meteo's hourly variables: their names over time, their units, and the columns they become."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from belib_platform.sources.forecast_values import Convert


def _times(factor: float) -> Convert:
    return lambda value: value * factor


PERCENT: dict[str, Convert] = {"%": lambda value: value / 100}
SPEED: dict[str, Convert] = {
    "km/h": float,
    "m/s": _times(3.6),
    "mp/h": _times(1.609344),
    "mph": _times(1.609344),
    "kn": _times(1.852),
}
TEMPERATURE: dict[str, Convert] = {"°C": float, "°F": lambda value: (value - 32) * 5 / 9}
SNOW: dict[str, Convert] = dict.fromkeys(("cm", "inch"), lambda value: value > 0)


@dataclass(frozen=True)
class Measure:
    """One of the variables, the column it becomes, and the conversion from each unit.

    The first unit is the default if `hourly_units` does not name one. `older_name` is the name before 2023, which the
    API still accepts and old recordings contain.
    """

    source_name: str
    name: str
    units: Mapping[str, Convert]
    older_name: str | None = None


MEASURES = (
    Measure("temperature_2m", "temperature_c", TEMPERATURE),
    Measure("precipitation", "precipitation_mm", {"mm": float, "inch": _times(25.4)}),
    Measure("relative_humidity_2m", "relative_humidity_ratio", PERCENT, "relativehumidity_2m"),
    Measure("wind_speed_10m", "wind_speed_kmh", SPEED, "windspeed_10m"),
    Measure("wind_gusts_10m", "wind_gust_kmh", SPEED, "windgusts_10m"),
    Measure("wind_direction_10m", "wind_from_direction_deg", {"°": lambda value: value % 360}, "winddirection_10m"),
    Measure("pressure_msl", "pressure_msl_hpa", {"hPa": float}),
    Measure("cloud_cover", "cloud_cover_ratio", PERCENT, "cloudcover"),
    Measure("snowfall", "has_snow_risk", SNOW),
)


class Variable(NamedTuple):
    """A variable of a response that can be read: its name there, one value per hour, and how one is converted."""

    source_name: str
    values: list[Any]
    convert: Convert


def variables(hourly: Mapping[str, Any], units: Mapping[str, Any], hours: int) -> tuple[dict[str, Variable], list[str]]:
    """The readable variables of a response by column, and a sentence about each that has values but is not readable.

    A variable is not readable if its unit is unknown, or if it does not have one value per hour; others are read.
    """
    found: dict[str, Variable] = {}
    remarks: list[str] = []
    for measure in MEASURES:
        for source_name, values in _sent(measure, hourly):
            trouble, convert = _judged(measure, units.get(source_name), values, hours)
            if convert is not None:
                found[measure.name] = Variable(source_name, values, convert)
                break
            remarks.append(f"{source_name} {trouble}, so none of its values is taken")
    return found, remarks


def _sent(measure: Measure, hourly: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What a response has under the names of a measure, unless it is null throughout."""
    for source_name in filter(None, (measure.source_name, measure.older_name)):
        values = hourly.get(source_name)
        if values is not None and not (isinstance(values, list) and all(value is None for value in values)):
            yield source_name, values


def _judged(measure: Measure, unit: object, values: object, hours: int) -> tuple[str, Convert | None]:
    """What is wrong with a variable, or else how its values are converted."""
    if not isinstance(values, list) or len(values) != hours:
        return f"has not one value for each of the {hours} hours", None
    meant = next(iter(measure.units)) if unit is None else unit
    convert = measure.units.get(meant) if isinstance(meant, str) else None
    if convert is None:
        return f"is in {str(unit)[:20]!r}, a unit that is not known", None
    return "", convert
