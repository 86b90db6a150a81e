"""Infoclimat and OpenWeatherMap as a test wants them to answer; Open-Meteo is the simulator's."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from belib_platform.simulator.clock import Clock
from belib_platform.simulator.faults import BodyFault
from belib_platform.simulator.outages import Answer
from belib_platform_tests.sources.forecast_bodies import gfs_from, owm_from
from belib_platform_tests.sources.local_server import Handler, serving

PATHS: Mapping[str, str] = {"infoclimat": "/public-api/gfs/json", "openweathermap": "/data/2.5/forecast"}

ENVIRONMENT = {
    "BELIB_WEATHER_PROVIDER": "open_meteo,infoclimat,openweathermap",
    "BELIB_INFOCLIMAT_AUTH": "auth",
    "BELIB_INFOCLIMAT_C": "c",
    "BELIB_OPENWEATHERMAP_KEY": "key",
}


@dataclass
class Providers:
    """Two running APIs; `spoilt` says, by provider, what is answered instead of a sound body."""

    url: str = ""
    spoilt: dict[str, BodyFault] = field(default_factory=dict)


@contextmanager
def serving_providers(clock: Clock) -> Iterator[Providers]:
    """Serve both while the block runs."""
    providers = Providers()
    bodies: dict[str, Callable[..., bytes]] = {"infoclimat": gfs_from, "openweathermap": owm_from}

    def respond(handler: Handler) -> None:
        name = next(name for name, path in PATHS.items() if handler.path.startswith(path))
        hour = clock().replace(minute=0, second=0, microsecond=0)
        body = bodies[name](hour + timedelta(hours=3 - hour.hour % 3))
        answer = providers.spoilt.get(name, Answer)(body)
        handler.send(answer.body, answer.status, {"Content-Type": answer.media_type})

    with serving(respond) as server:
        providers.url = server.url
        yield providers
