"""The observer: all stores looked at together within some seconds, and what was seen kept for some more."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

from belib_platform.dagster_internals.storage_metrics import look_at_dagster
from belib_platform.local.addresses import Addresses
from belib_platform.monitoring.alerts.hiding import without_secrets
from belib_platform.monitoring.metrics.ledger import look_at_raw
from belib_platform.monitoring.metrics.observation import DagsterLook, Observation, RawLook, SearchLook, WarehouseLook
from belib_platform.monitoring.metrics.search import look_at_search
from belib_platform.monitoring.metrics.tally import Tally
from belib_platform.monitoring.metrics.warehouse import look_at_warehouse
from belib_platform.monitoring.metrics.watched import Watched
from belib_platform.raw.archive.archive import archive_of
from belib_platform.raw.archive.head import ArchiveHead, metadata_if_sound
from belib_platform.settings import Settings

DEADLINE_S = 6.0
"""For all stores together: Prometheus waits ten seconds."""

KEPT_S = 10.0
"""Whoever asks within so many seconds is told the same."""


def utc_now() -> datetime:
    """The instant it is."""
    return datetime.now(UTC)


class Observer:
    """Looks at the stores of these settings; any number of threads may ask."""

    def __init__(
        self,
        settings: Settings,
        *,
        tally: Tally | None = None,
        clock: Callable[[], datetime] = utc_now,
        deadline_s: float = DEADLINE_S,
        kept_s: float = KEPT_S,
    ) -> None:
        """Without a tally polls are not counted from the first on."""
        at, self._settings, self._clock = Addresses(settings), settings, clock
        self._deadline_s, self._kept_s = deadline_s, kept_s
        self._raw: Watched[RawLook] = Watched(lambda: look_at_raw(at.mongo(), clock(), tally), self._told)
        self._warehouse: Watched[WarehouseLook] = Watched(lambda: look_at_warehouse(at.postgres()), self._told)
        self._dagster: Watched[DagsterLook] = Watched(lambda: look_at_dagster(at.dagster()), self._told)
        self._search: Watched[SearchLook] = Watched(
            lambda: look_at_search(at.elasticsearch(), settings.search_prefix), self._told
        )
        self._archive: Watched[ArchiveHead | None] = Watched(
            lambda: metadata_if_sound(archive_of(settings)), self._told
        )
        self._one_at_a_time = threading.Lock()
        self._kept: tuple[float, Observation] | None = None

    def observe(self) -> Observation:
        """What the stores hold, at most ten seconds ago; within six seconds, whatever hangs. Raises nothing."""
        with self._one_at_a_time:
            if self._kept is None or time.monotonic() - self._kept[0] >= self._kept_s:
                seen = self._look()
                self._kept = time.monotonic(), seen
            return self._kept[1]

    @property
    def kept(self) -> Observation | None:
        """What was seen last, however long ago; None before the first look."""
        return self._kept[1] if self._kept else None

    def _look(self) -> Observation:
        for store in (self._raw, self._warehouse, self._dagster, self._search, self._archive):
            store.begin()
        deadline = time.monotonic() + self._deadline_s
        raw, raw_s = self._raw.seen(deadline)
        warehouse, warehouse_s = self._warehouse.seen(deadline)
        dagster, dagster_s = self._dagster.seen(deadline)
        search, search_s = self._search.seen(deadline)
        took = {"mongo": raw_s, "postgres": warehouse_s, "dagster": dagster_s, "elasticsearch": search_s}
        head, _ = self._archive.seen(deadline)
        archive_head = head if isinstance(head, ArchiveHead) else None
        return Observation(self._clock(), raw, warehouse, dagster, search, took, archive_head)

    def _told(self, error: Exception) -> str:
        return without_secrets(self._settings, str(error)) or type(error).__name__
