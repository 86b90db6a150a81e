"""The sensor of what did not answer: a source without a fresh answer is asked again before its schedule is due."""

from datetime import UTC, datetime

import dagster as dg
from dagster import RunsFilter

from belib_platform import jobs
from belib_platform.dagster_internals.records import stopped
from belib_platform.raw.due import due, may_be_asked_again, sources_asked
from belib_platform.resources.mongo import MongoResource
from belib_platform.sensors.jobs_of_sources import by_job
from belib_platform.sensors.stale_runs import UNFINISHED
from belib_platform.settings import load_settings
from belib_platform.sources.cadence import FEEDS
from belib_platform.sources.registry import SOURCES

RARELY_ASKED = {name: source.cadence.job for name, source in SOURCES.items() if source.cadence not in FEEDS}
"""The sources whose schedule would leave a failure for an hour or longer, and the job that asks each."""


@dg.sensor(
    jobs=[job for job in jobs.JOBS if job.name in RARELY_ASKED.values()],
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Asks every source but the feeds again when it has no answer younger than its cadence: within five "
    "minutes where none came, within an hour where it was refused.",
)
def unanswered_sensor(context: dg.SensorEvaluationContext, mongo: MongoResource) -> dg.SensorResult:
    """One run for each job whose sources are due, unless one is queued or started, or the job's schedule is stopped.

    What is asked every few minutes is left to its own schedule.
    """
    store, settings, now = mongo.store(), load_settings(), datetime.now(UTC)
    asked = [source for source in sources_asked(settings) if source.name in RARELY_ASKED]
    waiting = [s.name for s in due(asked, store, settings, now) if may_be_asked_again(s, store, settings, now)]
    requests, skipped, off = [], [], stopped(context.instance)
    for job, tags in by_job(waiting).items():
        if job in off:
            skipped.append(f"The schedule {job} is stopped.")
        elif running := context.instance.get_run_ids(RunsFilter(job_name=job, statuses=UNFINISHED), limit=1):
            skipped.append(f"Run {running[0]} of {job} is still queued or started.")
        else:
            requests.append(dg.RunRequest(job_name=job, partition_key=now.date().isoformat(), tags=tags))
    well = "Every source has a fresh answer, or was asked a moment ago."
    return dg.SensorResult(run_requests=requests, skip_reason=None if requests else " ".join(skipped) or well)
