"""The effect of rain and warmth that the simulator plants in the demand for bikes shows in the hourly table.

Bikes in use, that is all bikes less those that the stations have on average in an hour, are compared with those of
the same hour of the week in other weather: least squares of their logarithm on rain of this and the two hours before,
and on warmth, all as forecast, with an interval by a bootstrap of dates. Hours of drizzle, in which the forecast is
often wrong about whether it rains, are left out. The estimate comes out about a tenth too small: bikes on trucks count
as in use, and riders who find no bike give up less often when it rains. `out_lower` would be no measure of demand: the
busier a station is, the more of what leaves and comes between two polls cancels out.
"""

import math
from datetime import date, datetime, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest

from belib_platform.contracts.bikes.clean import BikeStationStatus
from belib_platform.contracts.clean import WeatherForecast
from belib_platform.contracts.contract import conform
from belib_platform.simulator.bike_demand import RAIN_FACTOR, RISE_PER_C
from belib_platform.simulator.paris import Paris
from belib_platform.transforms.bike_hours import bike_availability
from belib_platform.transforms.runs import BIKE_STATIONS, merge_runs
from belib_platform_tests.end_to_end.bike_polls import INSTANT

pytestmark = pytest.mark.slow

FIRST_DAY = date(2025, 4, 7)
WEEKS = 8
STATIONS = 60
CADENCE = timedelta(minutes=5)
RAIN_FOR_SURE_MMH = 0.5
LAGS = 3
"""Hours whose rain counts: bikes in use were taken in this hour or before."""

Floats = npt.NDArray[np.float64]


def test_the_planted_effect_is_within_the_interval_of_a_regression_on_the_hours() -> None:
    hours = hourly(Paris.draw(4, first_day=FIRST_DAY, days=7 * WEEKS, stations=1, bike_stations=STATIONS))
    estimates = np.array([effects(resampled(hours, seed)) for seed in range(200)])
    low, high = np.quantile(estimates, [0.025, 0.975], axis=0)
    rain, warmth = effects(hours)
    assert low[0] <= math.log(RAIN_FACTOR) <= high[0], (low[0], rain, high[0])
    assert low[1] <= RISE_PER_C <= high[1], (low[1], warmth, high[1])
    assert high[0] < 0 < low[1]


def hourly(paris: Paris) -> pl.DataFrame:
    """One row per hour of the simulated weeks by day: bikes in use, rain, warmth, hour of the week and date."""
    codes = pl.DataFrame({"station_code": [station.station_code for station in paris.bikes.stations]})
    stations = codes.with_columns(
        pl.lit(None, pl.String).alias("insee_code"),
        pl.lit(None, pl.Int8).alias("arrondissement"),
        pl.lit(30, pl.Int16).alias("capacity"),
    )
    forecasts = pl.concat(forecast(paris, paris.begins_at + timedelta(hours=6 * n)) for n in range(28 * WEEKS))
    days = [FIRST_DAY + timedelta(days=n) for n in range(7 * WEEKS)]
    made = pl.concat(
        bike_availability(day, 24, runs(paris, day, codes).lazy(), stations.lazy(), known(forecasts, day)).collect()
        for day in days
    )
    parked = (pl.col("bike_mean") * pl.col("open_s") / 3600).sum().alias("parked")
    local = pl.col("hour_at").dt.convert_time_zone("Europe/Paris")
    rain = pl.col("precipitation_mmh")
    is_clear = (rain >= RAIN_FOR_SURE_MMH) | (rain == 0)
    wet = (rain >= RAIN_FOR_SURE_MMH).cast(pl.Float64)
    return (
        made.group_by("hour_at")
        .agg(parked, pl.col("temperature_c", "precipitation_mmh").first())
        .sort("hour_at")
        .with_columns(
            (local.dt.weekday() * 24 + local.dt.hour()).alias("week_hour"),
            local.dt.date().alias("local_date"),
            (pl.col("parked").max() - pl.col("parked")).clip(1).log().alias("in_use"),
            *(wet.shift(lag).alias(f"wet_{lag}") for lag in range(LAGS)),
        )
        .filter(is_clear & is_clear.shift() & local.dt.hour().is_between(7, 21))
        .drop_nulls()
    )


def known(forecasts: pl.DataFrame, day: date) -> pl.LazyFrame:
    """The forecasts of a day and of the one before it."""
    return forecasts.lazy().filter(pl.col("available_at").dt.date().is_between(day - timedelta(days=1), day))


def runs(paris: Paris, day: date, codes: pl.DataFrame) -> pl.DataFrame:
    """What polls every CADENCE see of a UTC day, from what the stations report."""
    begins_at = paris.begins_at + (day - FIRST_DAY)
    seen = pl.concat(_seen(paris, begins_at + n * CADENCE, codes) for n in range(timedelta(days=1) // CADENCE))
    return conform(BikeStationStatus, merge_runs(conform(BikeStationStatus, seen).lazy(), BIKE_STATIONS).collect())


def _seen(paris: Paris, at: datetime, codes: pl.DataFrame) -> pl.DataFrame:
    reported = paris.bikes.reported(int(at.timestamp()))
    flags = ("is_installed", "is_renting", "is_returning", "is_reporting")
    return codes.with_columns(
        pl.Series("mechanical", reported.mechanical),
        pl.Series("ebike", reported.ebike),
        pl.Series("docks", reported.docks),
        *(pl.lit(at, INSTANT).alias(name) for name in ("first_seen_at", "last_seen_at")),
        pl.lit(at + 3 * CADENCE, INSTANT).alias("holds_until"),
        pl.lit(0, pl.Int16).alias("unavailable_dock_count"),
        pl.lit(1, pl.Int16).alias("poll_count"),
        *(pl.lit(value=True).alias(flag) for flag in flags),
    )


def forecast(paris: Paris, at: datetime) -> pl.DataFrame:
    """Rows of WeatherForecast of the newest forecast at an instant."""
    instant = pl.lit(at, INSTANT)
    rows = paris.forecast(at, 36).with_columns(
        *(instant.alias(name) for name in ("fetched_at", "available_at", "issued_at")),
        pl.lit("open_meteo").alias("provider"),
        pl.lit("paris").alias("location"),
        pl.lit(3600, pl.Int32).alias("interval_s"),
        (pl.col("snowfall_cm") > 0).alias("has_snow_risk"),
    )
    return conform(WeatherForecast, rows)


def effects(hours: pl.DataFrame) -> tuple[float, float]:
    """The logarithm of the factor of rain, and the rate per °C, each within the same hour of the week."""
    rain = [f"wet_{lag}" for lag in range(LAGS)]
    within = hours.select(
        pl.col(name) - pl.col(name).mean().over("week_hour") for name in ("in_use", *rain, "temperature_c")
    )
    regressors: Floats = within.select(*rain, "temperature_c").to_numpy()
    solution: Floats = np.linalg.lstsq(regressors, within["in_use"].to_numpy(), rcond=None)[0]
    return float(solution[:LAGS].sum()), float(solution[LAGS])


def resampled(hours: pl.DataFrame, seed: int) -> pl.DataFrame:
    """The hours of as many dates, drawn with replacement."""
    drawn = hours.select(pl.col("local_date").unique().sort()).sample(fraction=1, with_replacement=True, seed=seed)
    return drawn.join(hours, on="local_date")
