"""What an observer saw of the platform at one instant, as plain data: all that metrics, health and people are told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from belib_platform.raw.archive.head import ArchiveHead

POLLED = "belib"
"""The source whose history is kept at every cadence."""

Outcomes = Mapping[tuple[str, str], int]
"""How many polls, by source and outcome."""


@dataclass(frozen=True)
class Table:
    """A collection, table or index: its layer, how many rows it holds, how many records were turned away from it."""

    layer: str
    name: str
    row_count: int
    rejected_count: int = 0


@dataclass(frozen=True)
class RawLook:
    """MongoDB: polls of the last 24 hours, the newest sound one of each source, the latest instant of each that lies in
    the future, and polls since the first (None: not counted, or not to the end yet)."""

    newest_sound_at: Mapping[str, datetime] = field(default_factory=dict)
    ahead: Mapping[str, datetime] = field(default_factory=dict)
    last_day: Outcomes = field(default_factory=dict)
    counted: Outcomes | None = None
    tables: Sequence[Table] = ()


@dataclass(frozen=True)
class WarehouseLook:
    """PostgreSQL: tables by their notes, and records rejected in the last 24 hours by table and rule."""

    tables: Sequence[Table] = ()
    rejected_last_day: Mapping[tuple[str, str], int] = field(default_factory=dict)


@dataclass(frozen=True)
class Check:
    """A check's newest evaluation; a false one of severity WARN is a warning."""

    asset: str
    name: str
    state: Literal["passed", "warned", "failed"]
    is_blocking: bool


@dataclass(frozen=True)
class Run:
    """A run that has ended; `duration_s` is None for one that never started."""

    job: str
    status: str
    ended_at: datetime
    duration_s: float | None


@dataclass(frozen=True)
class DagsterLook:
    """Dagster's storage: checks, runs of the last two days (oldest first), what is unfinished by status, the daemon's
    heartbeats, and open alerts by kind (None: nobody is to be told, so nothing is remembered)."""

    checks: Sequence[Check] = ()
    ended: Sequence[Run] = ()
    unfinished: Mapping[str, int] = field(default_factory=dict)
    heartbeats: Mapping[str, datetime] = field(default_factory=dict)
    event_log_bytes: int = 0
    event_log_rows: int = 0
    alerts_open: Mapping[str, int] | None = None
    polling_is_on: bool = True

    @property
    def newest_heartbeat(self) -> datetime | None:
        """When the daemon last said that it lives."""
        return max(self.heartbeats.values(), default=None)


@dataclass(frozen=True)
class SearchLook:
    """Elasticsearch: how many documents each index holds."""

    tables: Sequence[Table] = ()


@dataclass(frozen=True)
class NoAnswer:
    """A store that could not be looked at, and why, without a secret."""

    why: str


@dataclass(frozen=True)
class Observation:
    """All stores at one instant (UTC), how many seconds the look at each took, and the head of the archive of raw (None
    while nothing is archived, or where its manifest is not at hand or broken)."""

    at: datetime
    raw: RawLook | NoAnswer
    warehouse: WarehouseLook | NoAnswer
    dagster: DagsterLook | NoAnswer
    search: SearchLook | NoAnswer
    look_s: Mapping[str, float] = field(default_factory=dict)
    archive_head: ArchiveHead | None = None

    @property
    def stores(self) -> Mapping[str, "RawLook | WarehouseLook | DagsterLook | SearchLook | NoAnswer"]:
        """What was seen, by the store's name in metrics."""
        return {"mongo": self.raw, "postgres": self.warehouse, "dagster": self.dagster, "elasticsearch": self.search}

    @property
    def tables(self) -> list[Table]:
        """All collections, tables and indices seen, in the order of the layers."""
        looks = (self.raw, self.warehouse, self.search)
        return [table for look in looks if not isinstance(look, NoAnswer) for table in look.tables]
