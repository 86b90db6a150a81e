"""The simulated feed of bike stations: the body of `/exports/json` at an instant."""

import json
from datetime import datetime
from typing import Final

import numpy as np

from belib_platform.simulator.bike_city import BikeStation
from belib_platform.simulator.bike_closures import INSTALLED, RENTING, RETURNING
from belib_platform.simulator.bikes import Bikes

WORDS: Final = {True: "OUI", False: "NON"}


class BikeFeed:
    """The feed without outages; deterministic by the truth and instant."""

    def __init__(self, bikes: Bikes) -> None:
        self._bikes = bikes
        self._fixed = [
            (_head(s), f', "capacity": {s.capacity}, "numdocksavailable": ', _tail(s)) for s in bikes.stations
        ]
        self._installed = [f'"{WORDS[bool(flags & INSTALLED)]}"' for flags in range(8)]
        self._use = [
            f', "is_renting": "{WORDS[bool(flags & RENTING)]}", "is_returning": "{WORDS[bool(flags & RETURNING)]}"'
            for flags in range(8)
        ]

    def body(self, at: datetime) -> bytes:
        """The JSON list at a UTC instant, with the newest report of each station, always in the same order."""
        reported = self._bikes.reported(int(at.timestamp()))
        stamps = np.datetime_as_string(reported.stamps.astype("datetime64[s]")).tolist()
        installed, use = self._installed, self._use
        rows = [
            f"{head}{installed[flags]}{capacity}{docks}"
            f', "numbikesavailable": {mechanical + ebike}, "mechanical": {mechanical}, "ebike": {ebike}'
            f'{use[flags]}, "duedate": "{stamp}+00:00"{tail}'
            for (head, capacity, tail), mechanical, ebike, docks, flags, stamp in zip(
                self._fixed,
                reported.mechanical.tolist(),
                reported.ebike.tolist(),
                reported.docks.tolist(),
                reported.flags.tolist(),
                stamps,
                strict=True,
            )
        ]
        return f"[{', '.join(rows)}]".encode()


def _head(station: BikeStation) -> str:
    fields = {"stationcode": station.station_code, "name": station.name}
    return f'{json.dumps(fields, ensure_ascii=False)[:-1]}, "is_installed": '


def _tail(station: BikeStation) -> str:
    fields = {
        "coordonnees_geo": {"lon": station.longitude, "lat": station.latitude},
        "nom_arrondissement_communes": station.commune,
        "code_insee_commune": station.insee_code,
        "station_opening_hours": None,
    }
    return f", {json.dumps(fields, ensure_ascii=False)[1:]}"
