"""Simulated weather of Paris, and forecasts whose errors grow with their lead time."""

import math
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final

import polars as pl

from belib_platform.simulator.dice import dice
from belib_platform.simulator.errors import NotDrawnError

HOUR: Final = timedelta(hours=1)
RUN_EVERY_H: Final = 6
RUN_DELAY_H: Final = 4
"""A model run starts every six hours and is published four hours later."""

MEMORY: Final = {"warmth": 0.98, "cloud": 0.9, "rain": 0.85, "wind": 0.93, "veer": 0.97, "pressure": 0.99}
"""Autocorrelation per hour of each hidden variable, which has mean 0 and standard deviation 1."""

Drivers = dict[str, float]


class Sky:
    """The weather of `hours` hours from `first` (UTC, full hour) on; deterministic by seed."""

    def __init__(self, seed: int, first: datetime, hours: int) -> None:
        self._seed, self._first = seed, first
        self._drivers = _drift(dice(seed, "sky"), hours)

    def weather(self, first: datetime, last: datetime) -> pl.DataFrame:
        """The true weather: one row per `valid_at` (UTC, full hour) in [first, last); names of columns have the units.

        Precipitation and snowfall are those of the hour that ends at `valid_at`; other values are those at that
        instant. Raises NotDrawnError outside the simulated hours.
        """
        count = int((last - first) / HOUR)
        hours = [first + index * HOUR for index in range(count)]
        return _table([{"valid_at": hour, **_weather(hour, self._at(hour))} for hour in hours])

    def forecast(self, at: datetime, hours: int) -> pl.DataFrame:
        """The forecast of the newest model run published at `at`, for `hours` hours from 00:00 UTC of that day."""
        run = (at - RUN_DELAY_H * HOUR).replace(minute=0, second=0, microsecond=0)
        run -= (run.hour % RUN_EVERY_H) * HOUR
        midnight = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        lead = int((midnight - run) / HOUR)
        errors = _drift(dice(self._seed, "run", run.timestamp()), max(0, lead) + hours + 24)
        rows = []
        for index in range(hours):
            valid_at = midnight + index * HOUR
            lead_h = max(0, lead + index)
            weight = min(1.0, 0.08 * math.sqrt(lead_h))
            truth, error = self._at(valid_at), errors[lead_h]
            drivers = {driver: truth[driver] + weight * error[driver] for driver in MEMORY}
            rows.append({"valid_at": valid_at, **_weather(valid_at, drivers)})
        return _table(rows)

    def _at(self, hour: datetime) -> Drivers:
        index = int((hour - self._first) / HOUR)
        if not 0 <= index < len(self._drivers):
            raise NotDrawnError(f"There is no simulated weather at {hour.isoformat()}")
        return self._drivers[index]


def _table(rows: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema_overrides={"valid_at": pl.Datetime("ms", "UTC")})


def _drift(rng: Random, hours: int) -> list[Drivers]:
    state = {driver: rng.gauss() for driver in MEMORY}
    states = [state]
    for _ in range(hours - 1):
        state = {d: m * state[d] + math.sqrt(1 - m * m) * rng.gauss() for d, m in MEMORY.items()}
        states.append(state)
    return states


def _weather(hour: datetime, drivers: Drivers) -> dict[str, float]:
    season = math.cos(math.tau * (hour.timetuple().tm_yday - 200) / 365.25)
    daily = math.cos(math.tau * (hour.hour - 14) / 24)
    temperature_c = 12 + 7.5 * season + (2.5 + season) * daily + 3 * drivers["warmth"]
    cloud_ratio = min(1.0, max(0.0, 0.6 + 0.4 * drivers["cloud"]))
    precipitation_mm = max(0.0, drivers["rain"] - 1.3) * 2.0
    wind_kmh = max(0.5, 12 + 5 * drivers["wind"])
    return {
        "temperature_c": round(temperature_c, 1),
        "relative_humidity_ratio": round(min(1.0, max(0.2, 0.74 - 0.1 * daily + 0.1 * drivers["cloud"])), 2),
        "precipitation_mm": round(precipitation_mm, 1),
        "snowfall_cm": round(0.7 * precipitation_mm, 2) if temperature_c < 0.5 else 0.0,
        "pressure_msl_hpa": round(1016 + 8 * drivers["pressure"], 1),
        "cloud_cover_ratio": round(cloud_ratio, 2),
        "wind_speed_kmh": round(wind_kmh, 1),
        "wind_gust_kmh": round(wind_kmh * 1.7 + 3, 1),
        "wind_from_direction_deg": float(round(230 + 60 * drivers["veer"]) % 360),
    }
