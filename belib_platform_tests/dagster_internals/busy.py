"""Runs that leave every kind of event, and what can be asked of them afterwards."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import dagster as dg
import psycopg
from dagster._core.definitions.asset_checks.asset_check_spec import AssetCheckKey

DAYS = dg.DailyPartitionsDefinition("2025-01-01", end_offset=1)
WARNING = "a warning that is kept"


@dg.asset(partitions_def=DAYS)
def first_asset(context: dg.AssetExecutionContext) -> dg.MaterializeResult[int]:
    """Says something, warns, and is observed."""
    context.log.info("a line that may go")
    context.log.warning(WARNING)
    context.log_event(dg.AssetObservation("first_asset", metadata={"seen": 1}))
    return dg.MaterializeResult(value=1, metadata={"dagster/row_count": 7}, tags={"kind": "made"})


@dg.asset(partitions_def=DAYS, check_specs=[dg.AssetCheckSpec("is_one", asset="second_asset")])
def second_asset(first_asset: int) -> Iterator[dg.AssetCheckResult | dg.Output[int]]:
    """Loads an input and is checked."""
    yield dg.AssetCheckResult(passed=first_asset == 1)
    yield dg.Output(first_asset + 1)


@dg.asset(deps=[second_asset], partitions_def=DAYS)
def may_fail(context: dg.AssetExecutionContext) -> None:
    """Fail where a tag says so."""
    if context.run.tags.get("fail"):
        raise ValueError("as asked")


defs = dg.Definitions(
    assets=[first_asset, second_asset, may_fail],
    jobs=[dg.define_asset_job("busy", [first_asset, second_asset, may_fail])],
    executor=dg.in_process_executor,
)


def run(instance: dg.DagsterInstance, day: str = "2025-01-02", **tags: str) -> str:
    """Run the job; returns the run's id."""
    job = defs.resolve_job_def("busy")
    return job.execute_in_process(instance=instance, partition_key=day, tags=tags, raise_on_error=False).run_id


def age(url: str, run_id: str, days: float) -> None:
    """Let a run and its events lie so many days back."""
    back = timedelta(days=days)
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE event_logs SET timestamp = timestamp - %s WHERE run_id = %s", [back, run_id])
        seconds = back.total_seconds()
        connection.execute(
            "UPDATE runs SET start_time = start_time - %s, end_time = end_time - %s WHERE run_id = %s",
            [seconds, seconds, run_id],
        )


def types(url: str, run_id: str) -> dict[str, int]:
    """Rows of a run by type; those without one are messages."""
    counts = "SELECT coalesce(dagster_event_type, 'message'), count(*) FROM event_logs WHERE run_id = %s GROUP BY 1"
    with psycopg.connect(url) as connection:
        return dict(connection.execute(counts, [run_id]).fetchall())


def history(instance: dg.DagsterInstance, runs: list[str]) -> dict[str, Any]:
    """All that one can ask of assets, checks and runs through Dagster's own interface."""
    keys = [dg.AssetKey(name) for name in ("first_asset", "second_asset", "may_fail")]
    check = AssetCheckKey(dg.AssetKey("second_asset"), "is_one")
    storage = instance.event_log_storage
    return {
        "materializations": [instance.fetch_materializations(key, limit=1000).records for key in keys],
        "planned": [storage.get_latest_planned_materialization_info(key) for key in keys],
        "observations": [instance.fetch_observations(key, limit=1000).records for key in keys],
        "latest": [instance.get_latest_materialization_event(key) for key in keys],
        "partitions": [instance.get_materialized_partitions(key) for key in keys],
        "tags": storage.get_event_tags_for_asset(keys[0]),
        "checks": storage.get_asset_check_execution_history(check, limit=1000),
        "latest check": storage.get_latest_asset_check_execution_by_key([check]),
        "runs": instance.get_run_records(dg.RunsFilter(run_ids=runs)),
        "statuses": instance.fetch_run_status_changes(dg.DagsterEventType.RUN_SUCCESS, limit=1000).records,
        "failures": instance.fetch_run_status_changes(dg.DagsterEventType.RUN_FAILURE, limit=1000).records,
        "stats": [instance.get_run_stats(run_id) for run_id in runs],
        "steps": [instance.get_run_step_stats(run_id) for run_id in runs],
    }
