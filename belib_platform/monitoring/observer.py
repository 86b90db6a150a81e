"""The observer: observes all stores together within some seconds, and keeps what it observed for some more."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

from belib_platform.dagster_internals.observation import observe_dagster
from belib_platform.monitoring.archive import observe_archive
from belib_platform.monitoring.background import BackgroundCall
from belib_platform.monitoring.elasticsearch import observe_elasticsearch
from belib_platform.monitoring.masking import without_secrets
from belib_platform.monitoring.mongo import observe_mongo
from belib_platform.monitoring.observation import Observation
from belib_platform.monitoring.poll_counter import PollCounter
from belib_platform.monitoring.postgres import observe_postgres
from belib_platform.raw.archive.archive import archive_of
from belib_platform.raw.due import sources_asked
from belib_platform.settings import Settings

DEADLINE_S = 6.0
"""For all stores together: Prometheus waits ten seconds."""

KEPT_S = 10.0
"""For so long an observation is given to everybody who asks."""


class Addresses(Protocol):
    """URLs of the stores, with credentials, found at each call; each call may raise an error that says why not."""

    def mongo(self) -> str: ...
    def postgres(self) -> str: ...
    def dagster(self) -> str: ...
    def elasticsearch(self) -> str: ...


def utc_now() -> datetime:
    """The instant it is, UTC."""
    return datetime.now(UTC)


class Observer:
    """Observes the stores at these addresses; any number of threads may ask."""

    def __init__(
        self,
        settings: Settings,
        at: Addresses,
        *,
        counter: PollCounter | None = None,
        clock: Callable[[], datetime] = utc_now,
        deadline_s: float = DEADLINE_S,
        kept_s: float = KEPT_S,
    ) -> None:
        """Without a counter polls are not counted from the first on."""
        self._clock, self._deadline_s, self._kept_s = clock, deadline_s, kept_s

        def sentence_of(error: Exception) -> str:
            return without_secrets(settings, str(error)) or type(error).__name__

        sources = sources_asked(settings)
        self._mongo = BackgroundCall(lambda: observe_mongo(at.mongo(), sources, clock(), counter), sentence_of)
        self._postgres = BackgroundCall(lambda: observe_postgres(at.postgres()), sentence_of)
        self._dagster = BackgroundCall(lambda: observe_dagster(at.dagster()), sentence_of)
        self._elasticsearch = BackgroundCall(
            lambda: observe_elasticsearch(at.elasticsearch(), settings.search_prefix), sentence_of
        )
        self._archive = BackgroundCall(lambda: observe_archive(archive_of(settings)), sentence_of)
        self._one_at_a_time = threading.Lock()
        self._kept: tuple[float, Observation] | None = None

    def observe(self) -> Observation:
        """What the stores hold, at most ten seconds ago; within six seconds, whatever hangs. Raises nothing."""
        with self._one_at_a_time:
            if self._kept is None or time.monotonic() - self._kept[0] >= self._kept_s:
                observation = self._observe()
                self._kept = time.monotonic(), observation
            return self._kept[1]

    def _observe(self) -> Observation:
        for store in (self._mongo, self._postgres, self._dagster, self._elasticsearch, self._archive):
            store.begin()
        deadline = time.monotonic() + self._deadline_s
        mongo, mongo_s = self._mongo.result(deadline)
        postgres, postgres_s = self._postgres.result(deadline)
        dagster, dagster_s = self._dagster.result(deadline)
        elasticsearch, elasticsearch_s = self._elasticsearch.result(deadline)
        archive, _ = self._archive.result(deadline)
        durations = {"mongo": mongo_s, "postgres": postgres_s, "dagster": dagster_s, "elasticsearch": elasticsearch_s}
        return Observation(self._clock(), mongo, postgres, dagster, elasticsearch, archive, durations)
