"""Planned faults of the simulated APIs' next responses."""

import asyncio
import gzip
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Literal

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from belib_platform.simulator.outages import PAGE, SERVER_ERROR, Answer, truncated

Fault = Literal["status_500", "status_429", "html", "empty_list", "truncated", "cut_gzip", "redirect_to_itself", "slow"]

BodyFault = Callable[[bytes], Answer]
"""Returns the response to send instead of a sound body."""


class FaultPlan:
    """Queues of faults by path; a `slow` response takes `slow_s` seconds."""

    def __init__(self, slow_s: float = 60) -> None:
        self.slow_s = slow_s
        self._planned: defaultdict[str, deque[Fault | BodyFault | None]] = defaultdict(deque)

    def plan(self, path: str, *faults: Fault | BodyFault | None) -> None:
        """Give the next responses to paths that end in `path` these faults; None means a sound response."""
        self._planned[path].extend(faults)

    def take(self, path: str) -> Fault | BodyFault | None:
        """Remove and return the fault of the next response, if any."""
        due = next((queue for end, queue in self._planned.items() if queue and path.endswith(end)), None)
        return due.popleft() if due else None


def response(answer: Answer, headers: dict[str, str] | None = None) -> Response:
    """The answer as a response of Starlette."""
    return Response(answer.body, answer.status, headers, answer.media_type)


async def with_fault(fault: Fault | BodyFault | None, sound: Response, request: Request, slow_s: float) -> Response:
    """Apply a fault to the sound response; for `status_429` the API itself has made the response."""
    body = bytes(sound.body)
    if callable(fault):
        return response(fault(body))
    match fault:
        case "status_500":
            return response(SERVER_ERROR)
        case "html":
            return response(PAGE)
        case "empty_list":
            return response(Answer(b"[]"))
        case "truncated":
            return response(Answer(truncated(body)))
        case "cut_gzip":
            return response(Answer(truncated(gzip.compress(body))), {"content-encoding": "gzip"})
        case "redirect_to_itself":
            return RedirectResponse(request.url, 302)
        case "slow":
            await asyncio.sleep(slow_s)
    return sound
