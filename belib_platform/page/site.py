"""The page and its files, served beside the API. A browser that shows it asks no other host for anything."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import psycopg
from fastapi import APIRouter, FastAPI, Query, Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from psycopg_pool import PoolTimeout
from starlette.responses import FileResponse, HTMLResponse, Response

from belib_platform.api.answers import envelope
from belib_platform.api.database import transaction
from belib_platform.api.files import HEADERS, named_file
from belib_platform.api.instants import known_at
from belib_platform.api.places import Kind, Place
from belib_platform.api.problems import ProblemError
from belib_platform.api.routes.totals import totals_at
from belib_platform.page.words import LANGUAGES, Language, words_of

HERE = Path(__file__).parent
PARIS = ZoneInfo("Europe/Paris")

FILES = {
    **{path.name: path for path in sorted((HERE / "static").iterdir())},
    **{path.name: path for path in sorted((HERE / "vendored/leaflet").glob("leaflet.*"))},
}

TEMPLATES = Environment(
    loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)

NOTHING: dict[str, Any] = {"totals": None, "read_at": None, "licences": [], "is_empty": False}

router = APIRouter(include_in_schema=False)


def with_page(app: FastAPI) -> FastAPI:
    """The API's application with the page at `/`."""
    app.include_router(router)
    return app


@router.get("/")
async def page(request: Request, lang: Annotated[str | None, Query(max_length=10)] = None) -> Response:
    """The page with the figures of now, in the language of the parameter `lang` or of the browser."""
    language = language_of(lang, request.headers.get("accept-language", ""))
    text = TEMPLATES.get_template("page.html").render(
        language=language,
        other=next(name for name in LANGUAGES if name != language),
        words=words_of(language),
        words_json=json.dumps(words_of(language), ensure_ascii=False).replace("<", "\\u003c"),
        number=number_in(language),
        is_simulated=request.app.state.settings.is_simulated,
        **await _now(request),
    )
    return HTMLResponse(text, headers={**HEADERS, "Cache-Control": "no-cache", "Vary": "Accept-Language"})


@router.get("/page/{name}")
def file(name: str) -> FileResponse:
    """A file of the page."""
    return named_file(FILES, name)


def language_of(asked: str | None, accepted: str) -> Language:
    """The language that is asked for, else the first of the browser's that the page has, else French."""
    wanted = [asked or "", *(part.split(";")[0].strip()[:2].lower() for part in accepted.split(","))]
    return next((language for name in wanted for language in LANGUAGES if language == name), LANGUAGES[0])


def number_in(language: Language) -> Any:
    """A function that writes a whole number as the language does."""
    separator = {"fr": "\u202f", "en": ","}[language]
    return lambda n: f"{n:,}".replace(",", separator)


async def _now(request: Request) -> dict[str, Any]:
    """The figures of now for the template; none if the history is empty or the store away."""
    try:
        async with transaction(request.app.state.pool) as connection:
            known = await known_at(connection, None)
            totals = await totals_at(connection, known.at, Place(), Kind())
    except (ProblemError, psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
        return {**NOTHING, "is_empty": True}
    except (psycopg.Error, PoolTimeout):
        return NOTHING
    read_at: datetime = known.newest_at.astimezone(PARIS)
    licences = envelope(known, is_simulated=False)["licences"]
    return {"totals": totals, "read_at": read_at, "licences": licences, "is_empty": False}
