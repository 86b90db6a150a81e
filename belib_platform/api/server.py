"""The server of the API's application."""

import asyncio
import socket
from typing import Any, cast

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.auto import AutoHTTPProtocol

GRACE_S = 5
"""How long answers that are being sent may take once the server is to stop."""


def server_of(app: FastAPI, **changes: Any) -> uvicorn.Server:
    """A server of the application, which is still to run; `changes` are of uvicorn's configuration."""
    quiet = {"log_level": "warning", "access_log": False, "server_header": False, "http": _Connection}
    config = uvicorn.Config(app, **{**quiet, "ws": "none", "timeout_graceful_shutdown": GRACE_S, **changes})
    return _Server(config, app)


class _Connection(AutoHTTPProtocol):  # type: ignore[misc, valid-type] # whichever parser is installed
    """Lets a request break off its connection: closing one waits for a client that may never read."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Give each request of it `abort`, in its state."""
        super().connection_made(transport)
        self.app_state: dict[str, Any] = {**self.app_state, "abort": cast("asyncio.Transport", transport).abort}


class _Server(uvicorn.Server):
    """Ends the streams of changes when it stops, since they never end by themselves."""

    def __init__(self, config: uvicorn.Config, app: FastAPI) -> None:
        super().__init__(config)
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop once the answers that are being sent are complete, or the grace is over."""
        self._app.state.fan_out.end()
        await super().shutdown(sockets)
