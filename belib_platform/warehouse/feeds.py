"""Feeds: sources that say every few minutes what things are doing, and how tables are made of what they say."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from belib_platform.contracts.bikes.clean import BikeStation, BikeStationDay, BikeStationStatus
from belib_platform.contracts.clean import ChargePoint, ChargePointDay, ChargePointStatus
from belib_platform.contracts.contract import Contract
from belib_platform.sources import belib_realtime, belib_static, velib_information, velib_realtime
from belib_platform.sources.belib_realtime import BELIB
from belib_platform.sources.belib_static import BELIB_STATIC
from belib_platform.sources.source import Source
from belib_platform.sources.velib_information import VELIB_INFORMATION
from belib_platform.sources.velib_realtime import VELIB
from belib_platform.transforms import bike_stations, charge_points
from belib_platform.transforms.bike_sightings import sift_bike_sightings
from belib_platform.transforms.charge_point_sightings import sift_sightings, status_of
from belib_platform.transforms.facts import IS_UNKNOWN, NEVER_UNKNOWN
from belib_platform.transforms.runs import BIKE_STATIONS, CHARGE_POINTS, Observed
from belib_platform.transforms.sightings import Sifted
from belib_platform.transforms.static_set import sift_static
from belib_platform.warehouse.records import Decode, Finish


@dataclass(frozen=True, eq=False)  # compared by identity, so that it is hashable
class Feed:
    """A source of observations, the source that lists its things, and the tables made of both.

    `status` is the contract of the runs, `by_day` that of attributes by day, `whole` that of the last known attributes.
    `sift` and `read` decode real-time bodies, `decode_list` decodes lists of things. Of a real-time record, `observed`
    are the columns that runs are made from, which are kept of a rejected one, and `sift_observed` makes runs of length
    one of them; `live_day` makes rows of `by_day`. `known` adds columns to observed records of which `is_unknown` tells
    whether the operator did not know the state. Of lists, `sift_list` rejects records, and `static_day` makes rows of
    `by_day`. `lay_days` makes rows of `whole` from earlier ones and rows of later days.
    """

    source: Source
    listing: Source
    things: Observed
    status: type[Contract]
    by_day: type[Contract]
    whole: type[Contract]
    sift: Decode
    read: Finish
    observed: Sequence[str]
    sift_observed: Callable[[pl.DataFrame], Sifted]
    live_day: Callable[[date, pl.LazyFrame], pl.LazyFrame]
    decode_list: Decode
    sift_list: Callable[[pl.DataFrame], Sifted]
    static_day: Callable[[date, pl.LazyFrame], pl.LazyFrame]
    lay_days: Callable[[pl.LazyFrame, pl.LazyFrame], pl.LazyFrame]
    known: Callable[[pl.DataFrame], pl.DataFrame] = lambda records: records
    is_unknown: pl.Expr = NEVER_UNKNOWN


CHARGE_POINT_FEED = Feed(
    source=BELIB,
    listing=BELIB_STATIC,
    things=CHARGE_POINTS,
    status=ChargePointStatus,
    by_day=ChargePointDay,
    whole=ChargePoint,
    sift=belib_realtime.sift,
    read=belib_realtime.read,
    observed=("record_index", "charge_point_id", "status_word", "source_updated_at"),
    sift_observed=sift_sightings,
    live_day=charge_points.live_day,
    decode_list=belib_static.decode,
    sift_list=sift_static,
    static_day=charge_points.static_day,
    lay_days=charge_points.charge_points,
    known=lambda records: records.with_columns(status_of(records["status_word"])),
    is_unknown=IS_UNKNOWN,
)

BIKE_STATION_FEED = Feed(
    source=VELIB,
    listing=VELIB_INFORMATION,
    things=BIKE_STATIONS,
    status=BikeStationStatus,
    by_day=BikeStationDay,
    whole=BikeStation,
    sift=velib_realtime.sift,
    read=velib_realtime.read,
    observed=velib_realtime.OBSERVED,
    sift_observed=sift_bike_sightings,
    live_day=bike_stations.live_day,
    decode_list=velib_information.decode,
    sift_list=bike_stations.sift_information,
    static_day=bike_stations.static_day,
    lay_days=bike_stations.bike_stations,
)

FEEDS = (CHARGE_POINT_FEED, BIKE_STATION_FEED)
