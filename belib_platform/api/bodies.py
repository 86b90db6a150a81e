"""Requests have no body: nothing here reads one."""

from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from belib_platform.api.problems import ProblemError, problem_response


class RefuseBodies:
    """ASGI middleware: a request with a body is answered with 400 and its connection closed, the body unread."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request without a body."""
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        if headers.get("content-length", "0") == "0" and "transfer-encoding" not in headers:
            await self._app(scope, receive, send)
            return
        problem = ProblemError(HTTPStatus.BAD_REQUEST, "Requests have no body here.", headers={"Connection": "close"})
        await problem_response(problem)(scope, receive, send)
