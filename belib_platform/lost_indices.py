"""The sensor that has lost indices filled: after a start of `belib up`, and when a search server lost them."""

from datetime import UTC, datetime, timedelta

import dagster as dg
from dagster import DagsterRunStatus, RunsFilter

from belib_platform import jobs
from belib_platform.assets.partitions import today
from belib_platform.resources.elasticsearch import ElasticsearchResource
from belib_platform.resources.postgres import PostgresResource
from belib_platform.search.errors import SearchError
from belib_platform.search.lost import lost_indices
from belib_platform.stale_runs import UNFINISHED

AGAIN_AFTER = timedelta(minutes=5)
"""A run that failed is not asked for again before; the next poll loads the indices, too."""


@dg.sensor(
    job_name=jobs.fill_search.name,  # by name: with the job itself Dagster warns of its own use of a beta parameter
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Fills the indices when the search layer holds nothing of them, as after a start of `belib up`.",
)
def lost_index_sensor(
    context: dg.SensorEvaluationContext, elasticsearch: ElasticsearchResource, postgres: PostgresResource
) -> dg.RunRequest | dg.SkipReason:
    """One run when an index is lost, unless one is unfinished or has just failed."""
    try:
        lost = lost_indices(elasticsearch.search(), postgres.warehouse())
    except SearchError as error:
        return dg.SkipReason(str(error))
    if not lost:
        return dg.SkipReason("No index is lost.")
    last = context.instance.get_run_records(RunsFilter(job_name=jobs.fill_search.name), limit=1)
    for run in last:
        if run.dagster_run.status in UNFINISHED:
            return dg.SkipReason(f"Run {run.dagster_run.run_id} fills them.")
        is_recent = datetime.now(UTC) - run.create_timestamp.astimezone(UTC) < AGAIN_AFTER
        if run.dagster_run.status is DagsterRunStatus.FAILURE and is_recent:
            return dg.SkipReason(f"Run {run.dagster_run.run_id} failed less than five minutes ago.")
    return dg.RunRequest(partition_key=today().isoformat())
