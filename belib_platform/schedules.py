"""Schedules: when the jobs run, in UTC, off the full hour, when upstream APIs are busiest."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import dagster as dg
from dagster import RunsFilter

from belib_platform import jobs
from belib_platform.assets.partitions import FIRST_DAY
from belib_platform.first_day import covered
from belib_platform.repair.tidy_job import tidy_daily as tidy_job
from belib_platform.resources.mongo import MongoResource
from belib_platform.resources.postgres import PostgresResource
from belib_platform.sensors.stale_runs import UNFINISHED, stale_runs
from belib_platform.settings import load_settings
from belib_platform.warehouse.made_table import DailyTable, StaleDays
from belib_platform.warehouse.registry import daily_tables, stale_statistics
from belib_platform.warehouse.stale_clean import stale_clean_days
from belib_platform.warehouse.unclosed import unclosed_days

MINUTES = load_settings().cadence_s // 60


def _is_asked(network: str) -> bool:
    return network in load_settings().network_names


def _default_status(network: str) -> dg.DefaultScheduleStatus:
    """A schedule of a network that is not asked is stopped."""
    return dg.DefaultScheduleStatus.RUNNING if _is_asked(network) else dg.DefaultScheduleStatus.STOPPED


def five_minutely(network: str, minute: int) -> dg.ScheduleDefinition:
    """The schedule that polls a network at every cadence, from a minute of the hour on; stopped if it is not asked."""
    job = next(job for job in jobs.JOBS if job.name == f"{network}_five_minutely")

    @dg.schedule(
        name=job.name,
        job=job,
        cron_schedule=f"{min(minute, MINUTES - 1)}-59/{MINUTES} * * * *",
        execution_timezone="UTC",
        default_status=_default_status(network),
        description="Every cadence (five minutes), one run at a time.",
    )
    def ask(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        """Ask for a run unless one is queued or started."""
        if not _is_asked(network):
            return dg.SkipReason(f"BELIB_NETWORKS does not name {network}.")
        waiting = context.instance.get_run_ids(RunsFilter(job_name=job.name, statuses=UNFINISHED), limit=1)
        if waiting:
            return dg.SkipReason(f"Run {waiting[0]} of this job is still queued or started; one at a time.")
        return dg.RunRequest(partition_key=_day(context))

    return ask


@dg.schedule(
    job=jobs.weather_hourly,
    cron_schedule="17 * * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="The forecast, at 17 minutes past every hour.",
)
def weather_hourly(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """Today's partition."""
    return dg.RunRequest(partition_key=_day(context))


