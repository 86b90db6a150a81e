"""An observation in which every metric has a value."""

from datetime import UTC, datetime, timedelta

from belib_platform.monitoring.metrics.observation import (
    Check,
    DagsterLook,
    Observation,
    RawLook,
    Run,
    SearchLook,
    Table,
    WarehouseLook,
)

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
GAP_LIMIT = timedelta(minutes=15)

FULL = Observation(
    at=NOW,
    raw=RawLook(
        newest_sound_at={"belib": NOW - timedelta(minutes=1)},
        last_day={("belib", "sound"): 288},
        counted={("belib", "sound"): 1000, ("belib", "asking"): 1},
        tables=[Table("raw", "raw_belib", 1000)],
    ),
    warehouse=WarehouseLook([Table("clean", "poll", 10, 2)], {("poll", "a_rule"): 2}),
    dagster=DagsterLook(
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
        alerts_open={"check": 1},
    ),
    search=SearchLook([Table("search", "belib_availability", 5)]),
)
