"""How many riders want a bike, by local hour of the week and by weather: the planted effects, which tests may know."""

import math
from typing import Final

import polars as pl

from belib_platform.simulator.rhythm import WEEK_HOURS, interpolated

DEPARTURES_PER_S: Final = 1 / 525
"""Riders per second and station where all factors are 1."""

WEEKDAY: Final = {
    0: 0.25, 1: 0.15, 2: 0.11, 4: 0.06, 5: 0.09, 6: 0.26, 7: 0.65, 8: 1.15, 9: 1.05, 10: 0.85, 12: 1.0, 14: 1.08,
    16: 1.15, 17: 1.25, 18: 1.35, 19: 1.15, 20: 0.85, 22: 0.55, 24: 0.25,
}  # fmt: skip
WEEKEND: Final = {
    0: 0.34, 1: 0.26, 2: 0.2, 4: 0.1, 6: 0.08, 8: 0.25, 10: 0.6, 12: 0.9, 14: 1.05, 16: 1.15, 18: 1.1, 20: 0.85,
    22: 0.65, 24: 0.34,
}  # fmt: skip
"""Factor of the demand by local hour. Shapes are assumed; the level makes 61 % of stations change in 15 minutes."""

COMMUTING: Final = {0: 0, 5: 0, 7: 0.25, 8: 0.35, 9: 0.25, 11: 0, 15: 0, 17: -0.2, 18: -0.25, 20: -0.15, 23: 0, 24: 0}
"""Tide of weekdays by local hour: at 0.35, homes have 1.35 times their demand and offices 0.65 times, of arrivals the
other way round; negative in the evening."""

NETWORK_DEMAND: Final = tuple(
    interpolated(WEEKDAY if hour < 5 * 24 else WEEKEND, hour % 24 + 0.5) for hour in range(WEEK_HOURS)
)
TIDE: Final = tuple(interpolated(COMMUTING, hour % 24 + 0.5) if hour < 5 * 24 else 0.0 for hour in range(WEEK_HOURS))
"""Both for each hour of the local week; hour 0 is Monday 0 h."""

RAIN_MM: Final = 0.1
RAIN_FACTOR: Final = 0.6
"""Factor of the demand in hours with at least this precipitation (mm)."""

MILD_C: Final = 15.0
BEST_C: Final = 27.0
RISE_PER_C: Final = 0.03
FALL_PER_C: Final = 0.04
"""The demand grows by e^0.03 per °C up to 27 °C and falls by e^0.04 per °C above; at 15 °C the factor is 1."""


def weather_factor(temperature_c: float, precipitation_mm: float) -> float:
    """Factor of the whole network's demand in an hour with these values."""
    warmth = RISE_PER_C * (min(temperature_c, BEST_C) - MILD_C) - FALL_PER_C * max(0.0, temperature_c - BEST_C)
    return math.exp(warmth) * (RAIN_FACTOR if precipitation_mm >= RAIN_MM else 1.0)


def weather_factors(weather: pl.DataFrame) -> list[float]:
    """The factor of each hour that ends at `valid_at`, for rows of `Sky.weather`."""
    rows = weather.select("temperature_c", "precipitation_mm").iter_rows()
    return [weather_factor(temperature_c, precipitation_mm) for temperature_c, precipitation_mm in rows]
