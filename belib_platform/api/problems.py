"""Errors of the API as problem details (RFC 9457), which name the parameter that is wrong or the store that is away."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import psycopg
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from psycopg_pool import PoolTimeout
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

MEDIA_TYPE = "application/problem+json"


class ProblemDetails(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str = Field("about:blank", description="Always about:blank: the status says which kind of problem it is.")
    title: str = Field(description="The status in words.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What is wrong with this request, in a sentence.")
    parameter: str | None = Field(None, description="The parameter that is wrong, if one is.")


class ProblemError(Exception):
    """A request that is answered with a problem. `parameter` names what is wrong in it."""

    def __init__(
        self, status: HTTPStatus, detail: str, parameter: str | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.parameter, self.headers = status, detail, parameter, headers


def problem_response(problem: ProblemError) -> Response:
    """The answer to such a request."""
    told = ProblemDetails(
        title=problem.status.phrase, status=problem.status, detail=problem.detail, parameter=problem.parameter
    )
    return JSONResponse(
        told.model_dump(exclude_none=True), problem.status, dict(problem.headers or {}), media_type=MEDIA_TYPE
    )


def documented(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """These statuses as OpenAPI describes them."""
    schema = {"$ref": "#/components/schemas/ProblemDetails"}
    return {
        status.value: {"description": status.phrase, "content": {MEDIA_TYPE: {"schema": schema}}} for status in statuses
    }


WRONG_PARAMETER = HTTPStatus.BAD_REQUEST
AWAY = HTTPStatus.SERVICE_UNAVAILABLE
UNKNOWN = documented(HTTPStatus.NOT_FOUND)
GONE = documented(HTTPStatus.GONE)
DOCUMENTED = documented(WRONG_PARAMETER, HTTPStatus.TOO_MANY_REQUESTS, AWAY)


def answer_with_problems(app: FastAPI) -> None:
    """Answer every error of an application with a problem."""

    @app.exception_handler(ProblemError)
    def problem(_request: Request, error: ProblemError) -> Response:
        return problem_response(error)

    @app.exception_handler(RequestValidationError)
    def wrong_parameter(_request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"][1:]) or None
        return problem_response(ProblemError(WRONG_PARAMETER, f"{first['msg']}.", name))

    @app.exception_handler(HTTPException)
    def unknown(request: Request, error: HTTPException) -> Response:
        status = HTTPStatus(error.status_code)
        detail = f"There is no {request.url.path}." if status == HTTPStatus.NOT_FOUND else f"{error.detail}."
        return problem_response(ProblemError(status, detail, headers=error.headers))

    @app.exception_handler(PoolTimeout)
    @app.exception_handler(psycopg.OperationalError)
    def away(_request: Request, _error: Exception) -> Response:
        return problem_response(ProblemError(AWAY, "PostgreSQL does not answer.", headers={"Retry-After": "10"}))

    @app.exception_handler(psycopg.errors.QueryCanceled)
    def too_slow(_request: Request, _error: Exception) -> Response:
        return problem_response(
            ProblemError(AWAY, "The query took too long; ask for less.", headers={"Retry-After": "10"})
        )

    @app.exception_handler(Exception)
    def unexpected(_request: Request, _error: Exception) -> Response:
        """Say nothing of the cause, which the log has: Starlette raises it again once this is sent."""
        return problem_response(ProblemError(HTTPStatus.INTERNAL_SERVER_ERROR, "This is a fault of the API."))

    @app.exception_handler(psycopg.errors.UndefinedColumn)
    def of_another_version(_request: Request, _error: Exception) -> Response:
        detail = "The warehouse was made by an earlier version, whose tables the next run completes."
        return problem_response(ProblemError(AWAY, detail, headers={"Retry-After": "60"}))

    @app.exception_handler(psycopg.errors.UndefinedTable)
    @app.exception_handler(psycopg.errors.InvalidSchemaName)
    def empty(_request: Request, _error: Exception) -> Response:
        return problem_response(ProblemError(AWAY, "The warehouse has no tables yet.", headers={"Retry-After": "60"}))
