"""An observation as Prometheus metrics: base units, and a help text that says what each number is."""

import platform
from collections.abc import Iterator
from datetime import timedelta
from importlib.metadata import version

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric

from belib_platform.monitoring.metrics.health import polling_is_meant, problems
from belib_platform.monitoring.metrics.observation import NoAnswer, Observation, Outcomes, RawLook, WarehouseLook
from belib_platform.monitoring.metrics.run_families import dagster_families

OUTCOMES = ("sound", "refused", "failed", "not_asked")
"""Told of every source, also where there is none."""


def families(seen: Observation, gap_limit: timedelta) -> Iterator[Metric]:
    """All metrics; those of a store that does not answer are absent, but that it does not."""
    yield InfoMetricFamily(
        "belib_build",
        "The platform's version and Python's.",
        {"version": version("belib-platform"), "python_version": platform.python_version()},
    )
    yield _gauge("belib_healthy", "Whether /health says well.", float(not problems(seen, gap_limit)))
    yield _gauge("belib_observation_timestamp_seconds", "When the stores were looked at.", seen.at.timestamp())
    yield from _stores(seen)
    if isinstance(seen.raw, RawLook):
        yield from _polls(seen.raw, seen)
    yield from _tables(seen)
    if isinstance(seen.warehouse, WarehouseLook):
        yield _rejected_last_day(seen.warehouse)
    if not isinstance(seen.dagster, NoAnswer):
        yield from dagster_families(seen.dagster, seen.at)


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value)


def _stores(seen: Observation) -> Iterator[Metric]:
    up = GaugeMetricFamily("belib_store_up", "Whether the store answered in time.", labels=["store"])
    took = GaugeMetricFamily(
        "belib_store_look_duration_seconds", "How long the newest look at the store took.", labels=["store"]
    )
    for store, look in seen.stores.items():
        up.add_metric([store], float(not isinstance(look, NoAnswer)))
        took.add_metric([store], seen.look_s.get(store, 0.0))
    yield up
    yield took


def _polls(raw: RawLook, seen: Observation) -> Iterator[Metric]:
    if raw.counted is not None:
        counted = CounterMetricFamily(
            "belib_polls", "Attempts to ask a source, since the first in the ledger.", labels=["source", "outcome"]
        )
        for source, outcome in _combinations(raw.counted):
            counted.add_metric([source, outcome], raw.counted.get((source, outcome), 0))
        yield counted
    lately = GaugeMetricFamily(
        "belib_polls_last_day", "Attempts to ask a source within the last 24 hours.", labels=["source", "outcome"]
    )
    for source, outcome in _combinations(raw.last_day):
        lately.add_metric([source, outcome], raw.last_day.get((source, outcome), 0))
    yield lately
    yield from _newest(raw, seen)
    text = "Whether polls are meant to be made: their schedule is not stopped."
    yield _gauge("belib_polling_enabled", text, float(polling_is_meant(seen)))


def _combinations(polls: Outcomes) -> list[tuple[str, str]]:
    return sorted({*polls, *((source, outcome) for source, _ in polls for outcome in OUTCOMES)})


def _newest(raw: RawLook, seen: Observation) -> Iterator[Metric]:
    at = GaugeMetricFamily(
        "belib_newest_sound_poll_timestamp_seconds", "When the newest sound poll was made.", labels=["source"]
    )
    age = GaugeMetricFamily(
        "belib_newest_sound_poll_age_seconds", "How long before the look the newest sound poll was.", labels=["source"]
    )
    for source, newest in sorted(raw.newest_sound_at.items()):
        at.add_metric([source], newest.timestamp())
        age.add_metric([source], (seen.at - newest).total_seconds())
    yield at
    yield age
    text = "Sources of which the ledger notes an instant from the future."
    yield _gauge("belib_sources_ahead", text, float(len(raw.ahead)))


def _tables(seen: Observation) -> Iterator[Metric]:
    rows = GaugeMetricFamily(
        "belib_rows", "Documents of a collection or index, rows of a table as noted.", labels=["layer", "table"]
    )
    rejected = GaugeMetricFamily(
        "belib_rejected_records", "Rows of rejected_record that the windows of a table note.", labels=["table"]
    )
    for table in seen.tables:
        rows.add_metric([table.layer, table.name], table.row_count)
        if table.layer == "clean":
            rejected.add_metric([table.name], table.rejected_count)
    yield rows
    yield rejected


def _rejected_last_day(warehouse: WarehouseLook) -> Metric:
    rejected = GaugeMetricFamily(
        "belib_rejected_records_last_day",
        "Records of the last 24 hours' responses turned away, by the rule they broke; of the first 100,000 rows.",
        labels=["table", "rule"],
    )
    for (table, rule), count in warehouse.rejected_last_day.items():
        rejected.add_metric([table, rule], count)
    return rejected
