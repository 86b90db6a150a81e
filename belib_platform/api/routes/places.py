"""`/v1/places`: where something is that people name: a station, an address, an arrondissement, a commune."""

import re
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from belib_platform.api.answers import Answer, envelope
from belib_platform.api.conditional import headers_of, not_modified
from belib_platform.api.database import rows, transaction
from belib_platform.api.instants import known_at
from belib_platform.api.pages import page_response
from belib_platform.api.problems import DOCUMENTED, WRONG_PARAMETER, ProblemError
from belib_platform.contracts.bikes.clean import BikeStation
from belib_platform.contracts.clean import Arrondissement, Station
from belib_platform.contracts.contract import name
from belib_platform.exports.terms import BELIB, BORDERS, VELIB

router = APIRouter()

MOST = 20

Kind = Literal["arrondissement", "commune", "station", "bike_station"]

ACCENTED = "ÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸàâäçéèêëîïôöùûüÿŒ"
PLAIN = "AAACEEEEIIOOUUUYaaaceeeeiioouuuyœ"

ARRONDISSEMENT = re.compile(
    r"(?:paris )?(?:the )?(?:750)?(0?[1-9]|1[0-9]|20) ?(?:er|e|eme|nd|st|rd|th)?"
    r"(?: ?(?:arr|ardt|arrondissement))?(?: (?:de|of) paris)?(?: paris)?"
)
"""What people write of an arrondissement: 11, 11e, 11th arrondissement, 75011, Paris 11."""


class Place(BaseModel):
    """A place that has such a name."""

    kind: Kind = Field(
        description="station: with charge points. bike_station: of Vélib'. arrondissement and commune: areas."
    )
    id: str = Field(description="station_id, station_code, number of the arrondissement, or INSEE code of the commune.")
    name: str | None = Field(description="Its name.")
    address: str | None = Field(description="Address of a station, commune of a bike station.")
    arrondissement: int | None = Field(description="Arrondissement of Paris.")
    longitude: float = Field(description="WGS 84, degrees; of an area the mean of its stations.")
    latitude: float = Field(description="WGS 84, degrees; of an area the mean of its stations.")


class Places(Answer):
    """Places, the one whose name is most like the one asked for first."""

    match_count: int = Field(description="Number of all places that have such a name.")
    items: list[Place] = Field(description="The first of them.")


def _folded(column: str) -> str:
    return f"replace(lower(translate({column}, '{ACCENTED}', '{PLAIN}')), 'œ', 'oe')"


NAMED = f"""
WITH stations AS (
    SELECT arrondissement, NULL AS insee_code, NULL AS commune, longitude, latitude FROM clean.station
    UNION ALL SELECT arrondissement, insee_code, commune, longitude, latitude FROM clean.bike_station
),
places AS (
    SELECT 'arrondissement' AS kind, arrondissement::text AS id,
        coalesce(min(arrondissement_name), arrondissement || 'e arrondissement') AS name, NULL AS address,
        arrondissement, avg(longitude) AS longitude, avg(latitude) AS latitude
    FROM stations LEFT JOIN clean.arrondissement USING (arrondissement)
    WHERE arrondissement IS NOT NULL GROUP BY arrondissement
    UNION ALL SELECT 'commune', insee_code, min(commune), NULL, NULL, avg(longitude), avg(latitude)
    FROM stations WHERE insee_code IS NOT NULL AND commune IS NOT NULL AND arrondissement IS NULL GROUP BY insee_code
    UNION ALL SELECT 'station', station_id, station_name, address, arrondissement, longitude, latitude
    FROM clean.station
    UNION ALL SELECT 'bike_station', station_code, station_name, commune, arrondissement, longitude, latitude
    FROM clean.bike_station
),
folded AS (
    SELECT *, {_folded("name")} AS folded_name, {_folded("concat_ws(' ', name, address)")} AS folded FROM places
    WHERE longitude IS NOT NULL AND latitude IS NOT NULL
)
SELECT kind, id, name, address, arrondissement, longitude, latitude, (count(*) OVER ())::int AS match_count
FROM folded
WHERE CASE WHEN %(arrondissement)s::int IS NULL THEN folded LIKE ALL(%(patterns)s::text[])
    ELSE kind = 'arrondissement' AND arrondissement = %(arrondissement)s::int END
ORDER BY folded_name <> %(folded)s, kind NOT IN ('arrondissement', 'commune'), NOT starts_with(folded_name, %(folded)s),
    length(folded_name), kind, id
LIMIT %(limit)s
"""


@router.get(
    "/places",
    summary="Where a station, an address, an arrondissement or a commune is",
    response_model=Places,
    responses=DOCUMENTED | {304: {"description": "Not modified since that ETag."}},
)
async def places(
    request: Request,
    named: Annotated[
        str,
        Query(
            alias="name",
            min_length=1,
            max_length=200,
            pattern=r"^[^\x00]*$",
            description="All of its words are in the name or the address, whatever their case and accents.",
        ),
    ],
) -> Response:
    """The places of our own tables that have such a name. Landmarks are found where a station is named after them."""
    text = fold(named)
    words = re.findall(r"[^\W_]+", text)
    if not words:
        raise ProblemError(WRONG_PARAMETER, "A name has a letter or a digit.", "name")
    area, settings = ARRONDISSEMENT.fullmatch(" ".join(words)), request.app.state.settings
    async with transaction(request.app.state.pool) as connection:
        known = await known_at(connection, None)
        whole = (name(Station), name(BikeStation), name(Arrondissement))
        headers = await headers_of(connection, request, known, settings.cadence_s, whole=whole)
        if unchanged := not_modified(request, headers):
            return unchanged
        asked = {
            "arrondissement": int(area[1]) if area else None,
            "patterns": [f"%{word}%" for word in words],
            "folded": text,
            "limit": MOST,
        }
        found = await rows(connection, NAMED, asked)
    told = {
        **envelope(known, is_simulated=settings.is_simulated, terms=[BELIB, VELIB, BORDERS]),
        "next_cursor": None,
        "match_count": found[0]["match_count"] if found else 0,
    }
    items = [{field: row[field] for field in Place.model_fields} for row in found]
    return page_response("json", told, items, headers)


def fold(text: str) -> str:
    """A text without case and French accents, as PostgreSQL folds names, too."""
    return " ".join(text.translate(str.maketrans(ACCENTED, PLAIN)).lower().replace("œ", "oe").split())
