"""Which stations a question about the past is about."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any, NamedTuple

from fastapi import Depends, Query

from belib_platform.api.bike_places import AtBikePlace
from belib_platform.api.database import Connection, looked_up
from belib_platform.api.networks import BIKE_STATIONS
from belib_platform.api.places import AtPlace, Place
from belib_platform.api.problems import ProblemError

StationParameter = Annotated[str | None, Query(pattern=r"^[\x21-\x7e]{1,64}$", description="Of this station.")]


class Stations(NamedTuple):
    """Stations of one kind: what they are called, their table, and its key."""

    noun: str
    table: str
    key: str


CHARGING = Stations("station", "clean.station", "station_id")
BIKES = Stations(BIKE_STATIONS.noun, BIKE_STATIONS.things_table, BIKE_STATIONS.key)


@dataclass(frozen=True)
class Chosen:
    """Stations of a place, or one of them, or all; `condition` is SQL on the column that is their key."""

    condition: str
    parameters: dict[str, Any]
    station: str | None
    are_all: bool
    stations: Stations

    async def require(self, connection: Connection) -> None:
        """Raise ProblemError if the station that is asked for is unknown."""
        await require_station(connection, self.station, self.stations)


async def chosen_of(place: AtPlace, station: StationParameter = None) -> Chosen:
    """The stations that parameters name."""
    return _chosen(CHARGING, place, station)


async def chosen_bike_stations_of(place: AtBikePlace, station: StationParameter = None) -> Chosen:
    """The bike stations that parameters name."""
    return _chosen(BIKES, place, station)


def _chosen(stations: Stations, place: Place, station: str | None) -> Chosen:
    _, table, key = stations
    conditions = [*place.conditions, *([f"{key} = %(station)s"] if station else [])]
    found = f"{key} IN (SELECT {key} FROM {table} WHERE {' AND '.join(['true', *conditions])})"
    parameters = {**place.parameters, "station": station}
    return Chosen(found if conditions else "true", parameters, station, are_all=not conditions, stations=stations)


async def require_station(connection: Connection, station: str | None, stations: Stations = CHARGING) -> None:
    """Raise ProblemError if this station is unknown; None is not asked for."""
    sql = f"SELECT FROM {stations.table} WHERE {stations.key} = %(station)s"
    if station is not None and not await looked_up(connection, sql, {"station": station}):
        raise ProblemError(HTTPStatus.NOT_FOUND, f"There is no {stations.noun} {station}.", "station")


ChosenStations = Annotated[Chosen, Depends(chosen_of)]
ChosenBikeStations = Annotated[Chosen, Depends(chosen_bike_stations_of)]
