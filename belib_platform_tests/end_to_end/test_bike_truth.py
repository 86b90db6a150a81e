"""Hours of bike stations against what really was where, and against every trip and truck, in a simulated Paris."""

from datetime import UTC, date, datetime, time, timedelta

import polars as pl
import pytest

from belib_platform.contracts.bikes.clean import BikeStation, BikeStationStatus
from belib_platform.contracts.bikes.mart import BikeAvailabilityHourly
from belib_platform.contracts.clean import WeatherForecast
from belib_platform.contracts.contract import conform
from belib_platform.simulator.paris import Paris
from belib_platform.sources.velib_realtime import OBSERVED, decode
from belib_platform.transforms.bike_hours import bike_availability
from belib_platform.transforms.bike_sightings import sift_bike_sightings
from belib_platform.transforms.runs import BIKE_STATIONS, merge_runs

pytestmark = pytest.mark.slow

DAY = date(2025, 9, 2)
BEGINS_AT = datetime.combine(DAY, time(), UTC)
ENDS_AT = BEGINS_AT + timedelta(days=1)
CADENCE = timedelta(minutes=5)
INSTANT = pl.Datetime("ms", "UTC")


@pytest.fixture(scope="module")
def paris() -> Paris:
    return Paris.draw(3, first_day=DAY - timedelta(days=1), days=2, stations=1, bike_stations=400)


@pytest.fixture(scope="module")
def hours(paris: Paris) -> pl.DataFrame:
    """The hours of the stations that were open all day, of a poll every five minutes."""
    polls = pl.concat([seen(paris, BEGINS_AT + n * CADENCE) for n in range(288)])
    runs = conform(BikeStationStatus, merge_runs(sift_bike_sightings(polls).good.lazy(), BIKE_STATIONS).collect())
    stations, forecasts = BikeStation.create_empty().lazy(), WeatherForecast.create_empty().lazy()
    made = conform(BikeAvailabilityHourly, bike_availability(DAY, 24, runs.lazy(), stations, forecasts).collect())
    whole = made.group_by("station_code").agg(pl.col("open_s").sum()).filter(pl.col("open_s") == 86_400)
    assert whole.height > 300
    return made.join(whole.select("station_code"), on="station_code", how="semi")


def seen(paris: Paris, at: datetime) -> pl.DataFrame:
    """A poll's records with what the fold wants of their response."""
    return (
        decode(paris.bike_body(at), "application/json")
        .frame.select(OBSERVED)
        .with_columns(
            pl.lit(at.isoformat()).alias("page_id"),
            pl.lit(at, INSTANT).alias("fetched_at"),
            pl.lit(at + 3 * CADENCE, INSTANT).alias("holds_until"),
        )
    )


def test_bikes_and_docks_are_as_many_as_there_were(paris: Paris, hours: pl.DataFrame) -> None:
    """To a hundredth, though stations report every quarter of an hour and are asked every five minutes."""
    begins_at, ends_at = (pl.lit(at, INSTANT) for at in (BEGINS_AT, ENDS_AT))
    truth = paris.bikes.changes.join(hours.select("station_code").unique(), on="station_code", how="semi")
    lasted = pl.min_horizontal(pl.col("at").shift(-1).over("station_code").fill_null(ends_at), ends_at)
    truth = truth.with_columns((lasted - pl.max_horizontal("at", begins_at)).dt.total_seconds().clip(0).alias("s"))
    bikes = pl.sum_horizontal(pl.col("mechanical", "ebike").cast(pl.Int64))
    for mean, count in (("bike_mean", bikes), ("ebike_mean", pl.col("ebike")), ("dock_mean", pl.col("docks"))):
        true_mean = truth.select((count.cast(pl.Int64) * pl.col("s")).sum() / pl.col("s").sum()).item()
        assert hours[mean].mean() == pytest.approx(true_mean, rel=0.01), mean
    empty_s = truth.filter(bikes == 0)["s"].sum()
    assert hours["no_bike_s"].sum() == pytest.approx(empty_s, rel=0.1)


def test_no_more_bikes_move_than_riders_and_trucks_moved(paris: Paris, hours: pl.DataFrame) -> None:
    codes = hours["station_code"].unique().implode()
    trips, trucks = (
        paris.bikes.trips,
        paris.bikes.truck_moves.with_columns(bikes=pl.col("mechanical") + pl.col("ebike")),
    )
    trucks = trucks.filter(pl.col("at").is_between(BEGINS_AT, ENDS_AT), pl.col("station_code").is_in(codes))
    taken = trips.filter(pl.col("departs_at").is_between(BEGINS_AT, ENDS_AT), pl.col("from_code").is_in(codes)).height
    brought = trips.filter(pl.col("arrives_at").is_between(BEGINS_AT, ENDS_AT), pl.col("to_code").is_in(codes)).height
    by_truck = trucks.filter(pl.col("bikes").abs() >= 8)
    for way, sign, by_riders in (("out", -1, taken), ("in", 1, brought)):
        riders, rebalanced = hours[f"{way}_lower"].sum(), hours[f"rebalanced_{way}"].sum()
        assert 0.4 * by_riders < riders < by_riders
        loads = by_truck.filter(pl.col("bikes") * sign > 0)["bikes"].sum() * sign
        assert rebalanced == pytest.approx(loads, rel=0.3)
