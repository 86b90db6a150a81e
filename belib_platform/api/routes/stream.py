"""`/v1/stream`: changes of state as they are learned, as server-sent events."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.sse import format_sse_event
from pydantic import BeforeValidator
from starlette.responses import Response, StreamingResponse
from starlette.types import Message, Send

from belib_platform.api.changes import GREATEST_ID, AreWanted, Wanted, kept_after
from belib_platform.api.database import transaction
from belib_platform.api.fan_out import FanOut, Listener
from belib_platform.api.problems import DOCUMENTED, GONE

router = APIRouter(prefix="/stream")

EVENT_STREAM = "text/event-stream"

LAST_EVENT_ID = "Last-Event-ID"

IDLE_S = 15.0
"""Something is sent so long after what was sent last, so that proxies leave the connection open."""

SENT_WITHIN_S = 30.0
"""The connection of a listener that does not read for so long is broken off."""

LAST_WITHIN_S = 0.5
"""The same once the process is to stop."""

AGAIN_MS = 5000
"""After which browsers come back when a stream ends."""

HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
"""The second keeps nginx from collecting what is sent."""


async def has_place(request: Request) -> AsyncIterator[None]:
    """A stream counts as its client's from before anything else is asked until it has ended. Raises ProblemError."""
    fan_out: FanOut = request.app.state.fan_out
    with fan_out.admitted(request.client.host if request.client else "unknown"):
        yield


class Streamed(StreamingResponse):
    """A stream that ends when the process is to stop, and whose connection ends if the client does not read."""

    def __init__(self, events: AsyncGenerator[bytes], fan_out: FanOut, abort: Callable[[], None]) -> None:
        super().__init__(events, headers=HEADERS, media_type=EVENT_STREAM)
        self._events, self._fan_out, self._abort = events, fan_out, abort

    async def stream_response(self, send: Send) -> None:
        """Send until there is no more, the client leaves, or the process is to stop."""
        await self._in_time(send, {"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        async with aclosing(self._events), self._fan_out.until_over():
            async for told in self._events:
                await self._in_time(send, {"type": "http.response.body", "body": told, "more_body": True})
        await self._in_time(send, {"type": "http.response.body", "body": b"", "more_body": False})

    async def _in_time(self, send: Send, message: Message) -> None:
        within_s = LAST_WITHIN_S if self._fan_out.is_over else SENT_WITHIN_S
        too_late = asyncio.get_running_loop().call_later(within_s, self._abort)
        try:
            await send(message)
        finally:
            too_late.cancel()


@router.get(
    "",
    summary="Changes of state, as they are learned",
    dependencies=[Depends(has_place)],
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
        Header(
            alias=LAST_EVENT_ID,
            ge=0,
            le=GREATEST_ID,
            description="What browsers send to resume; it is used before `cursor`.",
        ),
        BeforeValidator(lambda sent: sent or None),
    ] = None,
) -> Response:
    """Changes after a cursor: those that are kept, then each as it is written.

    A filter by place also lets through days that were written again. After 15 seconds without an event one without
    data moves the id on, so that a stream whose filters match little can be resumed, too.
    """
    fan_out: FanOut = request.app.state.fan_out
    asked, parameter = (cursor, "cursor") if last_event_id is None else (last_event_id, LAST_EVENT_ID)
    async with transaction(request.app.state.pool) as connection:
        kept = await kept_after(connection, asked, parameter)
    after = kept["newest"] if asked is None else asked
    abort = getattr(request.state, "abort", _no_connection)  # of the server: in the process there is none
    return Streamed(_sent(fan_out, wanted, after), fan_out, abort)


async def _sent(fan_out: FanOut, wanted: Wanted, cursor: int) -> AsyncGenerator[bytes]:
    yield format_sse_event(id=str(cursor), retry=AGAIN_MS)
    async with aclosing(fan_out.events(Listener(cursor, wanted, IDLE_S))) as events:
        async for told in events:
            yield told


def _no_connection() -> None:
    """Break off none."""
