"""Filters of bike stations by place, as SQL over `clean.bike_station`."""

from dataclasses import replace
from typing import Annotated

from fastapi import Depends, Query

from belib_platform.api.places import AtPlace, Place

COMMUNE = """
(lower(commune) = lower(%(commune)s) OR insee_code = %(commune)s OR CAST(75100 + arrondissement AS text) = %(commune)s)
"""
"""Paris publishes 75056 for all of its stations; the codes of its arrondissements follow from their numbers."""


async def bike_place_of(
    place: AtPlace,
    commune: Annotated[
        str | None,
        Query(
            max_length=100,
            pattern=r"^[^\x00]+$",
            description="Commune: its name or INSEE code, such as Montreuil or 93048. Paris and 75056 are all of "
            "Paris, 75101 to 75120 its arrondissements.",
        ),
    ] = None,
) -> Place:
    """The place that parameters name. Raises ProblemError."""
    if commune is None:
        return place
    parameters = {**place.parameters, "commune": commune}
    return replace(place, conditions=[*place.conditions, COMMUNE], parameters=parameters)


AtBikePlace = Annotated[Place, Depends(bike_place_of)]
