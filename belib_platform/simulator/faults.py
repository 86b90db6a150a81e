"""Faults on demand: what the next answers of a path suffer from."""

import asyncio
import gzip
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Literal

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from belib_platform.simulator.outages import PAGE, SERVER_ERROR, Answer, truncated

Fault = Literal["status_500", "status_429", "html", "empty_list", "truncated", "cut_gzip", "redirect_to_itself", "slow"]

Spoil = Callable[[bytes], Answer]
"""What is answered instead of a sound body."""


class FaultPlan:
    """Faults that wait for their path to be asked, first planned first served; `slow` ones last `slow_s`."""

    def __init__(self, slow_s: float = 60) -> None:
        self.slow_s = slow_s
        self._planned: defaultdict[str, deque[Fault | Spoil | None]] = defaultdict(deque)

    def plan(self, path: str, *faults: Fault | Spoil | None) -> None:
        """The next answers whose path ends in `path` have these faults; None is a sound one between."""
        self._planned[path].extend(faults)

    def take(self, path: str) -> Fault | Spoil | None:
        """The fault of the answer now due, if any."""
        due = next((queue for end, queue in self._planned.items() if queue and path.endswith(end)), None)
        return due.popleft() if due else None


def response(answer: Answer, headers: dict[str, str] | None = None) -> Response:
    """The answer as Starlette sends it."""
    return Response(answer.body, answer.status, headers, answer.media_type)


async def spoilt(fault: Fault | Spoil | None, sound: Response, request: Request, slow_s: float) -> Response:
    """The sound response with a fault (429 is the APIs' own business and comes sound)."""
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
