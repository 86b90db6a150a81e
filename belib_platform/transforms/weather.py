"""The rule of weather: for an hour only what was known when it began may be said about it."""

import polars as pl

KNOWN_FOR = pl.duration(hours=48)
"""A forecast older than this at the start of the hour is not used."""

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
"""Columns by which one of several rows is chosen, and whether the greatest comes first. The table's whole key is among
them, so that the order in which the rows come says nothing."""


def weather_as_known(hours: pl.LazyFrame, forecasts: pl.LazyFrame) -> pl.LazyFrame:
    """For each `hour_at` (start, UTC) the forecast known then; columns as in StationAvailabilityHourly.

    Of the rows whose interval covers the whole hour and that were available at its start, at most 48 hours before,
    those with both temperature and precipitation come first, then the one learned last; ties go to the shorter
    interval, then to the provider's name, at last to the later answer. A row with neither is no forecast. Hours without
    a forecast have nulls. Precipitation becomes a rate, mm per hour.
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
