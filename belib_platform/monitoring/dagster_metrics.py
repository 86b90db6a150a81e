"""What Dagster's storage holds as Prometheus metrics: checks, runs, the daemon, the event log."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from statistics import median

from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from belib_platform.dagster_internals.observation import DagsterObservation, Run

STATES = ("passed", "warned", "failed")
ENDS = ("success", "failure", "canceled")
DAY = timedelta(days=1)


def dagster_metrics(dagster: DagsterObservation, now: datetime) -> Iterator[Metric]:
    """All of them."""
    yield _checks(dagster)
    yield from _last_runs(dagster.ended)
    last_day = [run for run in dagster.ended if run.ended_at > now - DAY]
    yield _durations(last_day)
    yield _ended(last_day)
    yield by_label("belib_runs_unfinished", "Runs that wait or go on.", "status", dagster.unfinished)
    heartbeats = {daemon: at.timestamp() for daemon, at in dagster.heartbeats.items()}
    text = "When a part of Dagster's daemon last reported that it runs."
    yield by_label("belib_daemon_heartbeat_timestamp_seconds", text, "daemon", heartbeats)
    text = "Size of Dagster's event log with its indices."
    yield GaugeMetricFamily("belib_event_log_bytes", text, dagster.event_log_bytes)
    text = "Rows of Dagster's event log, as the server estimates."
    yield GaugeMetricFamily("belib_event_log_rows", text, dagster.event_log_rows)


def by_label(name: str, text: str, label: str, values: Mapping[str, float]) -> Metric:
    """A gauge with one label, by its values."""
    family = GaugeMetricFamily(name, text, labels=[label])
    for key, value in sorted(values.items()):
        family.add_metric([key], value)
    return family


def _checks(dagster: DagsterObservation) -> Metric:
    family = GaugeMetricFamily(
        "belib_check_state",
        "1 for the state that the newest evaluation of a check found: passed, warned or failed.",
        labels=["asset", "check", "blocking", "state"],
    )
    for check in dagster.checks:
        for state in STATES:
            labels = [check.asset, check.name, str(check.is_blocking).lower(), state]
            family.add_metric(labels, float(check.state == state))
    return family


def _last_runs(ended: Sequence[Run]) -> Iterator[Metric]:
    durations = {run.job: run.duration_s for run in ended if run.duration_s is not None}
    text = "How long the newest run of a job that started and ended took."
    yield by_label("belib_job_last_run_duration_seconds", text, "job", durations)
    last = {run.job: run for run in ended}
    text = "When a job's newest run of the last two days ended."
    ends = {job: run.ended_at.timestamp() for job, run in last.items()}
    yield by_label("belib_job_last_run_end_timestamp_seconds", text, "job", ends)
    text = "Whether a job's newest ended run succeeded."
    succeeded = {job: float(run.status == "success") for job, run in last.items()}
    yield by_label("belib_job_last_run_succeeded", text, "job", succeeded)


def _durations(last_day: Sequence[Run]) -> Metric:
    durations: dict[str, list[float]] = defaultdict(list)
    for run in last_day:
        if run.duration_s is not None:
            durations[run.job].append(run.duration_s)
    family = GaugeMetricFamily(
        "belib_job_run_duration_last_day_seconds",
        "How long the runs of a job that ended within the last 24 hours took: minimum, median, 95th percentile, "
        "maximum.",
        labels=["job", "stat"],
    )
    for job, values in sorted(durations.items()):
        for stat, value in summary(values).items():
            family.add_metric([job, stat], value)
    return family


def summary(values: Sequence[float]) -> dict[str, float]:
    """Minimum, median, 95th percentile (a value that occurs) and maximum of at least one value."""
    ordered = sorted(values)
    p95 = ordered[-(-len(ordered) * 95 // 100) - 1]
    return {"min": ordered[0], "median": median(ordered), "p95": p95, "max": ordered[-1]}


def _ended(last_day: Sequence[Run]) -> Metric:
    family = GaugeMetricFamily(
        "belib_runs_last_day", "Runs that ended within the last 24 hours.", labels=["job", "status"]
    )
    counts = Counter((run.job, run.status) for run in last_day)
    for job in sorted({run.job for run in last_day}):
        for status in ENDS:
            family.add_metric([job, status], counts[job, status])
    return family
