"""`/v1/arrondissements`: the borders of the arrondissements, for those who draw maps."""

import json
from typing import Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from belib_platform.api.answers import Answer, column, envelope, json_response
from belib_platform.api.conditional import headers_of_daily, not_modified
from belib_platform.api.database import rows, transaction
from belib_platform.api.instants import known_at
from belib_platform.api.pages import GEOJSON
from belib_platform.api.problems import DOCUMENTED
from belib_platform.contracts import clean
from belib_platform.contracts.contract import name
from belib_platform.exports.terms import BORDERS

router = APIRouter()


class GeoJson(JSONResponse):
    """JSON whose media type is that of GeoJSON: what the description of the answer says."""

    media_type = GEOJSON


class Named(BaseModel):
    """What is said of an arrondissement."""

    arrondissement: int = column(clean.Arrondissement, "arrondissement")
    name: str = column(clean.Arrondissement, "arrondissement_name")


class Feature(BaseModel):
    """An arrondissement."""

    type: Literal["Feature"]
    geometry: dict[str, Any] = column(clean.Arrondissement, "outline")
    properties: Named = Field(description="Its number and name.")


class Arrondissements(Answer):
    """A GeoJSON FeatureCollection of all arrondissements, by number; empty until their borders have come."""

    type: Literal["FeatureCollection"]
    features: list[Feature] = Field(description="The arrondissements.")


OUTLINES = "SELECT arrondissement, arrondissement_name, outline FROM clean.arrondissement ORDER BY arrondissement"


@router.get(
    "/arrondissements",
    summary="Borders of the arrondissements",
    response_model=Arrondissements,
    response_class=GeoJson,
    responses=DOCUMENTED | {304: {"description": "Not modified since that ETag."}},
)
async def arrondissements(request: Request) -> Response:
    """The borders as GeoJSON, simplified for drawing: no corner is left out that lies more than 15 m from the line."""
    settings = request.app.state.settings
    async with transaction(request.app.state.pool) as connection:
        known = await known_at(connection, None)
        headers = await headers_of_daily(connection, name(clean.Arrondissement))
        if unchanged := not_modified(request, headers):
            return unchanged
        found = await rows(connection, OUTLINES, {})
    told = {
        "type": "FeatureCollection",
        **envelope(known, is_simulated=settings.is_simulated, terms=[BORDERS]),
        "revised_at": None,
        "next_cursor": None,
    }
    features = [
        {
            "type": "Feature",
            "geometry": json.loads(row["outline"]),
            "properties": {"arrondissement": row["arrondissement"], "name": row["arrondissement_name"]},
        }
        for row in found
    ]
    return json_response({**told, "features": features}, headers, GEOJSON)
