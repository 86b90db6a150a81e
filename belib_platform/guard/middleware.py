"""The guard as ASGI middleware, for every request and WebSocket."""

import logging
from collections.abc import Set

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from belib_platform.guard.rules import refusal

NO_FRAMES = {"X-Frame-Options": "SAMEORIGIN", "Content-Security-Policy": "frame-ancestors 'self'"}
"""Only the UI's own pages may show it in a frame."""

LOG = logging.getLogger(__name__)


class Guard:
    """Passes on requests that `rules.refusal` allows; for others, sends and logs its message."""

    def __init__(self, app: ASGIApp, allowed_hosts: Set[str]) -> None:
        """`allowed_hosts` are names in lower case without ports, in addition to those of loopback."""
        self._app, self._allowed_hosts = app, allowed_hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        refused = refusal(HTTPConnection(scope), self._allowed_hosts)
        if refused is None:
            await self._app(scope, receive, _unframed(send))
            return
        LOG.warning("Refused %s %r: %s", scope.get("method", "WebSocket"), scope["path"], refused.sentence)
        await PlainTextResponse(f"{refused.sentence}\n", refused.status)(scope, receive, send)


def _unframed(send: Send) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in NO_FRAMES.items():
                headers.append(name, value)
        await send(message)

    return send_with_headers
