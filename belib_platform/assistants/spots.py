"""Where: what people call a place, as parameters of the read API."""

import re
from dataclasses import dataclass, field
from typing import Annotated, Any

from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from belib_platform.assistants.read_api import ReadApi

COORDINATES = re.compile(r"\s*(-?[0-9]+(?:\.[0-9]+)?)\s*,\s*(-?[0-9]+(?:\.[0-9]+)?)\s*")

Near = Annotated[
    str | None,
    Field(
        description="Where: latitude,longitude (WGS 84, degrees), or what find_place finds: a station, an address, an "
        "arrondissement such as 11e, a commune. Default: everywhere."
    ),
]
Radius = Annotated[int, Field(description="Metres around `near`, 1 to 20,000; an area has none.")]
StationId = Annotated[
    str | None, Field(description="One station: its id as find_place tells it, instead of a place around it.")
]

RADIUS_M = 500


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
            raise ToolError("Name a place: near or station.")
        return self


async def spot_of(
    api: ReadApi, near: str | None, radius_m: int, station: str | None = None, *, of_bikes: bool = False
) -> Spot:
    """The place that parameters of a tool name. Raises ToolError if nothing has that name."""
    if station is not None:
        return Spot({"station": station}, f"at station {station}")
    if near is None:
        return Spot(words="in Paris and around it" if of_bikes else "in Paris")
    if given := COORDINATES.fullmatch(near):
        where = _written(*map(float, given.groups()))
        return Spot({"near": where, "radius": radius_m}, f"within {radius_m} m of {where}")
    found = (await api.ask("places", name=near)).items
    if not found:
        raise ToolError(f"No station, address, arrondissement or commune here is called {near}; give coordinates.")
    return _of_place(found[0], radius_m, of_bikes=of_bikes)


def _of_place(place: dict[str, Any], radius_m: int, *, of_bikes: bool) -> Spot:
    if place["kind"] == "arrondissement":
        return Spot({"arrondissement": place["arrondissement"]}, f"in arrondissement {place['id']}")
    if place["kind"] == "commune" and of_bikes:
        return Spot({"commune": place["id"]}, f"in {place['name']}")
    where = _written(place["latitude"], place["longitude"])
    called = f"{place['name'] or place['address']} ({place['kind'].replace('_', ' ')} {place['id']}, {where})"
    return Spot({"near": where, "radius": radius_m}, f"within {radius_m} m of {called}")


def _written(latitude: float, longitude: float) -> str:
    """Coordinates to a decimetre, as the read API takes them."""
    return f"{latitude:.6f},{longitude:.6f}"
