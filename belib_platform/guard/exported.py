"""Serve the exported files, and no other files of the home, on the host of Dagster's UI, which links them."""

import re
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from belib_platform.exports.links import PREFIX

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "md": "text/plain; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}
"""Media type by extension of exported files; Markdown is sent as plain text, which browsers show."""

SHOWN = {"json", "md"}
"""Extensions of files that the browser shows; it saves the others."""

HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}
"""Prevent browsers from guessing another type and from running scripts in a file."""

_NAMES = re.compile(rf"(?:\w[\w-]*/)*\w[\w.-]*\.(?P<kind>{'|'.join(TYPES)})", re.ASCII)
"""Paths of exported files; that of a file half written begins with a dot."""


class WithExportedFiles:
    """ASGI middleware that serves the files of a folder under `/exports/`, and passes on all other requests."""

    def __init__(self, app: ASGIApp, folder: Path) -> None:
        self._app = app
        self._files = Starlette(routes=[Mount(PREFIX, _Files(directory=folder, check_dir=False))])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_file = scope["type"] == "http" and scope["path"].startswith(f"{PREFIX}/")
        await (self._files if is_file else self._app)(scope, receive, send)


class _Files(StaticFiles):
    """Serves regular files only; Starlette prevents paths and symbolic links out of the folder."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file with headers for browsers."""
        named = _NAMES.fullmatch(path)
        if named is None:
            raise HTTPException(404)
        response = await super().get_response(path, scope)
        kind, name = named["kind"], path.rpartition("/")[2]
        response.headers.update(HEADERS)
        response.headers["Content-Type"] = TYPES[kind]
        response.headers["Content-Disposition"] = "inline" if kind in SHOWN else f'attachment; filename="{name}"'
        return response
