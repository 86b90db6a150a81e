"""Layer `mart`: the history joined, hour by hour, for those who decide with it."""

import dataframely as dy
import polars as pl

from belib_platform.contracts.clean import ChargePointDay, WeatherForecast, count, instant, number, text
from belib_platform.contracts.contract import Contract

SECONDS = (
    "available_s",
    "charging_s",
    "reserved_s",
    "out_of_order_s",
    "unknown_s",
    "not_in_service_s",
    "unobserved_s",
)
"""The seven columns of time; they add up to point_count × 3,600."""


class StationAvailabilityHourly(Contract):
    """One row per station, power and closed UTC hour: how long its points were in each state, and the weather.

    The weather is what was forecast for the hour and known when it began.
    """

    hour_at = instant("Start of the hour (UTC).", primary_key=True, window=True)
    station_id = text("Station.", primary_key=True)
    power_kw = dy.Float64(primary_key=True, min=0, metadata={"doc": "Power of these points, kW; 0 where not known."})
    arrondissement = ChargePointDay.arrondissement
    point_count = dy.Int32(min=1, metadata={"doc": "Charge points seen on that UTC day."})
    available_s = count("Point-seconds AVAILABLE.")
    charging_s = count("Point-seconds CHARGING; may include cars that no longer charge.")
    reserved_s = count("Point-seconds RESERVED.")
    out_of_order_s = count("Point-seconds OUTOFORDER.")
    unknown_s = count("Point-seconds UNKNOWN: the operator had no contact.")
    not_in_service_s = count("Point-seconds PLANNED, INOPERATIVE or REMOVED.")
    unobserved_s = count("Point-seconds without a poll near enough to tell; neither free nor busy nor down.")
    no_point_free_s = count(
        "Seconds of the hour in which every point was observed and none AVAILABLE; UNKNOWN counts as not free."
    )
    weather_provider = text("Provider of the forecast used; null where none was known.", nullable=True)
    weather_valid_at = instant("End of the forecast's interval (UTC).", nullable=True)
    weather_available_at = instant("When we had the forecast; never after hour_at (UTC).", nullable=True)
    temperature_c = WeatherForecast.temperature_c
    precipitation_mmh = number("Precipitation rate, mm per hour.", 0)
    relative_humidity_ratio = WeatherForecast.relative_humidity_ratio
    wind_speed_kmh = WeatherForecast.wind_speed_kmh
    wind_gust_kmh = WeatherForecast.wind_gust_kmh
    wind_from_direction_deg = WeatherForecast.wind_from_direction_deg
    pressure_msl_hpa = WeatherForecast.pressure_msl_hpa
    cloud_cover_ratio = WeatherForecast.cloud_cover_ratio
    has_snow_risk = WeatherForecast.has_snow_risk

    @dy.rule()
    def seconds_of_an_hour_add_up(cls) -> pl.Expr:
        return pl.sum_horizontal(SECONDS) == pl.col("point_count") * 3600

    @dy.rule()
    def weather_was_known_at_that_hour(cls) -> pl.Expr:
        return pl.col("weather_available_at").is_null() | (pl.col("weather_available_at") <= pl.col("hour_at"))


class WeatherLastKnown(Contract):
    """View: one row per place and hour, what was learned last about it; for looking back, never for deciding then."""

    location = text("Name of the place asked for.", primary_key=True)
    hour_at = instant("Start of the hour (UTC).", primary_key=True)
    provider = text("Provider of the row used.")
    available_at = instant("When we had it (UTC).")
    interval_s = WeatherForecast.interval_s
    temperature_c = WeatherForecast.temperature_c
    precipitation_mm = WeatherForecast.precipitation_mm
    relative_humidity_ratio = WeatherForecast.relative_humidity_ratio
    wind_speed_kmh = WeatherForecast.wind_speed_kmh
    wind_gust_kmh = WeatherForecast.wind_gust_kmh
    wind_from_direction_deg = WeatherForecast.wind_from_direction_deg
    pressure_msl_hpa = WeatherForecast.pressure_msl_hpa
    cloud_cover_ratio = WeatherForecast.cloud_cover_ratio
    has_snow_risk = WeatherForecast.has_snow_risk


WEATHER_LAST_KNOWN_SQL = """
SELECT DISTINCT ON (location, hour_at)
       location, hour_at, provider, available_at, interval_s, temperature_c, precipitation_mm,
       relative_humidity_ratio, wind_speed_kmh, wind_gust_kmh, wind_from_direction_deg, pressure_msl_hpa,
       cloud_cover_ratio, has_snow_risk
FROM clean.weather_forecast
CROSS JOIN LATERAL generate_series(
    valid_at - make_interval(secs => interval_s), valid_at - interval '1 hour', interval '1 hour'
) AS hour_at
ORDER BY location, hour_at, available_at DESC, interval_s, provider
"""
