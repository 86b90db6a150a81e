"""The sensor that has lost indices filled: after a start of `belib up`, and when a search server lost them."""

from datetime import UTC, datetime, timedelta

import dagster as dg
from dagster import DagsterRunStatus, RunsFilter

from belib_platform import jobs
from belib_platform.assets.partitions import today
from belib_platform.resources.elasticsearch import ElasticsearchResource
from belib_platform.resources.postgres import PostgresResource
from belib_platform.search.errors import SearchError
from belib_platform.search.lost_indices import lost_indices
from belib_platform.sensors.stale_runs import UNFINISHED

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
    """One run when an index is lost, unless an unfinished run loads it, or one has just failed to."""
    try:
        lost = lost_indices(elasticsearch.search(), postgres.warehouse())
    except SearchError as error:
        return dg.SkipReason(str(error))
    if not lost:
        return dg.SkipReason("No index is lost.")
    for job in (jobs.fill_search, jobs.belib_five_minutely, jobs.velib_five_minutely):
        loading = context.instance.get_run_ids(RunsFilter(job_name=job.name, statuses=UNFINISHED), limit=1)
        if loading:
            return dg.SkipReason(f"Run {loading[0]} of {job.name} loads them.")
    for last in context.instance.get_run_records(RunsFilter(job_name=jobs.fill_search.name), limit=1):
        is_recent = datetime.now(UTC) - last.create_timestamp.astimezone(UTC) < AGAIN_AFTER
        if last.dagster_run.status is DagsterRunStatus.FAILURE and is_recent:
            return dg.SkipReason(f"Run {last.dagster_run.run_id} failed less than five minutes ago.")
    return dg.RunRequest(partition_key=today().isoformat())
