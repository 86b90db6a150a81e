"""An observation in which every metric has a value."""

from datetime import UTC, datetime, timedelta

from belib_platform.dagster_internals.observation import Check, DagsterObservation, Run
from belib_platform.monitoring.alerts.problem import Problem
from belib_platform.monitoring.alerts.state import new_state, write_cursor
from belib_platform.monitoring.observation import (
    ArchiveObservation,
    ElasticsearchObservation,
    Freshness,
    MongoObservation,
    Observation,
    PostgresObservation,
    Table,
)

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
GAP_LIMIT = timedelta(minutes=15)

OPEN = Problem(key="check/poll/feed_is_fresh", title="t", sentence="s", since=NOW, path="/")

FULL = Observation(
    at=NOW,
    mongo=MongoObservation(
        freshness=Freshness({"belib": NOW - timedelta(minutes=1)}, feeds={"belib": NOW - timedelta(minutes=1)}),
        polls_last_day={("belib", "sound"): 288},
        polls_total={("belib", "sound"): 1000, ("belib", "asking"): 1},
        tables=[Table("raw", "raw_belib", 1000, bytes=12_000_000)],
    ),
    postgres=PostgresObservation(
        [Table("clean", "poll", 10, 2, 8192), Table("clean", "write_lock", None, bytes=8192)], {("poll", "a_rule"): 2}
    ),
    dagster=DagsterObservation(
        checks=[Check("poll", "feed_is_fresh", "warned", False)],
        ended=[
            Run("export", "failure", NOW - timedelta(hours=30), 3.0),
            Run("export", "success", NOW - timedelta(hours=2), 1.0),
            Run("export", "canceled", NOW - timedelta(hours=1), None),
        ],
        unfinished={"queued": 1},
        heartbeats={"sensor": NOW},
        event_log_bytes=10,
        event_log_rows=1,
        cursors={"alert_sensor": write_cursor(new_state(NOW).model_copy(update={"open": {OPEN.key: OPEN}}))},
    ),
    elasticsearch=ElasticsearchObservation([Table("search", "belib_availability", 5)]),
    archive=ArchiveObservation(3, 1_500_000),
)
