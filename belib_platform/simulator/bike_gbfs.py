"""The operator's own two feeds of bike stations, in a form like that of GBFS 1.0."""

import json
from datetime import datetime
from typing import Any, Final

from belib_platform.simulator.bike_city import BikeStation
from belib_platform.simulator.bike_closures import INSTALLED, RENTING, RETURNING
from belib_platform.simulator.bikes import Bikes

TTL_S: Final = 3600


def bike_gbfs_status(bikes: Bikes, at: datetime) -> bytes:
    """The body of `station_status` at a UTC instant, with the newest report of each station."""
    reported = bikes.reported(int(at.timestamp()))
    columns = (column.tolist() for column in reported)
    return _body(
        at,
        [
            {
                "station_id": station.station_id,
                "num_bikes_available": mechanical + ebike,
                "numBikesAvailable": mechanical + ebike,
                "num_bikes_available_types": [{"mechanical": mechanical}, {"ebike": ebike}],
                "num_docks_available": docks,
                "numDocksAvailable": docks,
                "is_installed": int(flags & INSTALLED > 0),
                "is_returning": int(flags & RETURNING > 0),
                "is_renting": int(flags & RENTING > 0),
                "last_reported": stamp,
                "stationCode": station.station_code,
            }
            for station, mechanical, ebike, docks, flags, stamp in zip(bikes.stations, *columns, strict=True)
        ],
    )


def bike_gbfs_information(stations: list[BikeStation], at: datetime) -> bytes:
    """The body of `station_information` at a UTC instant; stations where one can pay by card say so."""
    return _body(
        at,
        [
            {
                "station_id": station.station_id,
                "stationCode": station.station_code,
                "name": station.name,
                "lat": station.latitude,
                "lon": station.longitude,
                "capacity": station.capacity,
                **({"rental_methods": ["CREDITCARD"]} if station.has_terminal else {}),
            }
            for station in stations
        ],
    )


def _body(at: datetime, stations: list[dict[str, Any]]) -> bytes:
    feed = {"lastUpdatedOther": int(at.timestamp()), "ttl": TTL_S, "data": {"stations": stations}}
    return json.dumps(feed, ensure_ascii=False).encode()
