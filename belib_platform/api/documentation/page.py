"""`/docs` and the files that it loads. A browser that shows the page asks no other host for anything."""

from http import HTTPStatus
from pathlib import Path

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse

router = APIRouter(prefix="/docs", include_in_schema=False)

OWN = Path(__file__).parent
SWAGGER_UI = OWN.parent / "vendored/swagger-ui"

FILES = {
    "start.js": OWN / "start.js",
    "swagger-ui-bundle.js": SWAGGER_UI / "swagger-ui-bundle.js",
    "swagger-ui.css": SWAGGER_UI / "swagger-ui.css",
}

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@router.get("")
def page() -> FileResponse:
    """The page."""
    return FileResponse(OWN / "index.html", headers=HEADERS)


@router.get("/{name}")
def file(name: str) -> FileResponse:
    """A file of the page."""
    if name not in FILES:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return FileResponse(FILES[name], headers=HEADERS)
