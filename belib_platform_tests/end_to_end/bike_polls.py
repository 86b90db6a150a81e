"""What polls of simulated bike stations saw, read from the bodies that the feed would send."""

from datetime import datetime, timedelta

import polars as pl

from belib_platform.contracts.bikes.clean import BikeStationStatus
from belib_platform.contracts.contract import conform
from belib_platform.simulator.outages import outage_at
from belib_platform.simulator.paris import Paris
from belib_platform.sources import velib_realtime
from belib_platform.transforms.bike_sightings import sift_bike_sightings
from belib_platform.transforms.runs import BIKE_STATIONS, merge_runs

INSTANT = pl.Datetime("ms", "UTC")


def sound_polls(paris: Paris, first: datetime, cadence: timedelta) -> list[datetime]:
    """The instants from the first on that are in no outage of the feed."""
    polls = [first + n * cadence for n in range(-(-(paris.ends_at - first) // cadence))]
    return [at for at in polls if outage_at(paris.bike_outages, at) is None]


def runs_seen(paris: Paris, polls: list[datetime], cadence: timedelta) -> pl.DataFrame:
    """Rows of BikeStationStatus."""
    seen = velib_realtime.read(pl.concat(_sent(paris, at, cadence) for at in polls))
    good = conform(BikeStationStatus, sift_bike_sightings(seen).good)
    return conform(BikeStationStatus, merge_runs(good.lazy(), BIKE_STATIONS).collect())


def _sent(paris: Paris, at: datetime, cadence: timedelta) -> pl.DataFrame:
    return velib_realtime.sift(paris.bike_body(at), "application/json").frame.with_columns(
        pl.lit(at.isoformat()).alias("page_id"),
        pl.lit(at, INSTANT).alias("fetched_at"),
        pl.lit(at + 3 * cadence, INSTANT).alias("holds_until"),
    )
