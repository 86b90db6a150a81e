"""`/v1/stream`: changes of state as they are learned, as server-sent events."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from fastapi.sse import format_sse_event
from starlette.responses import Response, StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from belib_platform.api.changes import GREATEST_ID, AreWanted, Wanted, kept_after
from belib_platform.api.database import transaction
from belib_platform.api.fan_out import FanOut
from belib_platform.api.problems import DOCUMENTED, GONE

router = APIRouter(prefix="/stream")

EVENT_STREAM = "text/event-stream"

IDLE_S = 15.0
"""After so long without a change something is sent, so that proxies leave the connection open."""

SENT_WITHIN_S = 30.0
"""A listener that does not read for so long is dropped."""

AGAIN_MS = 5000
"""After which browsers come back when a stream ends."""

HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
"""The second keeps nginx from collecting what is sent."""


class Streamed(StreamingResponse):
    """A stream that counts as its client's, and ends if the client does not read what is sent."""

    def __init__(self, content: AsyncIterator[bytes], fan_out: FanOut, client: str) -> None:
        super().__init__(content, headers=HEADERS, media_type=EVENT_STREAM)
        self._fan_out, self._client = fan_out, client

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until the stream, the client or the process ends."""

        async def in_time(message: Message) -> None:
            async with asyncio.timeout(SENT_WITHIN_S):
                await send(message)

        with self._fan_out.admitted(self._client):
            try:
                await super().__call__(scope, receive, in_time)
            except TimeoutError:
                return  # uvicorn closes a connection whose answer is not complete, and logs that it was not


@router.get(
    "",
    summary="Changes of state, as they are learned",
    response_class=StreamingResponse,
    responses=DOCUMENTED
    | GONE
    | {
        200: {
            "description": "Server-sent events: `id` is the change's id, `event` its kind, `data` a CloudEvent 1.0 in "
            "JSON, whose `data` is an item of /v1/changes without its id.",
            "content": {EVENT_STREAM: {"schema": {"type": "string"}}},
        }
    },
)
async def stream(
    request: Request,
    wanted: AreWanted,
    cursor: Annotated[
        int | None,
        Query(ge=0, le=GREATEST_ID, description="Id of the last change that you have. Default: only what comes now."),
    ] = None,
    last_event_id: Annotated[
        int | None,
        Header(ge=0, le=GREATEST_ID, description="What browsers send to resume; it is used before `cursor`."),
    ] = None,
) -> Response:
    """Changes after a cursor: those that are kept, then each as it is written.

    A filter by place also lets through days that were written again. Every 15 seconds without a change an event without
    data moves the id on, so that a stream whose filters match little can be resumed, too.
    """
    fan_out: FanOut = request.app.state.fan_out
    client = request.client.host if request.client else "unknown"
    fan_out.require_room(client)
    asked, parameter = (cursor, "cursor") if last_event_id is None else (last_event_id, "Last-Event-ID")
    async with transaction(request.app.state.pool) as connection:
        kept = await kept_after(connection, asked, parameter)
    after = kept["newest"] if asked is None else asked
    return Streamed(_sent(fan_out, wanted, after), fan_out, client)


async def _sent(fan_out: FanOut, wanted: Wanted, cursor: int) -> AsyncIterator[bytes]:
    yield format_sse_event(id=str(cursor), retry=AGAIN_MS)
    async for changes in fan_out.changes(cursor, IDLE_S):
        cursor = changes.last_id or cursor
        told = changes.wanted(wanted)
        if told or changes.last_id is None:
            yield told or format_sse_event(id=str(cursor))
