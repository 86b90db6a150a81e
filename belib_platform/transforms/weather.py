"""The rule of weather: an hour gets only a forecast that was known when the hour began."""

import polars as pl

KNOWN_FOR = pl.duration(hours=48)
"""Maximum age of a forecast at the start of the hour."""

HOUR = pl.duration(hours=1)

VALUES = [
    "temperature_c",
    "relative_humidity_ratio",
    "wind_speed_kmh",
    "wind_gust_kmh",
    "wind_from_direction_deg",
    "pressure_msl_hpa",
    "cloud_cover_ratio",
    "has_snow_risk",
]

PREFERRED = {
    "has_both": True,
    "available_at": True,
    "interval_s": False,
    "provider": False,
    "fetched_at": True,
    "location": False,
    "valid_at": False,
}
"""Columns by which one of several forecasts is chosen, and whether the largest value is preferred. They include the
table's whole key, so that the order of rows does not matter."""


def weather_as_known(hours: pl.LazyFrame, forecasts: pl.LazyFrame) -> pl.LazyFrame:
    """The forecast known at each `hour_at` (start, UTC); columns as in StationAvailabilityHourly.

    Considers forecasts whose interval covers the whole hour, and which became available at its start or at most 48
    hours before. Prefers those with both temperature and precipitation, then the newest one, then the shorter interval,
    then the provider's name, then the later request. Ignores forecasts with neither. Hours without a forecast have
    nulls. Precipitation becomes a rate in mm per hour.
    """
    covers = (pl.col("valid_at") - pl.duration(seconds="interval_s") <= pl.col("hour_at")) & (
        pl.col("valid_at") >= pl.col("hour_at") + HOUR
    )
    known = pl.col("available_at").is_between(pl.col("hour_at") - KNOWN_FOR, pl.col("hour_at"))
    has_temperature, has_precipitation = (pl.col(c).is_not_null() for c in ("temperature_c", "precipitation_mm"))
    chosen = (
        hours.join(forecasts.filter(has_temperature | has_precipitation), how="cross")
        .filter(covers & known)
        .with_columns(has_both=has_temperature & has_precipitation)
        .sort(list(PREFERRED), descending=list(PREFERRED.values()))
        .group_by("hour_at", maintain_order=True)
        .first()
        .select(
            "hour_at",
            pl.col("provider").alias("weather_provider"),
            pl.col("valid_at").alias("weather_valid_at"),
            pl.col("available_at").alias("weather_available_at"),
            (pl.col("precipitation_mm") * 3600 / pl.col("interval_s")).alias("precipitation_mmh"),
            *VALUES,
        )
    )
    return hours.join(chosen, on="hour_at", how="left")
