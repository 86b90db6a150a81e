"""What is free at the place of a watch, as the read API's own application answers in this process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from http import HTTPStatus
from typing import Any

import httpx
from pydantic import BaseModel, ConfigDict

from belib_platform.api.database import Pool
from belib_platform.api.in_process import asked_in_process
from belib_platform.api.parameters import PREFIX
from belib_platform.settings import Settings
from belib_platform.watching.watch import ChargePointWatch, Watch

PAGE = 1000
"""Most items of an answer."""

SPOTS = 5
"""Of so many stations, the nearest, a reading says how many are free at each."""


class UnreadableError(Exception):
    """The read API cannot answer now; the message has its reason."""


class Spot(BaseModel):
    """A station that has some of what is watched, and how many metres away it is from the place, if it is one."""

    model_config = ConfigDict(frozen=True)

    label: str
    count: int
    distance_m: float | None = None


class Reading(BaseModel):
    """How many are free, at how many stations, which are the nearest, and how many things are there at all."""

    model_config = ConfigDict(frozen=True)

    count: int = 0
    spot_count: int = 0
    spots: tuple[Spot, ...] = ()
    thing_count: int = 0
    is_simulated: bool = False
    attribution: str = ""


class Reader:
    """Asks the read API."""

    def __init__(self, client: httpx.AsyncClient, pool: Pool) -> None:
        self._client = client
        self.pool = pool
        """The API's connections to the warehouse, with a role that cannot write."""

    async def read(self, watch: Watch, at: datetime) -> Reading:
        """What was free at the place of a watch at an instant (UTC); an unknown station has nothing.

        All pages are of that instant, so that what is written meanwhile counts for nothing. Raises UnreadableError.
        """
        items: list[dict[str, Any]] = []
        path, parameters = _question(watch)
        parameters |= {"as_of": at.isoformat()}
        while True:
            answer = await self._client.get(f"{PREFIX}/{path}", params=parameters)
            told: dict[str, Any] = answer.json()
            if answer.status_code == HTTPStatus.NOT_FOUND:
                return Reading()
            if answer.status_code != HTTPStatus.OK:
                raise UnreadableError(str(told["detail"]))
            if datetime.fromisoformat(told["as_of"]) != at:
                raise UnreadableError(f"The clock was set back behind {at:%H:%M:%S} UTC.")
            items += told.get("items", [told])
            if not told["next_cursor"]:
                return _reading(watch, items, told)
            parameters |= {"cursor": told["next_cursor"]}


@asynccontextmanager
async def reader(settings: Settings, reader_url: str) -> AsyncIterator[Reader]:
    """A reader of the warehouse that a read-only role reaches at `reader_url`, for the time of the block."""
    async with asked_in_process(settings, reader_url) as (client, pool):
        yield Reader(client, pool)


def _question(watch: Watch) -> tuple[str, dict[str, Any]]:
    if isinstance(watch, ChargePointWatch):
        asked = {**watch.around, "station": watch.station, "power_min": watch.power_min, "limit": PAGE}
        return "charge-points", {name: value for name, value in asked.items() if value is not None}
    if watch.station:
        return f"bike-stations/{watch.station}", {}
    return "bike-stations", {**watch.around, "limit": PAGE}


def _reading(watch: Watch, items: list[dict[str, Any]], told: dict[str, Any]) -> Reading:
    """Of items in the order of their distance."""
    spots: dict[str, Spot] = {}
    for item in items:
        key = item["station_id" if isinstance(watch, ChargePointWatch) else "station_code"]
        known = spots.get(key, Spot(label=_label(item, key), count=0, distance_m=item.get("distance_m")))
        spots[key] = known.model_copy(update={"count": known.count + _free(watch, item)})
    found = [spot for spot in spots.values() if spot.count]
    [terms] = told["licences"]
    return Reading(
        count=sum(spot.count for spot in found),
        spot_count=len(found),
        spots=tuple(found[:SPOTS]),
        thing_count=len(items),
        is_simulated=told["is_simulated"],
        attribution=f"{terms['attribution']} ({terms['licence']})",
    )


def _free(watch: Watch, item: dict[str, Any]) -> int:
    """How many of what is watched a charge point or bike station has. Of what nobody knows, none is free.

    A bike can be taken, or a dock used, where the API's filters `bikes_min`, `ebikes_min` and `docks_min` find them.
    """
    if isinstance(watch, ChargePointWatch):
        return int(item["status"] == "AVAILABLE")
    flag = "is_returning" if watch.of == "docks" else "is_renting"
    if not (item["is_reporting"] and item["is_installed"] and item[flag]):
        return 0
    return int(item["ebike" if watch.of == "ebikes" else watch.of])


def _label(item: dict[str, Any], key: str) -> str:
    """Where a station is: its address, or else its name, and the commune of a bike station."""
    return ", ".join(filter(None, (item.get("address") or item["station_name"], item.get("commune")))) or key
