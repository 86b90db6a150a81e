"""Where: what people call a place, as parameters of the read API."""

import math
import re
from dataclasses import dataclass, field
from typing import Annotated, Any

from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from belib_platform.api.places import RADIUS_M
from belib_platform.api.routes.places import plain
from belib_platform.assistants.read_api import ReadApi
from belib_platform.transforms.distances import EARTH_M

COORDINATES = re.compile(r"\s*(-?[0-9]+(?:\.[0-9]+)?)\s*,\s*(-?[0-9]+(?:\.[0-9]+)?)\s*")

Near = Annotated[
    str | None,
    Field(
        description="Where: latitude,longitude (WGS 84, degrees), or what find_place finds: a station, an address, an "
        "arrondissement such as 11e, a commune. A name of several places is refused with a list of them. Default: "
        "everywhere."
    ),
]
Radius = Annotated[
    int | None, Field(description=f"Metres around `near`, 1 to 20,000; an area has none. Default: {RADIUS_M}.")
]
StationId = Annotated[
    str | None, Field(description="One station: its id as find_place tells it, instead of a place around it.")
]

AREAS = ("arrondissement", "commune")

SAME_M = RADIUS_M
"""Stations that have a name in common are one place if the usual distance around the first one has them all."""

FEW = 5
"""Candidates that an error lists."""


@dataclass(frozen=True)
class Spot:
    """A place: parameters of the read API, and what it is in words."""

    parameters: dict[str, Any] = field(default_factory=dict)
    words: str = "in Paris"

    @property
    def station(self) -> str:
        """A station there, in words."""
        return f"station {self.parameters['station']}" if "station" in self.parameters else f"a station {self.words}"

    def require(self) -> "Spot":
        """This spot. Raises ToolError if it is everywhere."""
        if not self.parameters:
            raise ToolError("Name a place smaller than this: near or station.")
        return self


async def spot_of(
    api: ReadApi, near: str | None, radius_m: int | None, station: str | None = None, *, of_bikes: bool = False
) -> Spot:
    """The place that parameters of a tool name.

    Raises ToolError if nothing has that name, if several places have it, or if parameters exclude each other.
    """
    if station is not None and near is not None:
        raise ToolError("Name one place: near or station.")
    if radius_m is not None and near is None:
        raise ToolError("radius_m: it is metres around near, which is missing.")
    if station is not None:
        return Spot({"station": station}, f"at station {station}")
    if near is None:
        return Spot(words="in Paris and around it" if of_bikes else "in Paris")
    if given := COORDINATES.fullmatch(near):
        return _around(_written(*map(float, given.groups())), radius_m)
    if is_paris(near):
        return _area(Spot({"commune": "Paris"} if of_bikes else {}), "Paris", radius_m)
    told = await api.ask("places", name=near)
    place, others = _the_one(near, told.items, told.answer["match_count"]), told.answer["match_count"] - 1
    more = f"; {others} more matched" if others else ""
    called = f"{place['name'] or place['address']} ({_kind(place)} {place['id']}{{}}{more})"
    where = _written(place["latitude"], place["longitude"])
    if place["kind"] == "arrondissement":
        area = {"arrondissement": place["arrondissement"]}
        return _area(Spot(area, f"in {called.format('')}"), in_words(place), radius_m)
    if place["kind"] == "commune" and of_bikes:
        return _area(Spot({"commune": place["id"]}, f"in {called.format('')}"), in_words(place), radius_m)
    if place["kind"] == "commune":
        raise ToolError(f"near: charge points are not told by commune, as {in_words(place)} is; near={where} is there.")
    return _around(where, radius_m, called.format(f", {where}"))


def is_paris(name: str) -> bool:
    """Whether a name is that of all of Paris, which is no place of the read API."""
    return plain(name) == "paris"


def in_words(place: dict[str, Any]) -> str:
    """A place that the read API found: its name or address, its kind and its id."""
    return f"{place['name'] or place['address']} ({_kind(place)} {place['id']})"


def _the_one(name: str, found: list[dict[str, Any]], n: int) -> dict[str, Any]:
    """The place that is meant. Raises ToolError, with what to ask instead, if there is none or there are several."""
    if not found:
        raise ToolError(
            f"near: no station, address, arrondissement or commune here is called {name}; give coordinates."
        )
    exact = [place for place in found if place["is_exact"]]
    meant = exact or found
    if len(meant) == 1 or (not _areas(meant) and (exact or n <= len(found)) and _are_one(meant)):
        return meant[0]
    asked = "; ".join(f"{in_words(place)}: near={_asked(place)}" for place in meant[:FEW])
    fit = f"{len(exact)} places are called {name}" if exact else f"{n} places fit {name}, none of them exactly"
    raise ToolError(f"near: {fit}. Ask for one of them, such as {asked}.")


def _areas(places: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [place for place in places if place["kind"] in AREAS]


def _are_one(stations: list[dict[str, Any]]) -> bool:
    return all(_apart_m(stations[0], station) <= SAME_M for station in stations)


def _apart_m(one: dict[str, Any], other: dict[str, Any]) -> float:
    """Metres between two places so near each other that the earth is flat there."""
    north = math.radians(other["latitude"] - one["latitude"])
    east = math.radians(other["longitude"] - one["longitude"]) * math.cos(math.radians(one["latitude"]))
    return EARTH_M * math.hypot(north, east)


def _asked(place: dict[str, Any]) -> str:
    """What names this place and no other."""
    if place["kind"] == "arrondissement":
        return f"arrondissement {place['id']}"
    return str(place["id"]) if place["kind"] == "commune" else _written(place["latitude"], place["longitude"])


def _kind(place: dict[str, Any]) -> str:
    return str(place["kind"]).replace("_", " ")


def _area(spot: Spot, name: str, radius_m: int | None) -> Spot:
    if radius_m is not None:
        raise ToolError(f"radius_m: {name} is an area, which has none; leave it out, or give coordinates.")
    return spot


def _around(where: str, radius_m: int | None, called: str | None = None) -> Spot:
    radius = RADIUS_M if radius_m is None else radius_m
    return Spot({"near": where, "radius": radius}, f"within {radius} m of {called or where}")


def _written(latitude: float, longitude: float) -> str:
    """Coordinates to a decimetre, as the read API takes them."""
    return f"{latitude:.6f},{longitude:.6f}"
