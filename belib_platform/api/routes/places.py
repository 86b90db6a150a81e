"""`/v1/places`: where something is that people name: a station, an address, an arrondissement, a commune."""

import re
import unicodedata
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

ARTICLES = ("le", "la", "les", "l", "the")

ARRONDISSEMENT = re.compile(
    r"(?:f )?(?:paris )?(?:(?:arr|ardt|arrondissement) )?(?:75 ?[01])?(0?[1-9]|1[0-9]|20) ?(?:er|e|eme|nd|st|rd|th)?"
    r"(?: ?(?:arr|ardt|arrondissement))?(?: (?:de|of) paris)?(?: paris)?"
)
"""What people write of an arrondissement, without articles: 11, 11e, 11th arrondissement, 75011, 75 011, Paris 11.

75101 to 75120 are their INSEE codes; 75116 is a postal code of the 16th, too.
"""


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
    is_exact: bool = Field(
        description="Whether its name, its id or, of a station, its address is what was asked for, whatever the case, "
        "accents, hyphens and articles."
    )


class Places(Answer):
    """Places, those that have exactly that name first."""

    match_count: int = Field(description="Number of all places that have such a name.")
    items: list[Place] = Field(description="The first of them.")


def _folded(column: str) -> str:
    return f"replace(lower(translate({column}, '{ACCENTED}', '{PLAIN}')), 'œ', 'oe')"


def _plain(column: str) -> str:
    """SQL of the words of a folded text, as `plain` has them."""
    apart = f"' ' || regexp_replace({column}, '[^a-z0-9]+', ' ', 'g') || ' '"
    return f"btrim(regexp_replace({apart}, '( ({'|'.join(ARTICLES)}))+(?= )', '', 'g'))"


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
    SELECT *, {_folded("name")} AS folded_name, {_folded("address")} AS folded_address, {_folded("id")} AS folded_id
    FROM places WHERE longitude IS NOT NULL AND latitude IS NOT NULL
),
plain AS (
    SELECT *, {_plain("folded_name")} AS plain_name, {_plain("folded_address")} AS plain_address FROM folded
),
found AS (
    SELECT *, %(arrondissement)s::int IS NOT NULL
        OR coalesce(%(plain)s <> '' AND plain_name = %(plain)s, false)
        OR coalesce(%(plain)s <> '' AND kind = 'station' AND plain_address = %(plain)s, false)
        OR folded_id = %(folded)s AS is_exact
    FROM plain
    WHERE CASE WHEN %(arrondissement)s::int IS NULL
        THEN folded_id = %(folded)s OR concat_ws(' ', folded_name, folded_address) LIKE ALL(%(patterns)s::text[])
        ELSE kind = 'arrondissement' AND arrondissement = %(arrondissement)s::int END
)
SELECT kind, id, name, address, arrondissement, longitude, latitude, is_exact, (count(*) OVER ())::int AS match_count
FROM found
ORDER BY NOT is_exact, kind NOT IN ('arrondissement', 'commune'), NOT starts_with(plain_name, %(plain)s),
    length(plain_name), kind, id
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
            description="All of its words but articles are in the name or the address, whatever their case and "
            "accents; or an id.",
        ),
    ],
) -> Response:
    """The places of our own tables that have such a name. Landmarks are found where a station is named after them."""
    words = words_of(named)
    if not words:
        raise ProblemError(WRONG_PARAMETER, "A name has a letter or a digit.", "name")
    settings = request.app.state.settings
    async with transaction(request.app.state.pool) as connection:
        known = await known_at(connection, None)
        whole = (name(Station), name(BikeStation), name(Arrondissement))
        headers = await headers_of(connection, request, known, settings.cadence_s, whole=whole)
        if unchanged := not_modified(request, headers):
            return unchanged
        asked = {
            "arrondissement": arrondissement_of(named),
            "patterns": [f"%{word}%" for word in words],
            "folded": fold(named),
            "plain": plain(named),
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
    composed = unicodedata.normalize("NFKC", text)  # of ᵉ it makes e
    return " ".join(composed.translate(str.maketrans(ACCENTED, PLAIN)).lower().replace("œ", "oe").split())


def words_of(text: str) -> list[str]:
    """The folded words of a text, without articles if there are others."""
    words = re.findall(r"[^\W_]+", fold(text))
    return [word for word in words if word not in ARTICLES] or words


def plain(text: str) -> str:
    """The folded words of Latin letters and digits of a text, without articles, apart by a blank."""
    return " ".join(word for word in re.findall("[a-z0-9]+", fold(text)) if word not in ARTICLES)


def arrondissement_of(text: str) -> int | None:
    """The arrondissement that a text names by its number, if it does."""
    found = ARRONDISSEMENT.fullmatch(" ".join(words_of(text)))
    return int(found[1]) if found else None
