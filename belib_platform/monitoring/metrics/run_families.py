"""What Dagster remembers as Prometheus metrics: checks, runs, the daemon, its event log, alerts."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from statistics import median

from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from belib_platform.monitoring.metrics.observation import DagsterLook, Run

STATES = ("passed", "warned", "failed")
ENDS = ("success", "failure", "canceled")
DAY = timedelta(days=1)


def dagster_families(dagster: DagsterLook, now: datetime) -> Iterator[Metric]:
    """All of them."""
    yield _checks(dagster)
    yield from _last_runs(dagster.ended)
    lately = [run for run in dagster.ended if run.ended_at > now - DAY]
    yield _durations(lately)
    yield _ended(lately)
    yield _by("belib_runs_unfinished", "Runs that wait or go on.", "status", dagster.unfinished)
    beats = {daemon: at.timestamp() for daemon, at in dagster.heartbeats.items()}
    text = "When a part of Dagster's daemon last said that it lives."
    yield _by("belib_daemon_heartbeat_timestamp_seconds", text, "daemon", beats)
    yield GaugeMetricFamily(
        "belib_event_log_bytes", "Size of Dagster's event log, indices too.", dagster.event_log_bytes
    )
    text = "Rows of Dagster's event log, as the server estimates."
    yield GaugeMetricFamily("belib_event_log_rows", text, dagster.event_log_rows)
    if dagster.alerts_open is not None:
        yield _by("belib_alerts_open", "Alerts that are open.", "kind", dagster.alerts_open)


def _by(name: str, text: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=[label])
    for key, value in sorted(values.items()):
        family.add_metric([key], value)
    return family


def _checks(dagster: DagsterLook) -> Metric:
    family = GaugeMetricFamily(
        "belib_check_state",
        "1 for the state that a check's newest evaluation found: passed, warned or failed.",
        labels=["asset", "check", "blocking", "state"],
    )
    for check in dagster.checks:
        for state in STATES:
            labels = [check.asset, check.name, str(check.is_blocking).lower(), state]
            family.add_metric(labels, float(check.state == state))
    return family


def _last_runs(ended: Sequence[Run]) -> Iterator[Metric]:
    took = GaugeMetricFamily(
        "belib_job_last_run_duration_seconds",
        "How long the newest run of a job that started and ended took.",
        labels=["job"],
    )
    at = GaugeMetricFamily(
        "belib_job_last_run_end_timestamp_seconds",
        "When a job's newest run of the last two days ended.",
        labels=["job"],
    )
    succeeded = GaugeMetricFamily(
        "belib_job_last_run_succeeded", "Whether a job's newest ended run succeeded.", labels=["job"]
    )
    for job, duration in sorted({run.job: run.duration_s for run in ended if run.duration_s is not None}.items()):
        took.add_metric([job], duration)
    for job, run in sorted({run.job: run for run in ended}.items()):
        at.add_metric([job], run.ended_at.timestamp())
        succeeded.add_metric([job], float(run.status == "success"))
    yield from (took, at, succeeded)


def _durations(lately: Sequence[Run]) -> Metric:
    durations: dict[str, list[float]] = defaultdict(list)
    for run in lately:
        if run.duration_s is not None:
            durations[run.job].append(run.duration_s)
    family = GaugeMetricFamily(
        "belib_job_run_duration_last_day_seconds",
        "How long the runs of a job that ended within the last 24 hours took: least, median, 95 % of them, most.",
        labels=["job", "stat"],
    )
    for job, taken in sorted(durations.items()):
        for stat, value in summary(taken).items():
            family.add_metric([job, stat], value)
    return family


def summary(values: Sequence[float]) -> dict[str, float]:
    """Least, median, the smallest that at least 95 % do not exceed, and most; of at least one value."""
    ordered = sorted(values)
    p95 = ordered[-(-len(ordered) * 95 // 100) - 1]
    return {"min": ordered[0], "median": median(ordered), "p95": p95, "max": ordered[-1]}


def _ended(lately: Sequence[Run]) -> Metric:
    family = GaugeMetricFamily(
        "belib_runs_last_day", "Runs that ended within the last 24 hours.", labels=["job", "status"]
    )
    counts = Counter((run.job, run.status) for run in lately)
    for job in sorted({run.job for run in lately}):
        for status in ENDS:
            family.add_metric([job, status], counts[job, status])
    return family
