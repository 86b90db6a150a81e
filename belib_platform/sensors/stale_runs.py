"""Runs for stale days: a month of days at a time and one run after another, so that polls go on beside them."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta

import dagster as dg
from dagster import DagsterRunStatus, RunsFilter

from belib_platform import jobs
from belib_platform.assets.partitions import RANGE_TAGS, ranges

TAG = "belib/stale"
"""On these runs, with what asked for them; the instance's configuration lets one of them run at a time."""

AGAIN_AFTER = timedelta(days=7)
"""A day whose own run failed is asked for again so much later: its failure was told, and a rebuild by hand need not
wait."""

UNFINISHED = [
    DagsterRunStatus.QUEUED,
    DagsterRunStatus.NOT_STARTED,
    DagsterRunStatus.STARTING,
    DagsterRunStatus.STARTED,
    DagsterRunStatus.CANCELING,
]


def stale_runs(
    context: dg.ScheduleEvaluationContext,
    asked_by: str,
    days: Iterable[date],
    well: str,
    assets: list[str] | None = None,
) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """Requests for runs of the job `rebuild`, of some assets or all of it; `well` is said when no day is stale.

    A range whose last run failed is asked for day by day, so that a bad day costs only itself.
    """
    waiting = context.instance.get_run_ids(RunsFilter(tags={TAG: asked_by}, statuses=UNFINISHED), limit=1)
    if waiting:
        yield dg.SkipReason(f"Run {waiting[0]} for stale days is still queued or started.")
        return
    stale = sorted(days)
    asked = [tags for first, last in ranges(stale) for tags in _range_tags(context, asked_by, first, last)]
    if not asked:
        left = f"Stale days that failed less than a week ago: {', '.join(map(str, stale[:5]))}."
        yield dg.SkipReason(left if stale else well)
    selection = [dg.AssetKey(asset) for asset in assets] if assets else None
    for tags in asked:
        yield dg.RunRequest(run_key=None, tags=tags, asset_selection=selection)


def _range_tags(context: dg.ScheduleEvaluationContext, asked_by: str, first: date, last: date) -> list[dict[str, str]]:
    tags = {RANGE_TAGS[0]: first.isoformat(), RANGE_TAGS[1]: last.isoformat(), TAG: asked_by}
    failed_at = _failed_at(context.instance, tags)
    if failed_at is None:
        return [tags]
    if first == last:
        return [tags] if context.scheduled_execution_time - failed_at >= AGAIN_AFTER else []
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [tags for day in days for tags in _range_tags(context, asked_by, day, day)]


def _failed_at(instance: dg.DagsterInstance, tags: dict[str, str]) -> datetime | None:
    """When the last run with these tags began, if it failed."""
    records = instance.get_run_records(RunsFilter(job_name=jobs.rebuild.name, tags=tags), limit=1)
    failed = [r.create_timestamp for r in records if r.dagster_run.status is DagsterRunStatus.FAILURE]
    return failed[0].astimezone(UTC) if failed else None
