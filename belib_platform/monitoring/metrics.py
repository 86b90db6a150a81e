"""An observation as Prometheus metrics: base units, and a help text that says what each number is."""

import platform
from collections.abc import Iterator
from datetime import timedelta
from importlib.metadata import version

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric

from belib_platform.monitoring.alerts.open_counts import open_alerts
from belib_platform.monitoring.dagster_metrics import by_label, dagster_metrics
from belib_platform.monitoring.health import problems
from belib_platform.monitoring.observation import MongoObservation, NoAnswer, Observation, PollCounts

OUTCOMES = ("sound", "refused", "failed", "not_asked")
"""Every source has each of these, with 0 where there is none."""


def metrics(seen: Observation, gap_limit: timedelta) -> Iterator[Metric]:
    """All metrics. A store that is down reports only `belib_store_up 0` and how long it took."""
    yield InfoMetricFamily(
        "belib_build",
        "The platform's version and Python's.",
        {"version": version("belib-platform"), "python_version": platform.python_version()},
    )
    yield _gauge("belib_healthy", "Whether /health reports no problem.", float(not problems(seen, gap_limit)))
    yield _gauge("belib_observation_timestamp_seconds", "When the stores were observed.", seen.at.timestamp())
    up = {store: float(no_answer is None) for store, no_answer in seen.no_answers.items()}
    yield by_label("belib_store_up", "Whether the store answered in time.", "store", up)
    text = "How long the newest observation of the store took."
    yield by_label("belib_store_look_duration_seconds", text, "store", seen.duration_s)
    if not isinstance(seen.mongo, NoAnswer):
        yield from _polls(seen.mongo, seen)
    yield from _tables(seen)
    if not isinstance(seen.postgres, NoAnswer):
        text = "Records of the last 24 hours' responses rejected, by the rule they broke; of the first 100,000 rows."
        yield _gauge_of_pairs(
            "belib_rejected_records_last_day", text, ("table", "rule"), seen.postgres.rejected_last_day
        )
    if not isinstance(seen.dagster, NoAnswer):
        yield from dagster_metrics(seen.dagster, seen.at)
        if (alerts := open_alerts(seen.dagster.cursors)) is not None:
            yield by_label("belib_alerts_open", "Alerts that are open.", "kind", alerts)


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value)


def _gauge_of_pairs(name: str, text: str, labels: tuple[str, str], values: PollCounts) -> Metric:
    family = GaugeMetricFamily(name, text, labels=labels)
    for pair, value in values.items():
        family.add_metric(pair, value)
    return family


def _polls(mongo: MongoObservation, seen: Observation) -> Iterator[Metric]:
    if mongo.polls_total is not None:
        total = CounterMetricFamily(
            "belib_polls", "Attempts to ask a source, since the first in the ledger.", labels=["source", "outcome"]
        )
        for pair, count in _with_zeros(mongo.polls_total).items():
            total.add_metric(pair, count)
        yield total
    text = "Attempts to ask a source within the last 24 hours."
    yield _gauge_of_pairs("belib_polls_last_day", text, ("source", "outcome"), _with_zeros(mongo.polls_last_day))
    newest = mongo.freshness.newest_sound_at
    text = "When the newest sound answer was fetched."
    at = {source: instant.timestamp() for source, instant in newest.items()}
    yield by_label("belib_newest_sound_poll_timestamp_seconds", text, "source", at)
    text = "How long before the observation the newest sound answer was fetched."
    ages = {source: (seen.at - instant).total_seconds() for source, instant in newest.items()}
    yield by_label("belib_newest_sound_poll_age_seconds", text, "source", ages)
    text = "Sources of which the ledger notes an instant in the future."
    yield _gauge("belib_sources_ahead", text, float(len(mongo.freshness.ahead)))
    text = "Whether nobody stopped the schedule of polls of any feed that is asked."
    yield _gauge("belib_polling_enabled", text, float(all(map(seen.polling_is_on, seen.newest_sound_polls))))


def _with_zeros(polls: PollCounts) -> PollCounts:
    pairs = {*polls, *((source, outcome) for source, _ in polls for outcome in OUTCOMES)}
    return {pair: polls.get(pair, 0) for pair in sorted(pairs)}


def _tables(seen: Observation) -> Iterator[Metric]:
    counted = [table for table in seen.tables if table.row_count is not None]
    text = "Documents of a collection or index, rows of a table as noted."
    rows = {(table.layer, table.name): table.row_count or 0 for table in counted}
    yield _gauge_of_pairs("belib_rows", text, ("layer", "table"), rows)
    text = "Rows of rejected_record that the partitions of a table note."
    rejected = {table.name: table.rejected_count for table in counted if table.layer == "clean"}
    yield by_label("belib_rejected_records", text, "table", rejected)
