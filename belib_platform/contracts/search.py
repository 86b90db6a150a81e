"""Layer `search`: documents in Elasticsearch. The class gives the alias, its columns the fields of the mapping.

Documents have what dashboards cannot compute themselves: local hours, shares, sortable labels and coordinates.
"""

import dataframely as dy
import polars as pl

from belib_platform.contracts.clean import ChargePointDay, ChargePointStatus, count, flag, instant, number, text
from belib_platform.contracts.contract import Contract
from belib_platform.contracts.mart import SECONDS, StationAvailabilityHourly

GEO_POINT = {"type": "geo_point"}


def location(doc: str) -> dy.Struct:
    """Coordinates in degrees, WGS 84."""
    axes: dict[str, dy.Column] = {
        "lat": dy.Float64(nullable=True, min=-90, max=90),
        "lon": dy.Float64(nullable=True, min=-180, max=180),
    }
    return dy.Struct(axes, nullable=True, metadata={"doc": doc, "index": GEO_POINT})


ARRONDISSEMENT_LABEL = "Arrondissement as two digits, for sorting; «??» if unknown."
POWER_LABEL = "Power as a sortable label such as «007 kW»; «unknown» if unknown."


class BelibAvailability(Contract):
    """One document per row of `station_availability_hourly`: one hour of a station's charge points of one power."""

    document_id = text("hour_at in epoch seconds, station_id and power_kw, joined by `_`: the `_id`.", primary_key=True)
    hour_at = instant("Start of the hour (UTC).", partition=True)
    hour_local = dy.Int8(min=0, max=23, metadata={"doc": "Hour of the day in Europe/Paris, 0–23."})
    day_of_week = dy.Int8(min=1, max=7, metadata={"doc": "ISO day of the week in Europe/Paris, Monday is 1."})
    local_date = dy.Date(metadata={"doc": "Date in Europe/Paris."})
    is_public_holiday = flag("Whether local_date is a public holiday of metropolitan France.", nullable=False)
    is_school_holiday = flag("Whether local_date is in the school holidays of zone C.")
    station_id = text("Station.")
    station_name = ChargePointDay.station_name
    power_kw = dy.Float64(min=0, metadata={"doc": "Power of these charge points, kW; 0 if unknown."})
    power_label = text(POWER_LABEL)
    arrondissement = ChargePointDay.arrondissement
    arrondissement_label = text(ARRONDISSEMENT_LABEL)
    location = location("Median of the coordinates of the station's charge points.")
    point_count = dy.Int32(min=1, metadata={"doc": "Number of charge points observed on that UTC day."})
    available_s = StationAvailabilityHourly.available_s
    charging_s = StationAvailabilityHourly.charging_s
    reserved_s = StationAvailabilityHourly.reserved_s
    out_of_order_s = StationAvailabilityHourly.out_of_order_s
    unknown_s = StationAvailabilityHourly.unknown_s
    not_in_service_s = StationAvailabilityHourly.not_in_service_s
    unobserved_s = StationAvailabilityHourly.unobserved_s
    observed_s = count("Observed point-seconds: the sum of the columns above without unobserved_s.")
    total_s = dy.Int32(min=3600, metadata={"doc": "point_count × 3,600: the sum of all columns of time."})
    no_point_free_s = StationAvailabilityHourly.no_point_free_s
    occupancy_ratio = number("charging_s ÷ (available_s + charging_s); null if both are 0.", 0, 1)
    observed_ratio = number("Coverage: observed_s ÷ total_s.", 0, 1, nullable=False)
    weather_provider = StationAvailabilityHourly.weather_provider
    temperature_c = StationAvailabilityHourly.temperature_c
    precipitation_mmh = StationAvailabilityHourly.precipitation_mmh
    is_raining = flag("Whether precipitation_mmh is above 0; null if no forecast was known.")
    wind_speed_kmh = StationAvailabilityHourly.wind_speed_kmh
    cloud_cover_ratio = StationAvailabilityHourly.cloud_cover_ratio

    @dy.rule()
    def seconds_of_an_hour_add_up(cls) -> pl.Expr:
        return (pl.sum_horizontal(SECONDS) == pl.col("total_s")) & (
            pl.col("observed_s") + pl.col("unobserved_s") == pl.col("total_s")
        )


class BelibChargePoints(Contract):
    """One document per charge point observed in the last two days: its current status."""

    charge_point_id = text("IRVE id_pdc with its asterisks: the `_id`.", primary_key=True)
    status = ChargePointStatus.status
    status_since_at = instant(
        "First poll of the uninterrupted period with this status, not earlier than the previous UTC day (UTC)."
    )
    is_current = flag("Whether the newest sound poll observed the charge point.", nullable=False)
    last_seen_at = instant(
        "Last poll that observed the charge point (UTC). All current charge points share it, so it is set only for the "
        "first one of each arrondissement and power. So a poll without changes does not update every document.",
        nullable=True,
    )
    source_updated_at = ChargePointStatus.source_updated_at
    station_id = text("Station.")
    station_name = ChargePointDay.station_name
    address = ChargePointDay.address
    power_kw = dy.Float64(min=0, metadata={"doc": "Power, kW; 0 if unknown."})
    power_label = text(POWER_LABEL)
    arrondissement = ChargePointDay.arrondissement
    arrondissement_label = text(ARRONDISSEMENT_LABEL)
    location = location("Coordinates.")


class BelibArrondissements(Contract):
    """One document per arrondissement: its border, for maps."""

    arrondissement_label = text("Arrondissement as two digits: the `_id`.", primary_key=True)
    arrondissement = dy.Int8(min=1, max=20, metadata={"doc": "Arrondissement, 1 to 20."})
    arrondissement_name = text("Official name.")
    geometry = dy.String(
        metadata={
            "doc": "Border as a GeoJSON geometry (RFC 7946). It is stored, but not searchable, since not every server "
            "supports geo_shape.",
            "index": {"type": "object", "enabled": False},
        }
    )
