"""Pruning Dagster's event log: what goes, what stays, and that nothing one can ask of it changes."""

from pathlib import Path
from typing import Any

import dagster as dg
import psycopg
import pytest
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import EmptyWorkspaceTarget
from dagster_graphql.test.utils import execute_dagster_graphql

from belib_platform.dagster_internals.event_log import EventLogError, Pruned, census, prune
from belib_platform.dagster_internals.noise import FAILED_DAYS, MESSAGE, NOISE, Retention
from belib_platform.dagster_internals.storage import event_log_url, output_remover
from belib_platform_tests.dagster_internals import busy

WEEK = Retention.of_days(7)
ENDLESS = float("inf")


def pruned(instance: dg.DagsterInstance, retention: Retention | None = None, **bounds: Any) -> Pruned:
    """Prune an instance's log."""
    bounds = {"budget_s": ENDLESS, "forget_output": output_remover(instance), **bounds}
    return prune(event_log_url(instance), retention or Retention.of_days(7), **bounds)


def test_noise_is_of_types_that_dagster_has() -> None:
    known = {kind.value for kind in dg.DagsterEventType}
    assert {*NOISE} - {MESSAGE} <= known


def test_no_type_that_history_alerts_or_a_runs_page_read_is_noise() -> None:
    read = {"ASSET_", "PIPELINE_", "RUN_", "STEP_START", "STEP_SUCCESS", "STEP_FAILURE", "STEP_SKIPPED"}
    read |= {"STEP_UP_FOR_RETRY", "STEP_RESTARTED", "RESOURCE_INIT_FAILURE", "HOOK_ERRORED", "ALERT_"}
    assert [kind for kind in NOISE if kind.startswith(tuple(read)) and kind != "ASSET_STORE_OPERATION"] == []


@pytest.mark.slow
def test_all_that_one_can_ask_is_the_same_after_pruning(instance: dg.DagsterInstance, dagster_url: str) -> None:
    old, failed, young = busy.run(instance), busy.run(instance, fail="yes"), busy.run(instance, "2025-01-03")
    busy.age(dagster_url, old, days=8)
    busy.age(dagster_url, failed, days=FAILED_DAYS + 1)
    before = busy.history(instance, [old, failed, young])
    held = {run_id: busy.types(dagster_url, run_id) for run_id in (old, failed, young)}
    done = pruned(instance)
    assert busy.history(instance, [old, failed, young]) == before
    assert busy.types(dagster_url, young) == held[young]
    for run_id in (old, failed):
        left = busy.types(dagster_url, run_id)
        assert set(left) & set(NOISE) == {MESSAGE}
        assert left == {kind: rows for kind, rows in held[run_id].items() if kind not in NOISE} | {MESSAGE: 1}
        assert [entry.user_message for entry in instance.all_logs(run_id) if not entry.is_dagster_event] == [
            busy.WARNING
        ]
    assert set(done.rows) >= {"STEP_OUTPUT", "STEP_INPUT", "LOADED_INPUT", "HANDLED_OUTPUT", "ENGINE_EVENT", MESSAGE}
    assert done.is_complete
    assert pruned(instance).rows == {}


@pytest.mark.slow
@pytest.mark.parametrize(("days", "goes"), [(6.9, False), (7.1, True)])
def test_a_success_keeps_its_noise_for_the_days_of_the_setting(
    instance: dg.DagsterInstance, dagster_url: str, days: float, goes: bool
) -> None:
    busy.age(dagster_url, busy.run(instance), days)
    assert bool(pruned(instance).rows) is goes


@pytest.mark.slow
@pytest.mark.parametrize(("days", "goes"), [(89.9, False), (90.1, True)])
def test_a_failure_keeps_its_noise_for_ninety_days_and_can_be_retried_from_where_it_failed(
    instance: dg.DagsterInstance, dagster_url: str, days: float, goes: bool
) -> None:
    busy.age(dagster_url, busy.run(instance, fail="yes"), days)
    assert bool(pruned(instance).rows) is goes


def test_longer_retention_than_that_holds_for_failures_too() -> None:
    long = Retention.of_days(365)
    assert long.failed_before == long.succeeded_before


def test_a_run_that_has_not_ended_keeps_everything(instance: dg.DagsterInstance, dagster_url: str) -> None:
    busy.age(dagster_url, busy.run(instance), 30)
    running = busy.run(instance)
    busy.age(dagster_url, running, 20)
    with psycopg.connect(dagster_url) as connection:
        connection.execute("UPDATE runs SET status = 'STARTED', end_time = NULL WHERE run_id = %s", [running])
    held = busy.types(dagster_url, running)
    assert pruned(instance).rows
    assert busy.types(dagster_url, running) == held


