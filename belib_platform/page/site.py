"""The page and its files, served beside the API. A browser that shows it asks no other host for anything."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import psycopg
from fastapi import APIRouter, FastAPI, Query, Request
from psycopg_pool import PoolTimeout
from starlette.responses import FileResponse, HTMLResponse, Response

from belib_platform.api.answers import envelope
from belib_platform.api.database import Pool, transaction
from belib_platform.api.files import HEADERS, named_file
from belib_platform.api.instants import known_at
from belib_platform.api.networks import BIKE_STATIONS
from belib_platform.api.places import Kind, Place
from belib_platform.api.problems import ProblemError
from belib_platform.api.routes.totals import totals_at
from belib_platform.hosts import read_host
from belib_platform.page.rendering import FILES, Around, other_than, page_of
from belib_platform.page.words.word import LANGUAGES, Language
from belib_platform.settings import Settings

PARIS = ZoneInfo("Europe/Paris")

NETWORKS = ("belib", "velib")
"""Networks by their names in the page's address."""

NOTHING: dict[str, Any] = {"totals": None, "read_at": None, "licences": [], "is_empty": False, "networks": NETWORKS}

router = APIRouter(include_in_schema=False)


def with_page(app: FastAPI) -> FastAPI:
    """The API's application with the page at `/`."""
    app.include_router(router)
    return app


@router.get("/")
async def page(request: Request, lang: Annotated[str | None, Query(max_length=10)] = None) -> Response:
    """The page with the figures of now, in the language of the parameter `lang` or of the browser."""
    settings = request.app.state.settings
    language = language_of(lang, request.headers.get("accept-language", ""))
    around = Around(
        other_address=f"?lang={other_than(language)}",
        ui_url=_ui_url(request, settings),
        tiles=settings.tiles,
        tiles_attribution=settings.tiles_attribution,
    )
    figures = await figures_of_now(request.app.state.pool)
    text = page_of(language, figures, around, is_simulated=settings.is_simulated)
    headers = {**HEADERS, **_with_tiles(settings), "Cache-Control": "no-cache", "Vary": "Accept-Language"}
    return HTMLResponse(text, headers=headers)


@router.get("/page/{name}")
def file(name: str) -> FileResponse:
    """A file of the page."""
    return named_file(FILES, name)


def language_of(asked: str | None, accepted: str) -> Language:
    """The language that is asked for, else the first of the browser's that the page has, else French."""
    wanted = [asked or "", *(part.split(";")[0].strip()[:2].lower() for part in accepted.split(","))]
    return next((language for name in wanted for language in LANGUAGES if language == name), LANGUAGES[0])


async def figures_of_now(pool: Pool) -> dict[str, Any]:
    """The figures that stand in the page, and the networks that there are data of.

    There are no figures if the history is empty or has bikes alone, or if the store is away.
    """
    try:
        async with transaction(pool) as connection:
            bikes, known = await known_at(connection, None, BIKE_STATIONS), await known_at(connection, None)
            totals = await totals_at(connection, known.at, Place(), Kind())
    except (ProblemError, psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
        return {**NOTHING, "is_empty": True, "networks": ("belib",)}
    except (psycopg.Error, PoolTimeout):
        return NOTHING
    return figures(totals, known.newest_at, bikes.newest_at, envelope(known, is_simulated=False)["licences"])


def figures(
    totals: Mapping[str, Any], points_at: datetime | None, bikes_at: datetime | None, licences: Sequence[Any]
) -> dict[str, Any]:
    """What the page says without scripts, given the API's totals and when each network last answered, if it did.

    The figures are of charge points; a history of bikes alone has none.
    """
    answered = dict(zip(NETWORKS, (points_at, bikes_at), strict=True))
    networks = tuple(name for name, at in answered.items() if at)
    if points_at is None:
        return {**NOTHING, "networks": networks}
    read_at = points_at.astimezone(PARIS)
    return {"totals": totals, "read_at": read_at, "licences": licences, "is_empty": False, "networks": networks}


def _ui_url(request: Request, settings: Settings) -> str | None:
    """Where Dagster's UI is, for a reader on the machine where both run."""
    asked = read_host(request.headers.get("host", ""))
    is_known = "ui_url" in settings.model_fields_set
    return str(settings.ui_url) if is_known and asked is not None and asked.is_loopback else None


def _with_tiles(settings: Settings) -> dict[str, str]:
    """The header that allows images of the tile server, where one is set."""
    if not settings.tiles:
        return {}
    parts = urlsplit(settings.tiles)
    allowed = f"img-src 'self' data: {parts.scheme}://{parts.netloc.replace('{s}', '*')}"
    return {"Content-Security-Policy": HEADERS["Content-Security-Policy"].replace("img-src 'self' data:", allowed)}
