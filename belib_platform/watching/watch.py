"""A watch: what should be free, how much of it, where, and who is told."""

import hashlib
import re
from abc import abstractmethod
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator

from belib_platform.api.places import NUMBER, RADIUS_M
from belib_platform.apprise_urls import plugin_of
from belib_platform.contracts.vocabulary import BIKE_STATION_CODE
from belib_platform.receivers import Receiver, receivers


def _place(text: str) -> str:
    place = text.replace(" ", "")
    if not re.fullmatch(f"{NUMBER},{NUMBER}", place):
        raise ValueError("should be latitude,longitude in degrees, such as 48.8532,2.3692")
    latitude, longitude = map(float, place.split(","))
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise ValueError("is not within the degrees of WGS 84")
    return place


def _one_receiver(url: SecretStr) -> SecretStr:
    found = receivers(url.get_secret_value())
    if len(found) != 1 or plugin_of(found[0].url) is None:
        raise ValueError("should be one URL that apprise can read")
    return url


class _Watch(BaseModel):
    """What all watches have in common."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)

    name: str = Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")
    network: str
    near: Annotated[str, AfterValidator(_place)] | None = None
    station: str | None = None
    radius_m: int = Field(RADIUS_M, ge=1, le=20_000)
    at_least: int = Field(1, ge=1, le=1000)
    receiver: Annotated[SecretStr, AfterValidator(_one_receiver)]

    @model_validator(mode="after")
    def _is_of_one_place(self) -> Self:
        if (self.near is None) == (self.station is None):
            raise ValueError("a watch has either near or station")
        if self.near is None and "radius_m" in self.model_fields_set:
            raise ValueError("radius_m belongs to near")
        return self

    @property
    @abstractmethod
    def thing(self) -> str:
        """What must be at the place, in words."""

    @abstractmethod
    def called(self, count: int) -> str:
        """What is counted, in words."""

    @property
    def where(self) -> str:
        """The place, in words."""
        return f"within {self.radius_m} m of {self.near}" if self.near else f"at station {self.station}"

    @property
    def around(self) -> Mapping[str, Any]:
        """Parameters of the read API for the place; none if it is a station."""
        return {"near": self.near, "radius": self.radius_m} if self.near else {}

    @property
    def told(self) -> Receiver:
        """Who is told."""
        [found] = receivers(self.receiver.get_secret_value())
        return found

    @property
    def fingerprint(self) -> str:
        """A hash of all that it asks and of whom it tells; it reveals nothing of the receiver's URL."""
        asked = self.model_dump(exclude={"receiver"}) | {"told": self.told.id}
        return hashlib.blake2b(repr(sorted(asked.items())).encode(), digest_size=12).hexdigest()


class ChargePointWatch(_Watch):
    """A watch of charge points: AVAILABLE ones are free."""

    network: Literal["belib"]
    station: str | None = Field(None, pattern=r"^[\x21-\x7e]{1,64}$")
    of: Literal["free"] = "free"
    power_min: float | None = Field(None, ge=0, le=10_000, allow_inf_nan=False)

    @property
    def thing(self) -> str:
        """What must be at the place, in words."""
        return f"charge point{self._power}"

    def called(self, count: int) -> str:
        """What is counted, in words."""
        return f"free charge point{'' if count == 1 else 's'}{self._power}"

    @property
    def _power(self) -> str:
        return "" if self.power_min is None else f" of {self.power_min:g} kW or more"


BIKE_WORDS = {"bikes": "bike", "ebikes": "electric bike", "docks": "free dock"}
"""What one of each is called."""


class BikeWatch(_Watch):
    """A watch of bike stations: bikes or electric bikes that can be rented, or docks that take one."""

    network: Literal["velib"]
    station: str | None = Field(None, pattern=BIKE_STATION_CODE)
    of: Literal["bikes", "ebikes", "docks"] = "bikes"

    @property
    def thing(self) -> str:
        """What must be at the place, in words."""
        return "bike station"

    def called(self, count: int) -> str:
        """What is counted, in words."""
        return f"{BIKE_WORDS[self.of]}{'' if count == 1 else 's'}"


Watch = ChargePointWatch | BikeWatch
