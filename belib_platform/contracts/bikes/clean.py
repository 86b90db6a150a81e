"""Layer `clean`, Vélib': the state of every bike station over time, and what is known of each station."""

import dataframely as dy

from belib_platform.contracts.clean import flag, instant, number, text
from belib_platform.contracts.contract import Contract, Index
from belib_platform.contracts.runs import RunsOfState
from belib_platform.contracts.vocabulary import BIKE_STATION_CODE


def small_count(doc: str, *, nullable: bool = False) -> dy.Int16:
    """A number of bikes, docks or polls in two bytes: of the 100,000 rows a day, each byte counts."""
    return dy.Int16(nullable=nullable, min=0, metadata={"doc": doc})


def station_code(doc: str = "Station code: stationcode.") -> dy.String:
    """A station's code, as part of a key."""
    return text(doc, primary_key=True, regex=BIKE_STATION_CODE)


class BikeStationStatus(RunsOfState):
    """One row per bike station and uninterrupted period of one state within one UTC day."""

    # The key begins with the station: it answers a station's history, and the rows of a day lie together in the table
    # as they come, so that an index of a few pages finds them.
    indexes = (Index("of_time", ("first_seen_at",), using="brin"),)

    station_code = station_code()
    first_seen_at = instant("First poll of the period (UTC).", primary_key=True, partition=True)
    last_seen_at = instant("Last poll of the period (UTC).")
    holds_until = instant("last_seen_at plus the gap limit: three polling intervals of that poll (UTC).")
    mechanical = small_count("Mechanical bikes available.")
    ebike = small_count("Electric bikes available.")
    docks = small_count("Free docks: numdocksavailable.")
    unavailable_dock_count = small_count(
        "Docks that hold no available bike and are not free: capacity - mechanical - ebike - docks, at least 0. Null "
        "if the capacity is unknown.",
        nullable=True,
    )
    poll_count = dy.Int16(min=1, metadata={"doc": "Number of polls in the period."})
    is_installed = flag("Whether the station is on the street.", nullable=False)
    is_renting = flag("Whether bikes can be taken.", nullable=False)
    is_returning = flag("Whether bikes can be returned.", nullable=False)
    is_reporting = flag(
        "Whether the station reported to the operator (duedate) within the 24 h before the poll. True if the record "
        "has no readable duedate.",
        nullable=False,
    )


class BikeStationDay(Contract):
    """One row per bike station and UTC day: the last known value of each attribute on that day.

    Attributes come from the real-time feed, or else from the station information of the same day.
    """

    utc_date = dy.Date(primary_key=True, metadata={"doc": "UTC day.", "window": True})
    station_code = station_code()
    is_live = flag("Whether the real-time feed had the station on that day.", nullable=False)
    is_in_static_set = flag("Whether the station information (GBFS) of that day had the station.", nullable=False)
    station_name = text("name.", nullable=True)
    capacity = small_count("Number of docks, as published: capacity.", nullable=True)
    longitude = number("WGS 84, degrees.", -180, 180)
    latitude = number("WGS 84, degrees.", -90, 90)
    commune = text("Commune as published: nom_arrondissement_communes.", nullable=True)
    insee_code = text(
        "INSEE code of the commune as published, 75056 for all of Paris: code_insee_commune.", nullable=True
    )
    arrondissement = dy.Int8(
        nullable=True,
        min=1,
        max=20,
        metadata={"doc": "Arrondissement of a station in Paris, 1 to 20: the thousands of its code."},
    )
    last_reported_at = instant(
        "Newest time at which the station reported to the operator: duedate (UTC).", nullable=True
    )


class BikeStation(Contract):
    """One row per bike station ever observed: the last known value of each attribute. Rows are never removed."""

    station_code = station_code()
    first_seen_date = dy.Date(metadata={"doc": "First UTC day on which any response had it."})
    last_seen_date = dy.Date(metadata={"doc": "Last UTC day on which any response had it."})
    last_live_date = dy.Date(nullable=True, metadata={"doc": "Last UTC day on which the real-time feed had it."})
    last_static_date = dy.Date(
        nullable=True, metadata={"doc": "Last UTC day on which the station information (GBFS) had it."}
    )
    station_name = BikeStationDay.station_name
    capacity = BikeStationDay.capacity
    longitude = BikeStationDay.longitude
    latitude = BikeStationDay.latitude
    commune = BikeStationDay.commune
    insee_code = BikeStationDay.insee_code
    arrondissement = BikeStationDay.arrondissement
    last_reported_at = BikeStationDay.last_reported_at
