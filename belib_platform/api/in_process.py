"""The read API without a server, for other parts of the platform that ask what it answers."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from belib_platform.api.app import application
from belib_platform.api.database import Pool
from belib_platform.settings import Settings

BASE = "http://api"
"""Of no host: nothing is sent over a network."""


@asynccontextmanager
async def asked_in_process(settings: Settings, reader_url: str) -> AsyncIterator[tuple[httpx.AsyncClient, Pool]]:
    """A client of the API over the warehouse that a read-only role reaches at `reader_url`, and its connections."""
    app = application(settings, reader_url, requests_a_minute=sys.maxsize)
    transport, plain = httpx.ASGITransport(app), {"Accept-Encoding": "identity"}
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url=BASE, headers=plain) as client,
    ):
        yield client, app.state.pool
