"""The metrics by themselves: names, numbers, and that the example rules ask for nothing that is not there."""

import re

from hypothesis import given
from hypothesis import strategies as st

from belib_platform.local.ports import METRICS_PORT
from belib_platform.monitoring.dagster_metrics import summary
from belib_platform.monitoring.metrics import metrics
from belib_platform_tests.deployment.compose import DOCKER, written
from belib_platform_tests.monitoring.sample import FULL, GAP_LIMIT
from belib_platform_tests.monitoring.served import Values, labelled, values

METRIC = re.compile(r"\bbelib_\w+")


def samples() -> Values:
    return values(list(metrics(FULL, GAP_LIMIT)))


def test_a_jobs_last_run_and_those_of_the_last_day() -> None:
    seen = samples()
    assert seen[labelled("belib_job_last_run_succeeded", job="export")] == 0
    assert seen[labelled("belib_job_last_run_duration_seconds", job="export")] == 1
    assert seen[labelled("belib_job_run_duration_last_day_seconds", job="export", stat="max")] == 1
    ends = {
        status: seen[labelled("belib_runs_last_day", job="export", status=status)] for status in ("success", "failure")
    }
    assert ends == {"success": 1, "failure": 0}


def test_only_tables_whose_rows_are_noted_report_rows() -> None:
    seen = samples()
    assert seen[labelled("belib_rows", layer="clean", table="poll")] == 10
    assert labelled("belib_rows", layer="clean", table="write_lock") not in seen


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=60))
def test_at_least_95_of_100_runs_took_no_longer_than_the_95th(durations: list[float]) -> None:
    said = summary(durations)
    assert said["min"] <= said["median"] <= said["max"]
    assert said["p95"] in durations
    assert sum(duration <= said["p95"] for duration in durations) >= 0.95 * len(durations)
    assert sum(duration < said["p95"] for duration in durations) < 0.95 * len(durations)


def test_the_example_rules_ask_for_metrics_that_there_are() -> None:
    rules = [rule for group in written("prometheus-alerts.yml")["groups"] for rule in group["rules"]]
    names = {name for name, _ in samples()}
    assert rules
    for rule in rules:
        assert set(METRIC.findall(rule["expr"])) <= names, rule["alert"]
        assert rule["annotations"]["summary"]
        assert rule["labels"]["severity"] in {"critical", "warning"}


def test_the_example_scrapes_where_metrics_are_served() -> None:
    config = written("prometheus.yml")
    assert config["rule_files"] == ["prometheus-alerts.yml"]
    (target,) = (
        target for job in config["scrape_configs"] for own in job["static_configs"] for target in own["targets"]
    )
    assert target == f"127.0.0.1:{METRICS_PORT}"
    variables = (DOCKER / ".env.example").read_text(encoding="utf-8")
    assert f"METRICS_PORT={METRICS_PORT}\n" in variables
