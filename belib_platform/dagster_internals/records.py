"""What Dagster knows of checks, runs and ticks, by its own calls that are not public."""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from typing import NamedTuple

import dagster as dg
from dagster import DagsterEventType, DagsterRunStatus, RunsFilter
from dagster._core.definitions.assets.graph.asset_graph import AssetGraph
from dagster._core.scheduler.instigation import InstigatorState, InstigatorStatus, TickStatus
from dagster._core.storage.asset_check_execution_record import (
    COMPLETED_ASSET_CHECK_EXECUTION_RECORD_STATUSES,
    AssetCheckExecutionRecord,
)
from dagster._core.storage.tags import WILL_RETRY_TAG
from dagster._utils.schedules import schedule_execution_time_iterator
from dagster_shared.error import SerializableErrorInfo

from belib_platform.raw.response import AHEAD

RUNS_BACK = 10
"""Ended runs of a job that are read: more than one run has retries."""

TAGGED_WITHIN = timedelta(seconds=10)
"""After a run has failed, Dagster notes whether it will be retried."""


class CheckState(NamedTuple):
    """A check's newest evaluation; `passed` and `at` are None when there is none."""

    asset: str
    name: str
    sentence: str
    is_blocking: bool
    passed: bool | None
    is_warning: bool
    numbers: dict[str, object]
    at: datetime | None


class RunEnd(NamedTuple):
    """The end of a job's newest run that succeeded, or failed for good."""

    job: str
    run_id: str
    failed: bool
    ended_at: datetime


class Ticking(NamedTuple):
    """A schedule or sensor that is on: its newest tick, the error of the newest that ended, and how often it is due."""

    name: str
    kind: str
    interval: timedelta
    last_at: datetime | None
    error: str | None


def check_states(instance: dg.DagsterInstance, graph: AssetGraph) -> Iterator[CheckState]:
    """Every check with its newest evaluation, by asset and name; one that is only planned changes nothing."""
    keys = sorted(graph.asset_check_keys, key=lambda key: (key.asset_key.to_user_string(), key.name))
    newest = instance.event_log_storage.get_latest_asset_check_execution_by_key(keys)
    for key in keys:
        evaluated = _evaluated(instance, key, newest.get(key))
        evaluation = evaluated.evaluation if evaluated else None
        spec = graph.get_check_spec(key)
        yield CheckState(
            key.asset_key.to_user_string(),
            key.name,
            spec.description or "",
            spec.blocking,
            evaluation.passed if evaluation else None,
            evaluation is not None and evaluation.severity is dg.AssetCheckSeverity.WARN,
            {n: v.value for n, v in evaluation.metadata.items() if n != "sample"} if evaluation else {},
            datetime.fromtimestamp(evaluated.event.timestamp, UTC) if evaluated and evaluated.event else None,
        )


def _evaluated(
    instance: dg.DagsterInstance, key: dg.AssetCheckKey, newest: AssetCheckExecutionRecord | None
) -> AssetCheckExecutionRecord | None:
    if newest is None or newest.status in COMPLETED_ASSET_CHECK_EXECUTION_RECORD_STATUSES:
        return newest
    before = instance.event_log_storage.get_asset_check_execution_history(
        key, limit=1, status=COMPLETED_ASSET_CHECK_EXECUTION_RECORD_STATUSES
    )
    return next(iter(before), None)


def last_ends(instance: dg.DagsterInstance, jobs: Collection[str], now: datetime) -> Iterator[RunEnd]:
    """How the newest run of each job ended; failures that are retried and cancelled runs do not count."""
    for job in jobs:
        ended = RunsFilter(job_name=job, statuses=[DagsterRunStatus.SUCCESS, DagsterRunStatus.FAILURE])
        for record in instance.get_run_records(ended, limit=RUNS_BACK):
            run, at = record.dagster_run, datetime.fromtimestamp(record.end_time or 0, UTC)
            failed = run.status is DagsterRunStatus.FAILURE
            if failed and _may_be_retried(instance, run, at, now):
                continue
            yield RunEnd(job, run.run_id, failed, at)
            break


