"""Layer `search`, Vélib': documents in Elasticsearch.

A day has 35,000 hours of bike stations, so documents have what dashboards use and no more: the calendar and the rest of
the weather are in the mart, and shares and means are rounded.
"""

from typing import Final

import dataframely as dy
import polars as pl

from belib_platform.contracts.bikes.clean import BikeStationDay, BikeStationStatus, small_count
from belib_platform.contracts.bikes.mart import BIKE_SECONDS, LACKING, BikeAvailabilityHourly
from belib_platform.contracts.clean import flag, instant, number, text
from belib_platform.contracts.contract import Contract
from belib_platform.contracts.search import BelibAvailability, BelibChargePoints, location

AREA_LABEL: Final = "Arrondissement as «Paris 01», for sorting, or commune as published; «??» if unknown."

SERVICES: Final = ("OPEN", "CLOSED", "NOT_REPORTING")


class BelibBikeAvailability(Contract):
    """One document per row of `bike_availability_hourly`: one hour of a bike station."""

    document_id = text("hour_at in epoch seconds and station_code, joined by `_`: the `_id`.", primary_key=True)
    hour_at = BelibAvailability.hour_at
    hour_local = BelibAvailability.hour_local
    day_of_week = BelibAvailability.day_of_week
    station_code = text("Bike station.")
    station_name = BikeStationDay.station_name
    area_label = text(AREA_LABEL)
    location = location("Coordinates of the bike station.")
    capacity = BikeStationDay.capacity
    open_s = BikeAvailabilityHourly.open_s
    closed_s = BikeAvailabilityHourly.closed_s
    not_reporting_s = BikeAvailabilityHourly.not_reporting_s
    unobserved_s = BikeAvailabilityHourly.unobserved_s
    no_bike_s = BikeAvailabilityHourly.no_bike_s
    no_ebike_s = BikeAvailabilityHourly.no_ebike_s
    no_dock_s = BikeAvailabilityHourly.no_dock_s
    no_bike_ratio = number("no_bike_s ÷ open_s, to two decimals; null if open_s is 0.", 0, 1)
    no_dock_ratio = number("no_dock_s ÷ open_s, to two decimals; null if open_s is 0.", 0, 1)
    bike_mean = number("Mean number of bikes available over open_s, to one decimal; null if open_s is 0.", 0)
    ebike_mean = number("Mean number of electric bikes available over open_s, to one decimal; null if open_s is 0.", 0)
    dock_mean = number("Mean number of free docks over open_s, to one decimal; null if open_s is 0.", 0)
    out_lower = BikeAvailabilityHourly.out_lower
    in_lower = BikeAvailabilityHourly.in_lower
    temperature_c = BikeAvailabilityHourly.temperature_c
    precipitation_mmh = BikeAvailabilityHourly.precipitation_mmh
    is_raining = BelibAvailability.is_raining

    @dy.rule()
    def seconds_of_an_hour_add_up(cls) -> pl.Expr:
        return pl.sum_horizontal(BIKE_SECONDS) == 3600

    @dy.rule()
    def lacking_time_is_open_time(cls) -> pl.Expr:
        return pl.max_horizontal(LACKING) <= pl.col("open_s")


class BelibBikeStations(Contract):
    """One document per bike station observed in the last two days: what it has now."""

    station_code = text("Bike station: the `_id`.", primary_key=True)
    station_name = BikeStationDay.station_name
    service = dy.Enum(
        SERVICES,
        metadata={
            "doc": "NOT_REPORTING: the station had not reported to the operator for more than 24 h. OPEN: it reported "
            "and was installed, renting and returning. CLOSED: any other."
        },
    )
    status_since_at = instant(
        "First poll of the uninterrupted period with these numbers, not earlier than the previous UTC day (UTC)."
    )
    is_current = flag("Whether the newest sound poll observed the station.", nullable=False)
    last_seen_at = instant(
        "Last poll that observed the station (UTC). All current stations share it, so it is set only for the first one "
        "of each area. So a poll without changes does not update every document.",
        nullable=True,
    )
    bikes = small_count("Bikes available: mechanical + ebike.")
    mechanical = BikeStationStatus.mechanical
    ebike = BikeStationStatus.ebike
    docks = BikeStationStatus.docks
    capacity = BikeStationDay.capacity
    area_label = text(AREA_LABEL)
    location = BelibChargePoints.location
