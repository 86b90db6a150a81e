"""`GET /metrics` and `GET /health` over HTTP: a small process that reads the stores and nothing else."""

import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
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

from belib_platform.local.errors import StoresError
from belib_platform.local.ports import LOOPBACK, METRICS_PORT
from belib_platform.monitoring.metrics.connections import BriefConnection
from belib_platform.monitoring.metrics.families import families
from belib_platform.monitoring.metrics.health import problems, warnings
from belib_platform.monitoring.metrics.observer import Observer
from belib_platform.monitoring.metrics.showing import facts
from belib_platform.monitoring.metrics.tally import Tally
from belib_platform.settings import Settings

OPEN_METRICS = "application/openmetrics-text"

PORTS_TRIED = 100


class Observed(Collector):
    """The metrics of the newest observation."""

    def __init__(self, observer: Observer, gap_limit: timedelta) -> None:
        self._observer, self._gap_limit = observer, gap_limit

    def collect(self) -> Iterator[Metric]:
        """Look, unless somebody just did."""
        return families(self._observer.observe(), self._gap_limit)

    def describe(self) -> list[Metric]:
        """Nothing: the names are not asked for before the first look."""
        return []


def application(observer: Observer, gap_limit: timedelta) -> Starlette:
    """The ASGI application; no request makes it raise, and none takes longer than a look."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Observed(observer, gap_limit))
    ProcessCollector(registry=registry)
    GCCollector(registry=registry)

    def metrics(request: Request) -> Response:
        if OPEN_METRICS in request.headers.get("accept", ""):
            text = openmetrics.generate_latest(registry)  # type: ignore[no-untyped-call]
            return Response(text, media_type=openmetrics.CONTENT_TYPE_LATEST)
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_PLAIN_0_0_4)

    def health(_request: Request) -> Response:
        seen = observer.observe()
        wrong = problems(seen, gap_limit)
        body = {"status": "not well" if wrong else "well", "problems": wrong, "warnings": warnings(seen), **facts(seen)}
        return JSONResponse(body, status_code=503 if wrong else 200)

    return Starlette(routes=[Route("/metrics", metrics), Route("/health", health)])


def serve(settings: Settings, say: Callable[[str], None], *, port: int = METRICS_PORT, host: str = LOOPBACK) -> None:
    """Serve until SIGINT or SIGTERM, on the first free port from `port` upwards; `say` is given the address.

    Raises StoresError when no port of that host is free.
    """
    with _listener(host, port) as listener, suppress(KeyboardInterrupt):
        say(f"Metrics: http://{host}:{listener.getsockname()[1]}/metrics")
        app = application(Observer(settings, tally=Tally()), settings.gap_limit)
        server_of(app).run(sockets=[listener])


def server_of(app: Starlette, connection: type[BriefConnection] = BriefConnection) -> uvicorn.Server:
    """The server of an application, that no client can hold up."""
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


def _listener(host: str, port: int) -> socket.socket:
    refused: OSError | None = None
    for candidate in range(port, min(port + PORTS_TRIED, 65536)):
        try:
            return socket.create_server((host, candidate))
        except OSError as error:
            refused = error
    raise StoresError(f"No port of {host} from {port} upwards is free: {refused}")