def _may_be_retried(instance: dg.DagsterInstance, run: dg.DagsterRun, ended_at: datetime, now: datetime) -> bool:
    will_retry = run.tags.get(WILL_RETRY_TAG)
    if will_retry is None:
        return instance.run_retries_enabled and now - ended_at < TAGGED_WITHIN
    return will_retry == "true"


def cause_of_failure(instance: dg.DagsterInstance, run_id: str) -> str:
    """The error of a failed run: that of its first failed step, else its own."""
    ends = {DagsterEventType.STEP_FAILURE, DagsterEventType.RUN_FAILURE}
    for record in instance.get_records_for_run(run_id, of_type=ends).records:
        event = record.event_log_entry.dagster_event
        error = getattr(event.event_specific_data, "error", None) if event else None
        if error is not None:
            return cause(error)
        if event and event.message:
            return event.message
    return "It says no more."


def cause(error: SerializableErrorInfo) -> str:
    """The message of the error at the bottom; the platform's own are sentences and need no class name."""
    while error.cause:
        error = error.cause
    message = str(error.message).strip()
    return message.partition(": ")[2] if message.startswith("belib_platform.") else message


def stopped(instance: dg.DagsterInstance) -> set[str]:
    """Names of the schedules and sensors that somebody stopped."""
    states = instance.all_instigator_state()
    on = {state.instigator_name for state in states if state.status is not InstigatorStatus.STOPPED}
    return {state.instigator_name for state in states} - on


def tickings(instance: dg.DagsterInstance, repository: dg.RepositoryDefinition, now: datetime) -> Iterator[Ticking]:
    """Every schedule and sensor of the code location that is on, by name."""
    states, off = instance.all_instigator_state(), stopped(instance)
    for name, (kind, interval) in sorted(_intervals(repository, now).items()):
        if name in off:
            continue
        own = [state for state in states if state.instigator_name == name]
        ticked = [_last_tick(instance, state, now) for state in own]
        last_at, error = max(ticked, key=lambda tick: tick[0] or 0, default=(None, None))
        yield Ticking(name, kind, interval, datetime.fromtimestamp(last_at, UTC) if last_at else None, error)


def _intervals(repository: dg.RepositoryDefinition, now: datetime) -> dict[str, tuple[str, timedelta]]:
    schedules = {
        schedule.name: ("schedule", _longest_pause(schedule, now))
        for schedule in repository.schedule_defs
        if schedule.default_status is dg.DefaultScheduleStatus.RUNNING
    }
    sensors = {
        sensor.name: ("sensor", timedelta(seconds=sensor.minimum_interval_seconds or 30))
        for sensor in repository.sensor_defs
        if sensor.default_status is dg.DefaultSensorStatus.RUNNING
    }
    return schedules | sensors


def _longest_pause(schedule: dg.ScheduleDefinition, now: datetime) -> timedelta:
    due = schedule_execution_time_iterator(now.timestamp(), schedule.cron_schedule, schedule.execution_timezone)
    return max(later - sooner for sooner, later in pairwise(islice(due, 4)))


def _last_tick(instance: dg.DagsterInstance, state: InstigatorState, now: datetime) -> tuple[float | None, str | None]:
    """When it last ticked, and the error if that failed; ticks from the future do not count, a clock was ahead then."""
    known = (now + AHEAD).timestamp()
    ticks = instance.get_ticks(state.instigator_origin_id, state.selector_id, before=known, limit=5)
    ended = next((tick for tick in ticks if tick.status is not TickStatus.STARTED), None)
    evaluated = getattr(state.instigator_data, "last_tick_timestamp", None)
    instants = [evaluated, *(tick.timestamp for tick in ticks)]
    last_at = max((at for at in instants if at and at <= known), default=None)
    failed = ended is not None and ended.status is TickStatus.FAILURE
    return last_at, (cause(ended.error) if ended and ended.error else "It says no more.") if failed else None


def cursor_of(instance: dg.DagsterInstance, sensor: str) -> str | None:
    """The cursor of a sensor."""
    cursors = (
        getattr(state.instigator_data, "cursor", None)
        for state in instance.all_instigator_state()
        if state.instigator_name == sensor
    )
    return next((cursor for cursor in cursors if cursor), None)
