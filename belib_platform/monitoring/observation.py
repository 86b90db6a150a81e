"""What the stores hold at one instant, as plain data. Metrics, /health and `belib status` are derived from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from belib_platform.dagster_internals.observation import DagsterObservation
from belib_platform.raw.archive.head import ArchiveHead
from belib_platform.sources.registry import SOURCES

PollCounts: TypeAlias = Mapping[tuple[str, str], int]
"""Number of polls by source and outcome."""


@dataclass(frozen=True)
class Table:
    """A collection, table or index: its layer, rows, bytes with its indices, and records rejected from it.

    Rows are None for a table of which no rows are noted, bytes where this user may not ask for them.
    """

    layer: str
    name: str
    row_count: int | None
    rejected_count: int = 0
    bytes: int | None = None


@dataclass(frozen=True)
class Freshness:
    """By source: when its newest sound answer was fetched, and the latest instant in the future that raw holds.

    `feeds` are the feeds that are asked; None for one that never sent a sound answer.
    """

    newest_sound_at: Mapping[str, datetime] = field(default_factory=dict)
    ahead: Mapping[str, datetime] = field(default_factory=dict)
    feeds: Mapping[str, datetime | None] = field(default_factory=dict)


@dataclass(frozen=True)
class MongoObservation:
    """MongoDB: freshness, polls of the last 24 hours, and polls since the first (None: not counted to the end yet)."""

    freshness: Freshness = Freshness()
    polls_last_day: PollCounts = field(default_factory=dict)
    polls_total: PollCounts | None = None
    tables: Sequence[Table] = ()


@dataclass(frozen=True)
class PostgresObservation:
    """PostgreSQL: the tables, and records rejected in the last 24 hours by table and rule."""

    tables: Sequence[Table] = ()
    rejected_last_day: Mapping[tuple[str, str], int] = field(default_factory=dict)


@dataclass(frozen=True)
class ElasticsearchObservation:
    """Elasticsearch: the indices."""

    tables: Sequence[Table] = ()


@dataclass(frozen=True)
class ArchiveObservation:
    """The archive: days, bytes of their files, and its head (None while it is empty, or its manifest is broken)."""

    day_count: int = 0
    bytes: int = 0
    head: ArchiveHead | None = None


@dataclass(frozen=True)
class NoAnswer:
    """A store that could not be observed, and why, without a secret."""

    why: str


@dataclass(frozen=True)
class Observation:
    """All stores at one instant (UTC), and how many seconds it took to observe each."""

    at: datetime
    mongo: MongoObservation | NoAnswer
    postgres: PostgresObservation | NoAnswer
    dagster: DagsterObservation | NoAnswer
    elasticsearch: ElasticsearchObservation | NoAnswer
    archive: ArchiveObservation | NoAnswer
    duration_s: Mapping[str, float] = field(default_factory=dict)

    @property
    def no_answers(self) -> Mapping[str, NoAnswer | None]:
        """By the store's name in metrics: why it could not be observed, or None."""
        stores = {
            "mongo": self.mongo,
            "postgres": self.postgres,
            "dagster": self.dagster,
            "elasticsearch": self.elasticsearch,
        }
        return {name: store if isinstance(store, NoAnswer) else None for name, store in stores.items()}

    @property
    def tables(self) -> list[Table]:
        """All collections, tables and indices observed, in the order of the layers."""
        stores = (self.mongo, self.postgres, self.elasticsearch)
        return [table for store in stores if not isinstance(store, NoAnswer) for table in store.tables]

    @property
    def newest_sound_polls(self) -> Mapping[str, datetime | None]:
        """By feed that is asked: when its newest sound answer was fetched; empty where that is not known."""
        return {} if isinstance(self.mongo, NoAnswer) else self.mongo.freshness.feeds

    @property
    def newest_heartbeat(self) -> datetime | None:
        """When Dagster's daemon last reported that it runs; None if it never did, or where it is not known."""
        return None if isinstance(self.dagster, NoAnswer) else self.dagster.newest_heartbeat

    def polling_is_on(self, feed: str) -> bool:
        """Whether nobody stopped the schedule that polls a feed; where that is not known, it is taken to be on."""
        schedule = SOURCES[feed].cadence.job  # schedules have the names of their jobs
        return isinstance(self.dagster, NoAnswer) or schedule not in self.dagster.stopped
