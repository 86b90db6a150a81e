"""The observer over real HTTP, in a thread."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics
from prometheus_client.parser import text_string_to_metric_families as plain_text

from belib_platform.local.ports import LOOPBACK
from belib_platform.local.urls import Urls
from belib_platform.monitoring.connections import BriefConnection
from belib_platform.monitoring.observer import Observer
from belib_platform.monitoring.server import application, server_of
from belib_platform.settings import Settings

OPEN_METRICS = {"Accept": "application/openmetrics-text; version=1.0.0,text/plain;version=0.0.4;q=0.5"}

Values = dict[tuple[str, frozenset[tuple[str, str]]], float]


def settings_of(urls: Urls, home: str, prefix: str = "") -> Settings:
    """Settings that name these stores."""
    stores = {
        "mongo_url": urls.mongo,
        "postgres_url": urls.postgres,
        "dagster_url": urls.dagster_postgres,
        "elasticsearch_url": urls.elasticsearch,
    }
    return Settings(home=home, search_prefix=prefix, **stores, _env_file=None)


class Served:
    """A client of one observer."""

    def __init__(self, url: str) -> None:
        self.url = url

    def health(self) -> tuple[int, list[str]]:
        """The status and the sentences."""
        answer = httpx.get(f"{self.url}/health", timeout=300)
        return answer.status_code, answer.json()["problems"]

    def metrics(self) -> Values:
        """All samples, as Prometheus asks for them, read by the strict parser."""
        answer = httpx.get(f"{self.url}/metrics", headers=OPEN_METRICS, timeout=300)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
        return values(list(open_metrics(answer.text)))

    def plain(self) -> list[Metric]:
        """All metrics in the older text format."""
        answer = httpx.get(f"{self.url}/metrics", headers={"Accept": "text/plain"}, timeout=300)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
        return list(plain_text(answer.text))


def values(families: list[Metric]) -> Values:
    """Each sample's value by its name and labels."""
    return {(s.name, frozenset(s.labels.items())): s.value for family in families for s in family.samples}


def labelled(name: str, **labels: str) -> tuple[str, frozenset[tuple[str, str]]]:
    """The key of a sample."""
    return name, frozenset(labels.items())


@contextmanager
def served(
    settings: Settings, observer: Observer, connection: type[BriefConnection] = BriefConnection
) -> Iterator[Served]:
    """Serve for the time of the block."""
    with socket.create_server((LOOPBACK, 0)) as listener:
        server = server_of(application(observer, settings.gap_limit), connection)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield Served(f"http://{LOOPBACK}:{listener.getsockname()[1]}")
        finally:
            server.should_exit = True
            thread.join()
