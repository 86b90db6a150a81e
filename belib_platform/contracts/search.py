"""Layer `search`: documents of the Elasticsearch indices. A class names its alias, its columns the mapping's fields.

Every document is an hour of the mart or the present of a charge point, with what dashboards cannot compute beside it:
local hours, shares, labels that sort, a point on the map.
"""

import dataframely as dy
import polars as pl

from belib_platform.contracts.clean import ChargePointDay, ChargePointStatus, count, flag, instant, number, text
from belib_platform.contracts.contract import Contract
from belib_platform.contracts.mart import SECONDS, StationAvailabilityHourly

GEO_POINT = {"type": "geo_point"}


def location(doc: str) -> dy.Struct:
    """A point of WGS 84, degrees."""
    axes: dict[str, dy.Column] = {
        "lat": dy.Float64(nullable=True, min=-90, max=90),
        "lon": dy.Float64(nullable=True, min=-180, max=180),
    }
    return dy.Struct(axes, nullable=True, metadata={"doc": doc, "index": GEO_POINT})


ARRONDISSEMENT_LABEL = "Arrondissement as two digits, which sort; «??» where not known."
POWER_LABEL = "Power in words, such as «007 kW», which sort; «unknown» where not known."


class BelibAvailability(Contract):
    """One document per row of `station_availability_hourly`: an hour of a station's points of one power."""

    document_id = text("hour_at in epoch seconds, station_id and power_kw, joined by `_`: the `_id`.", primary_key=True)
    hour_at = instant("Start of the hour (UTC).", partition=True)
    hour_local = dy.Int8(min=0, max=23, metadata={"doc": "Hour of the day in Europe/Paris, 0–23."})
    day_of_week = dy.Int8(min=1, max=7, metadata={"doc": "ISO day of the week in Europe/Paris, Monday is 1."})
    local_date = dy.Date(metadata={"doc": "Date in Europe/Paris."})
    is_public_holiday = flag("Whether local_date is a public holiday of metropolitan France.", nullable=False)
    is_school_holiday = flag("Whether local_date is in the school holidays of zone C.")
    station_id = text("Station.")
    station_name = ChargePointDay.station_name
    power_kw = dy.Float64(min=0, metadata={"doc": "Power of these points, kW; 0 where not known."})
    power_label = text(POWER_LABEL)
    arrondissement = ChargePointDay.arrondissement
    arrondissement_label = text(ARRONDISSEMENT_LABEL)
    location = location("Median of the station's points.")
    point_count = dy.Int32(min=1, metadata={"doc": "Charge points seen on that UTC day."})
    available_s = StationAvailabilityHourly.available_s
    charging_s = StationAvailabilityHourly.charging_s
    reserved_s = StationAvailabilityHourly.reserved_s
    out_of_order_s = StationAvailabilityHourly.out_of_order_s
    unknown_s = StationAvailabilityHourly.unknown_s
    not_in_service_s = StationAvailabilityHourly.not_in_service_s
    unobserved_s = StationAvailabilityHourly.unobserved_s
    observed_s = count("Point-seconds observed: those of the columns before, but for unobserved_s.")
    total_s = dy.Int32(min=3600, metadata={"doc": "point_count × 3,600: what all columns of time add up to."})
    no_point_free_s = StationAvailabilityHourly.no_point_free_s
    occupancy_ratio = number("charging_s ÷ (available_s + charging_s); null where both are 0.", 0, 1)
    observed_ratio = number("Coverage: observed_s ÷ total_s.", 0, 1, nullable=False)
    weather_provider = StationAvailabilityHourly.weather_provider
    temperature_c = StationAvailabilityHourly.temperature_c
    precipitation_mmh = StationAvailabilityHourly.precipitation_mmh
    is_raining = flag("Whether precipitation_mmh is above 0; null where no forecast was known.")
    wind_speed_kmh = StationAvailabilityHourly.wind_speed_kmh
    cloud_cover_ratio = StationAvailabilityHourly.cloud_cover_ratio

    @dy.rule()
    def seconds_of_an_hour_add_up(cls) -> pl.Expr:
        return (pl.sum_horizontal(SECONDS) == pl.col("total_s")) & (
            pl.col("observed_s") + pl.col("unobserved_s") == pl.col("total_s")
        )


class BelibChargePoints(Contract):
    """One document per charge point seen in the last two days: its present."""

    charge_point_id = text("IRVE id_pdc with its asterisks: the `_id`.", primary_key=True)
    status = ChargePointStatus.status
    status_since_at = instant(
        "First poll of the unbroken run of this status, over midnight too, but no earlier than the UTC day before."
    )
    is_current = flag("How sure: whether the newest sound poll saw it.", nullable=False)
    last_seen_at = instant(
        "Last poll that saw it (UTC). Of the current ones, which share it, written on the first point of each "
        "arrondissement and power alone: a poll that changes nothing need not renew every document.",
        nullable=True,
    )
    source_updated_at = ChargePointStatus.source_updated_at
    station_id = text("Station.")
    station_name = ChargePointDay.station_name
    address = ChargePointDay.address
    power_kw = dy.Float64(min=0, metadata={"doc": "Power, kW; 0 where not known."})
    power_label = text(POWER_LABEL)
    arrondissement = ChargePointDay.arrondissement
    arrondissement_label = text(ARRONDISSEMENT_LABEL)
    location = location("Where it stands.")


class BelibArrondissements(Contract):
    """One document per arrondissement: its border, for maps."""

    arrondissement_label = text("Arrondissement as two digits: the `_id`.", primary_key=True)
    arrondissement = dy.Int8(min=1, max=20, metadata={"doc": "Arrondissement, 1 to 20."})
    arrondissement_name = text("Name as the city writes it.")
    geometry = dy.String(
        metadata={
            "doc": "Border, GeoJSON geometry (RFC 7946), stored as an object that is not searched: geo_shape is "
            "not on every server, and drawing needs only the source.",
            "index": {"type": "object", "enabled": False},
        }
    )
