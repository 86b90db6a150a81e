"""Serve the simulated APIs over HTTP on 127.0.0.1."""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from belib_platform.simulator.clock import Clock, real_clock
from belib_platform.simulator.datasets import DATASETS_PATH
from belib_platform.simulator.endless_paris import AnyParis
from belib_platform.simulator.errors import NotDrawnError
from belib_platform.simulator.explore_api import ExploreApi
from belib_platform.simulator.faults import FaultPlan, with_fault
from belib_platform.simulator.open_meteo_api import OpenMeteoApi

HOST: Final = "127.0.0.1"
CALLS_PER_DAY: Final = 10_000

Endpoint = Callable[[Request], Response]
AsyncEndpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True)
class SimulatorServer:
    """A running server: `url` without path, planned faults, and the requests received so far (path and query)."""

    url: str
    faults: FaultPlan
    asked: list[str] = field(default_factory=list)


@contextmanager
def serving(
    paris: AnyParis,
    *,
    clock: Clock = real_clock,
    faults: FaultPlan | None = None,
    calls_per_day: int = CALLS_PER_DAY,
) -> Iterator[SimulatorServer]:
    """Serve in a thread during the block, on any free port."""
    with socket.create_server((HOST, 0)) as listener:
        running = SimulatorServer(_url(listener), faults or FaultPlan())
        server = _server(application(paris, clock, running, calls_per_day))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield running
        finally:
            server.should_exit = True
            thread.join()


def serve_until_stopped(paris: AnyParis, *, port: int, announce: Callable[[str], None]) -> None:
    """Serve in this thread with the real time until SIGINT or SIGTERM; first calls `announce` with the URL.

    Raises OSError if the port is not free, and KeyboardInterrupt after SIGINT when everything is closed.
    """
    with socket.create_server((HOST, port)) as listener:
        running = SimulatorServer(_url(listener), FaultPlan())
        announce(running.url)
        _server(application(paris, real_clock, running, CALLS_PER_DAY)).run(sockets=[listener])


def _url(listener: socket.socket) -> str:
    return f"http://{HOST}:{listener.getsockname()[1]}"


def _server(app: Starlette) -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(
            app, log_level="critical", lifespan="off", ws="none", timeout_graceful_shutdown=1, access_log=False
        )
    )


def application(paris: AnyParis, clock: Clock, running: SimulatorServer, calls_per_day: int) -> Starlette:
    """An ASGI application with both APIs."""
    explore, open_meteo = ExploreApi(paris, clock, calls_per_day), OpenMeteoApi(paris, clock)
    datasets = f"{DATASETS_PATH}/{{dataset}}"
    return Starlette(
        routes=[
            Route(f"{datasets}/exports/json", _portal(explore, explore.exports, running)),
            Route(f"{datasets}/exports/geojson", _portal(explore, explore.geojson, running)),
            Route(f"{datasets}/records", _portal(explore, explore.records, running)),
            Route("/v1/forecast", _faulty(open_meteo.forecast, open_meteo.too_many, running)),
        ],
        middleware=[Middleware(GZipMiddleware, compresslevel=5)],
        exception_handlers={NotDrawnError: _not_drawn},
    )


def _portal(explore: ExploreApi, endpoint: Endpoint, running: SimulatorServer) -> AsyncEndpoint:
    def within_budget(request: Request) -> Response:
        remaining, is_within = explore.spend_call()
        if not explore.has(request.path_params["dataset"]):
            response: Response = JSONResponse({"error_code": "NotFound", "message": "Unknown data set"}, 404)
        else:
            response = endpoint(request) if is_within else explore.too_many()
        response.headers.update(explore.rate_limit(remaining))
        return response

    return _faulty(within_budget, explore.too_many, running)


def _faulty(endpoint: Endpoint, too_many: Callable[[], Response], running: SimulatorServer) -> AsyncEndpoint:
    async def answer(request: Request) -> Response:
        running.asked.append(f"{request.url.path}?{request.url.query}".rstrip("?"))
        fault = running.faults.take(request.url.path)
        sound = too_many() if fault == "status_429" else endpoint(request)
        if sound.status_code == 504:
            await asyncio.sleep(running.faults.slow_s)
        return await with_fault(fault, sound, request, running.faults.slow_s)

    return answer


def _not_drawn(request: Request, error: Exception) -> Response:
    return JSONResponse({"error_code": "NotDrawn", "message": f"{request.url.path}: {error}"}, 503)
