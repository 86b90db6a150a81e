"""`GET /metrics` and `GET /health` over HTTP: a small process that reads the stores and nothing else."""

import socket
from collections.abc import Iterator
from datetime import timedelta

import uvicorn
from prometheus_client import CollectorRegistry, GCCollector, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics import exposition as openmetrics
from prometheus_client.registry import Collector
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from belib_platform.monitoring.connections import BriefConnection
from belib_platform.monitoring.health import facts, problems, warnings
from belib_platform.monitoring.metrics import metrics
from belib_platform.monitoring.observer import Observer

OPEN_METRICS = "application/openmetrics-text"


class ObservationCollector(Collector):
    """The metrics of the newest observation."""

    def __init__(self, observer: Observer, gap_limit: timedelta) -> None:
        self._observer, self._gap_limit = observer, gap_limit

    def collect(self) -> Iterator[Metric]:
        """Observe, unless somebody just did."""
        return metrics(self._observer.observe(), self._gap_limit)

    def describe(self) -> list[Metric]:
        """Nothing, so that registering does not observe."""
        return []


def application(observer: Observer, gap_limit: timedelta) -> Starlette:
    """The ASGI application; no request makes it raise, and none takes longer than an observation."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(ObservationCollector(observer, gap_limit))
    ProcessCollector(registry=registry)
    GCCollector(registry=registry)

    def get_metrics(request: Request) -> Response:
        if OPEN_METRICS in request.headers.get("accept", ""):
            text = openmetrics.generate_latest(registry)  # type: ignore[no-untyped-call]
            return Response(text, media_type=openmetrics.CONTENT_TYPE_LATEST)
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_PLAIN_0_0_4)

    def get_health(_request: Request) -> Response:
        seen = observer.observe()
        found = problems(seen, gap_limit)
        status = "not well" if found else "well"
        body = {"status": status, "problems": found, "warnings": warnings(seen), **facts(seen)}
        return JSONResponse(body, status_code=503 if found else 200)

    return Starlette(routes=[Route("/metrics", get_metrics), Route("/health", get_health)])


def serve(observer: Observer, gap_limit: timedelta, listener: socket.socket) -> None:
    """Serve on a socket that listens, until SIGINT or SIGTERM."""
    server_of(application(observer, gap_limit)).run(sockets=[listener])


def server_of(app: Starlette, connection: type[BriefConnection] = BriefConnection) -> uvicorn.Server:
    """The server of an application, which no client can hold up."""
    config = uvicorn.Config(
        app,
        http=connection,
        headers=[("connection", "close")],
        log_level="critical",
        lifespan="off",
        ws="none",
        access_log=False,
        timeout_graceful_shutdown=1,
    )
    return uvicorn.Server(config)
