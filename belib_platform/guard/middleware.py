"""The guard as ASGI middleware: it stands before every request and every WebSocket."""

import logging
from collections.abc import Set

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from belib_platform.guard.rules import refusal

NO_FRAMES = {"X-Frame-Options": "SAMEORIGIN", "Content-Security-Policy": "frame-ancestors 'self'"}
"""The UI shows pages of its own in frames; no other page may show it in one."""

LOG = logging.getLogger(__name__)


class Guard:
    """Hands on what `rules.refusal` lets through; of what it refuses, the sentence goes to the client and the log."""

    def __init__(self, app: ASGIApp, allowed_hosts: Set[str]) -> None:
        """`allowed_hosts` are names in lower case, without ports, beside those of loopback."""
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
