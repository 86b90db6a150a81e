"""Files that a browser loads from this host: each is named, and what it may load itself is limited."""

from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.responses import FileResponse

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""Of pages and their files: no script or style within a page, and nothing of another host."""

FOR_AN_HOUR = "public, max-age=3600"


def named_file(files: Mapping[str, Path], name: str) -> FileResponse:
    """The file of that name. Raises HTTPException if there is none."""
    if name not in files:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return FileResponse(files[name], headers={**HEADERS, "Cache-Control": FOR_AN_HOUR})