def test_the_census_says_beforehand_what_goes(instance: dg.DagsterInstance, dagster_url: str) -> None:
    busy.age(dagster_url, busy.run(instance), 8)
    busy.run(instance)
    counted = census(dagster_url, WEEK)
    with psycopg.connect(dagster_url) as connection:
        assert connection.execute("SELECT count(*) FROM event_logs").fetchone() == (sum(c.rows for c in counted),)
    done = pruned(instance, WEEK)
    assert {c.type: c.noise_rows for c in counted if c.noise_rows} == done.rows
    assert {c.type: c.noise_bytes for c in counted if c.noise_rows} == done.bytes


@pytest.mark.slow
def test_batches_bound_a_transaction_and_time_bounds_a_call_and_the_next_goes_on(
    instance: dg.DagsterInstance, dagster_url: str
) -> None:
    for _ in range(3):
        busy.age(dagster_url, busy.run(instance), 8)
    expected = {c.type: c.noise_rows for c in census(dagster_url, WEEK) if c.noise_rows}
    total: dict[str, int] = {}
    calls = 0
    while not (done := pruned(instance, WEEK, budget_s=-1, at_once=2)).is_complete:
        calls += 1
        assert sum(done.rows.values()) <= 2
        total = {kind: total.get(kind, 0) + done.rows.get(kind, 0) for kind in {*total, *done.rows}}
    assert calls >= sum(expected.values()) / 2
    assert total == expected


@pytest.mark.slow
def test_a_death_between_takes_nothing_but_noise_and_the_next_call_does_the_rest(
    instance: dg.DagsterInstance, dagster_url: str
) -> None:
    runs = [busy.run(instance), busy.run(instance)]
    for run_id in runs:
        busy.age(dagster_url, run_id, 8)
    before = busy.history(instance, runs)

    def dies(run_id: str) -> None:
        raise KeyboardInterrupt(run_id)

    held = busy.types(dagster_url, runs[0])
    with pytest.raises(KeyboardInterrupt):
        pruned(instance, forget_output=dies, at_once=1)
    left = busy.types(dagster_url, runs[0])
    assert left["LOGS_CAPTURED"] == held["LOGS_CAPTURED"] == 1
    assert "RESOURCE_INIT_STARTED" not in left
    assert busy.types(dagster_url, runs[1]) == held
    assert busy.history(instance, runs) == before
    assert pruned(instance).is_complete
    assert all(set(busy.types(dagster_url, run_id)) & set(NOISE) == {MESSAGE} for run_id in runs)
    assert busy.history(instance, runs) == before


@pytest.mark.slow
def test_what_an_old_run_printed_goes_with_it(instance: dg.DagsterInstance, dagster_url: str, tmp_path: Path) -> None:
    old, young = busy.run(instance), busy.run(instance)
    busy.age(dagster_url, old, 8)
    printed = tmp_path / "dagster" / "storage"
    assert (printed / old).exists()
    pruned(instance)
    assert not (printed / old).exists()
    assert (printed / young / "compute_logs").exists()


RUN_PAGE = """
query ($run: ID!) {
  runOrError(runId: $run) { __typename ... on Run {
    status stats { ... on RunStatsSnapshot { stepsSucceeded materializations } }
    stepStats { stepKey status startTime endTime }
    assetMaterializations { assetKey { path } } assetChecks { name } hasUnconstrainedRootNodes } }
  logsForRun(runId: $run) { __typename ... on EventConnection { hasMore events { __typename } } }
}
"""


@pytest.mark.slow
def test_the_page_of_a_pruned_run_still_opens(instance: dg.DagsterInstance, dagster_url: str) -> None:
    run_id = busy.run(instance)
    busy.age(dagster_url, run_id, 8)

    def response() -> dict[str, Any]:
        with WorkspaceProcessContext(instance, EmptyWorkspaceTarget()) as process:
            answer = execute_dagster_graphql(process.create_request_context(), RUN_PAGE, variables={"run": run_id})
        assert not answer.errors
        data: dict[str, Any] = answer.data
        return data

    before = response()
    assert pruned(instance).rows
    after = response()
    assert after["runOrError"] == before["runOrError"]
    assert after["runOrError"]["stats"]["stepsSucceeded"] == 3
    assert after["logsForRun"]["__typename"] == "EventConnection"
    assert 0 < len(after["logsForRun"]["events"]) < len(before["logsForRun"]["events"])


def test_a_storage_that_is_not_postgresql_is_refused_by_a_sentence(tmp_path: Path) -> None:
    with (
        dg.DagsterInstance.local_temp(str(tmp_path)) as other,
        pytest.raises(EventLogError, match="not in PostgreSQL"),
    ):
        event_log_url(other)


def test_a_database_without_an_event_log_is_refused_by_a_sentence(postgres_url: str) -> None:
    with pytest.raises(EventLogError, match="no event log"):
        census(postgres_url, WEEK)


def test_errors_show_no_password() -> None:
    with pytest.raises(EventLogError) as refused:
        census("postgresql://belib:canary4711@127.0.0.1:1/dagster", WEEK)
    assert "canary4711" not in str(refused.value)
