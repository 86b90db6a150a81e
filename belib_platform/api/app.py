"""The API's application: its endpoints, and what holds for each of them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI
from starlette.middleware.cors import CORSMiddleware

from belib_platform.api.bodies import RefuseBodies
from belib_platform.api.compression import compress_answers
from belib_platform.api.conditional import REVISED_AT
from belib_platform.api.database import pool_of
from belib_platform.api.documentation import page
from belib_platform.api.fan_out import FanOut
from belib_platform.api.parameters import PREFIX, refuse_unknown
from belib_platform.api.problems import ProblemDetails, answer_with_problems
from belib_platform.api.rate_limit import RateLimit
from belib_platform.api.routes import (
    arrondissements,
    bike_hours,
    bike_rhythms,
    bike_stations,
    bike_tomorrow,
    changes,
    charge_points,
    gbfs,
    history,
    hourly,
    occupancy,
    outages,
    places,
    quality,
    rankings,
    rhythms,
    standards,
    stations,
    stream,
    totals,
    weather,
    weather_effect,
)
from belib_platform.settings import Settings

ROUTES = (
    charge_points,
    stations,
    totals,
    history,
    hourly,
    occupancy,
    rhythms,
    rankings,
    outages,
    weather_effect,
    weather,
    arrondissements,
    places,
    quality,
    standards,
    bike_stations,
    bike_hours,
    bike_rhythms,
    bike_tomorrow,
    gbfs,
    changes,
    stream,
)

TITLE = "History of Belib' and Vélib'"
VERSION = "1"
REQUESTS_A_MINUTE = 600
"""Of one client."""

EXPOSED = ["ETag", "Link", "Next-Cursor", "Retry-After", REVISED_AT, "X-Limit", "X-Total-Count"]
"""Headers that a page of another origin may read."""


def application(settings: Settings, reader_url: str, *, requests_a_minute: int = REQUESTS_A_MINUTE) -> FastAPI:
    """The ASGI application over the warehouse that a read-only role reaches at `reader_url`.

    It starts and answers whatever store is away, with 503 where it needs that store.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        pool = pool_of(reader_url)
        await pool.open(wait=False)
        app.state.pool, app.state.settings, app.state.fan_out = pool, settings, FanOut(pool)
        reading = asyncio.create_task(app.state.fan_out.run())
        try:
            yield
        finally:
            reading.cancel()
            await pool.close()

    app = FastAPI(
        title=TITLE,
        version=VERSION,
        description="What is known of Paris's Belib' charging points and Vélib' stations: now, and at any instant "
        "since the history began.",
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    for routes in ROUTES:
        app.include_router(routes.router, prefix=PREFIX, dependencies=[Depends(refuse_unknown)])
    app.include_router(page.router)
    answer_with_problems(app)
    compress_answers(app)
    app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["GET"], expose_headers=EXPOSED)
    app.add_middleware(RefuseBodies)
    app.add_middleware(RateLimit, requests_a_minute=requests_a_minute)
    _with_problem_schema(app)
    return app


def _with_problem_schema(app: FastAPI) -> None:
    """Describe problems in OpenAPI, and no answer that is never given: FastAPI assumes 422 for wrong parameters."""
    described = app.openapi()
    schemas = described["components"]["schemas"]
    schemas["ProblemDetails"] = ProblemDetails.model_json_schema()
    for path in described["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