@dg.schedule(
    job=jobs.static_daily,
    cron_schedule="23 3 * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="The static set, after the operator's nightly batch.",
)
def static_daily(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """Today's partition."""
    return dg.RunRequest(partition_key=_day(context))


@dg.schedule(
    job=jobs.bike_tomorrow_daily,
    cron_schedule="13 17,19 * * *",
    execution_timezone="UTC",
    default_status=_default_status("velib"),
    description="The forecast of bikes for tomorrow, in the evening; the second run makes it if the first could not.",
)
def bike_tomorrow_daily(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """Today's partition, unless bike stations are not asked."""
    if not _is_asked("velib"):
        return dg.SkipReason("BELIB_NETWORKS does not name velib.")
    return dg.RunRequest(partition_key=_day(context))


@dg.schedule(
    job=jobs.close_day_daily,
    cron_schedule="4 0 * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="The day that is over, folded once more from its responses and compared.",
)
def close_day_daily(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """Yesterday's partition, unless nothing was there yesterday."""
    return _yesterday(context)


@dg.schedule(
    job=jobs.close_day_daily,
    cron_schedule="34 * * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Days that are over and were not closed: a store was away at midnight, say, or the run was killed.",
)
def unclosed_day_hourly(
    context: dg.ScheduleEvaluationContext, mongo: MongoResource, postgres: PostgresResource
) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """Each day of the last week that waits to be closed, unless a closing runs."""
    closing = context.instance.get_run_ids(RunsFilter(job_name=jobs.close_day_daily.name, statuses=UNFINISHED), limit=1)
    if closing:
        yield dg.SkipReason(f"Run {closing[0]} of this job is still queued or started; one at a time.")
        return
    today = context.scheduled_execution_time.astimezone(UTC).date()
    unclosed = covered(load_settings(), unclosed_days(mongo.store(), postgres.warehouse(), today))
    waiting = [day for day in unclosed if day >= FIRST_DAY]  # others are partitions from the next hour on
    if not waiting:
        yield dg.SkipReason("Every day of the last week is closed.")
    for day in waiting:
        yield dg.RunRequest(run_key=None, partition_key=day.isoformat())


@dg.schedule(
    job=jobs.rebuild,
    cron_schedule="33 2 * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Days over that got responses, or code, since they were folded, whichever way these came.",
)
def stale_days_daily(
    context: dg.ScheduleEvaluationContext, mongo: MongoResource, postgres: PostgresResource
) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """Each stretch of days whose answers, code or contract are no longer those they were made with."""
    store, before = mongo.store(), context.scheduled_execution_time.astimezone(UTC).date()
    store.note_late_responses()
    stale = stale_clean_days(store, postgres.warehouse(), load_settings().weather_location, before)
    yield from stale_runs(
        context,
        "clean",
        covered(load_settings(), stale),
        "Every day fits the answers it was made from.",
        [*jobs.OF_DAYS, *jobs.SEARCHED],
    )


def stale_table_daily(table: DailyTable, stale_days: StaleDays) -> dg.ScheduleDefinition:
    """The schedule that has the days made again that no longer fit the tables this one is made from."""

    @dg.schedule(
        name=f"stale_{stale_days.key}_daily",
        job=jobs.rebuild,
        cron_schedule=stale_days.cron,
        execution_timezone="UTC",
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=stale_days.description,
    )
    def ask(
        context: dg.ScheduleEvaluationContext, postgres: PostgresResource
    ) -> Iterator[dg.RunRequest | dg.SkipReason]:
        today = context.scheduled_execution_time.astimezone(UTC).date()
        stale = covered(load_settings(), stale_days.find(postgres.warehouse(), today))
        yield from stale_runs(context, stale_days.key, stale, stale_days.up_to_date, [table.name])

    return ask


@dg.schedule(
    job=jobs.rebuild,
    cron_schedule="11 5 * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Statistics of days that were made again since; after the days' own schedules.",
)
def stale_statistics_daily(
    context: dg.ScheduleEvaluationContext, postgres: PostgresResource
) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """One run for all statistics that no longer fit the newest days."""
    stale = stale_statistics(postgres.warehouse())
    days = [context.scheduled_execution_time.astimezone(UTC).date()] if stale else []
    yield from stale_runs(context, "statistics", days, "All statistics fit the newest days.", stale)


@dg.schedule(
    job=jobs.archive_daily,
    cron_schedule="19 0 * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="The day that is over, archived a quarter of an hour after it was closed.",
)
def archive_daily(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """Yesterday's partition, unless nothing was there yesterday."""
    return _yesterday(context)


@dg.schedule(
    job=tidy_job,
    cron_schedule="41 2 * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Noise of Dagster's event log and indices of old months, when little else runs.",
)
def tidy_daily() -> dg.RunRequest:
    """No partition: what is old is old."""
    return dg.RunRequest()


SCHEDULES = [
    five_minutely("belib", minute=2),
    five_minutely("velib", minute=4),
    weather_hourly,
    static_daily,
    bike_tomorrow_daily,
    close_day_daily,
    archive_daily,
    unclosed_day_hourly,
    stale_days_daily,
    *(stale_table_daily(table, table.stale_days) for table in daily_tables() if table.stale_days),
    stale_statistics_daily,
    tidy_daily,
]


def _yesterday(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    day = _day(context, days_ago=1)
    if day < FIRST_DAY.isoformat():
        return dg.SkipReason(f"{day} is before the first day of the data, {FIRST_DAY}.")
    return dg.RunRequest(partition_key=day)


def _day(context: dg.ScheduleEvaluationContext, days_ago: int = 0) -> str:
    tick: datetime = context.scheduled_execution_time.astimezone(UTC)
    return (tick.date() - timedelta(days=days_ago)).isoformat()
