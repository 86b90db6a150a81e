"""Filters by place and kind, as SQL over `clean.charge_point` (p) and `clean.station` (s).

The functions that read them are asynchronous because FastAPI calls others in another thread, which costs a busy machine
more than they do.
"""

from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from fastapi import Depends, Query
from pydantic import StringConstraints

from belib_platform.api.problems import WRONG_PARAMETER, ProblemError
from belib_platform.transforms.distances import EARTH_M

RADIUS_M = 500

CONNECTORS = {
    "ef": "has_ef",
    "type_2": "has_type_2",
    "combo_ccs": "has_combo_ccs",
    "chademo": "has_chademo",
    "type_3": "has_type_3",
}
"""Column of each connector of IRVE."""

PAYMENTS = {
    "free": "is_free_of_charge",
    "single": "accepts_single_payment",
    "bank_card": "accepts_bank_card",
    "other": "accepts_other_payment",
}
"""Column of each way to pay."""

NUMBER = r"-?[0-9]{1,3}(?:\.[0-9]{1,12})?"

DISTANCE = f"""
2 * {EARTH_M} * asin(least(1, sqrt(
    sin(radians(latitude - %(latitude)s) / 2) ^ 2
    + cos(radians(%(latitude)s)) * cos(radians(latitude)) * sin(radians(longitude - %(longitude)s) / 2) ^ 2
)))
"""
"""Metres from a place, by the haversine formula (R. W. Sinnott, Sky and Telescope 68, 1984)."""


Text = Annotated[str | None, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")]
"""A text without NUL, which PostgreSQL stores in none."""


@dataclass(frozen=True)
class Place:
    """Where: conditions on columns that charge points and stations share, and their parameters."""

    conditions: list[str] = field(default_factory=list)
    parameters: dict[str, Any] = field(default_factory=dict)
    has_distance: bool = False


async def place_of(
    near: Annotated[
        str | None,
        Query(pattern=f"^{NUMBER},{NUMBER}$", description="A place: latitude,longitude (WGS 84, degrees)."),
    ] = None,
    radius: Annotated[
        int, Query(ge=1, le=20_000, description="Metres around `near`; without `near` it means nothing.")
    ] = RADIUS_M,
    bbox: Annotated[
        str | None,
        Query(
            pattern=f"^{NUMBER},{NUMBER},{NUMBER},{NUMBER}$",
            description="A box: west,south,east,north (WGS 84, degrees).",
        ),
    ] = None,
    arrondissement: Annotated[int | None, Query(ge=1, le=20, description="Arrondissement of Paris.")] = None,
) -> Place:
    """The place that parameters name. Raises ProblemError."""
    place = Place(has_distance=near is not None)
    if near is not None:
        latitude, longitude = _within("near", near, (-90, -180), (90, 180))
        place.parameters.update({"latitude": latitude, "longitude": longitude, "radius": radius})
        place.conditions.append(f"({DISTANCE}) <= %(radius)s")
    if bbox is not None:
        west, south, east, north = _within("bbox", bbox, (-180, -90) * 2, (180, 90) * 2)
        if south > north or west > east:
            raise ProblemError(WRONG_PARAMETER, f"{bbox} is not west,south,east,north.", "bbox")
        place.parameters.update({"west": west, "south": south, "east": east, "north": north})
        place.conditions.append("longitude BETWEEN %(west)s AND %(east)s AND latitude BETWEEN %(south)s AND %(north)s")
    if arrondissement is not None:
        place.parameters["arrondissement"] = arrondissement
        place.conditions.append("arrondissement = %(arrondissement)s")
    return place


@dataclass(frozen=True)
class Kind:
    """What a charge point offers: conditions on columns of `clean.charge_point`, and their parameters."""

    conditions: list[str] = field(default_factory=list)
    parameters: dict[str, Any] = field(default_factory=dict)


async def kind_of(
    power_min: Annotated[float | None, Query(ge=0, le=10_000, description="Least power, kW.")] = None,
    power_max: Annotated[float | None, Query(ge=0, le=10_000, description="Greatest power, kW.")] = None,
    connector: Annotated[
        Literal["ef", "type_2", "combo_ccs", "chademo", "type_3"] | None, Query(description="Has this connector.")
    ] = None,
    location_type: Annotated[Text, Query(description="Kind of place as published, such as Voirie.")] = None,
    accessibility: Annotated[Text, Query(description="IRVE accessibilite_pmr as published.")] = None,
    opening_hours: Annotated[Text, Query(description="Opening hours as published, such as 24/7.")] = None,
    access: Annotated[Text, Query(description="Condition of access as published, such as Accès libre.")] = None,
    payment: Annotated[
        Literal["free", "single", "bank_card", "other"] | None,
        Query(description="Costs nothing, or accepts this payment: single is for one session without a contract."),
    ] = None,
) -> Kind:
    """The kind that parameters name."""
    bounds = {"power_min": (power_min, "power_kw >= "), "power_max": (power_max, "power_kw <= ")}
    texts = {"location_type": location_type, "accessibility": accessibility, "opening_hours": opening_hours}
    equal = {"access": (access, "access_condition = ")} | {name: (text, f"{name} = ") for name, text in texts.items()}
    asked = {name: (value, test) for name, (value, test) in {**bounds, **equal}.items() if value is not None}
    parameters = {name: value for name, (value, _) in asked.items()}
    conditions = [f"{test}%({name})s" for name, (_, test) in asked.items()]
    if connector is not None:
        conditions.append(CONNECTORS[connector])
    if payment is not None:
        conditions.append(PAYMENTS[payment])
    return Kind(conditions, parameters)


AtPlace = Annotated[Place, Depends(place_of)]
OfKind = Annotated[Kind, Depends(kind_of)]


def _within(name: str, text: str, low: tuple[int, ...], high: tuple[int, ...]) -> list[float]:
    numbers = [float(part) for part in text.split(",")]
    if not all(least <= number <= most for least, number, most in zip(low, numbers, high, strict=True)):
        raise ProblemError(WRONG_PARAMETER, f"{text} is not within the degrees of WGS 84.", name)
    return numbers
