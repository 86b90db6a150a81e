"""Which stations a question about the past is about."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends, Query

from belib_platform.api.database import Connection, rows
from belib_platform.api.places import AtPlace
from belib_platform.api.problems import ProblemError

StationParameter = Annotated[str | None, Query(pattern=r"^[\x21-\x7e]{1,64}$", description="Of this station.")]


@dataclass(frozen=True)
class Chosen:
    """Stations of a place, or one of them, or all; `condition` is SQL on a column `station_id`."""

    condition: str
    parameters: dict[str, Any]
    station: str | None
    are_all: bool

    async def require(self, connection: Connection) -> None:
        """Raise ProblemError if the station that is asked for is unknown."""
        await require_station(connection, self.station)


async def chosen_of(place: AtPlace, station: StationParameter = None) -> Chosen:
    """The stations that parameters name."""
    conditions = [*place.conditions, *(["station_id = %(station)s"] if station else [])]
    found = f"station_id IN (SELECT station_id FROM clean.station WHERE {' AND '.join(['true', *conditions])})"
    parameters = {**place.parameters, "station": station}
    return Chosen(found if conditions else "true", parameters, station, are_all=not conditions)


async def require_station(connection: Connection, station: str | None) -> None:
    """Raise ProblemError if this station is unknown; None is not asked for."""
    sql = "SELECT FROM clean.station WHERE station_id = %(station)s"
    if station is not None and not await rows(connection, sql, {"station": station}):
        raise ProblemError(HTTPStatus.NOT_FOUND, f"There is no station {station}.", "station")


ChosenStations = Annotated[Chosen, Depends(chosen_of)]
