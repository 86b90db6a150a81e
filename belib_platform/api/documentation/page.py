"""`/docs` and the files that it loads. A browser that shows the page asks no other host for anything."""

from pathlib import Path

from fastapi import APIRouter
from starlette.responses import FileResponse

from belib_platform.api.files import HEADERS, named_file

router = APIRouter(prefix="/docs", include_in_schema=False)

OWN = Path(__file__).parent
SWAGGER_UI = OWN.parent / "vendored/swagger-ui"

FILES = {
    "start.js": OWN / "start.js",
    "swagger-ui-bundle.js": SWAGGER_UI / "swagger-ui-bundle.js",
    "swagger-ui.css": SWAGGER_UI / "swagger-ui.css",
}


@router.get("")
def page() -> FileResponse:
    """The page."""
    return FileResponse(OWN / "index.html", headers=HEADERS)


@router.get("/{name}")
def file(name: str) -> FileResponse:
    """A file of the page."""
    return named_file(FILES, name)
