"""A limit of requests by client, before anything else looks at a request."""

import time
from http import HTTPStatus

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter
from starlette.types import ASGIApp, Receive, Scope, Send

from belib_platform.api.problems import ProblemError, problem_response


class RateLimit:
    """ASGI middleware: a client, known by its address, may ask so many times a minute."""

    def __init__(self, app: ASGIApp, requests_a_minute: int) -> None:
        self._app = app
        self._limit = RateLimitItemPerMinute(requests_a_minute)
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with 429."""
        address, _ = scope.get("client") or ("unknown", None)
        if scope["type"] != "http" or await self._limiter.hit(self._limit, address):
            await self._app(scope, receive, send)
            return
        reset_at, _ = await self._limiter.get_window_stats(self._limit, address)
        wait_s = max(1, round(reset_at - time.time()))
        detail = f"More than {self._limit.amount:,} requests in a minute; ask again in {wait_s} s."
        problem = ProblemError(HTTPStatus.TOO_MANY_REQUESTS, detail, headers={"Retry-After": str(wait_s)})
        await problem_response(problem)(scope, receive, send)
