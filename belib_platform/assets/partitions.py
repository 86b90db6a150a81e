"""Daily UTC partitions, today included, and the days of a run."""

from datetime import UTC, date, datetime, timedelta

import dagster as dg

from belib_platform.settings import load_settings

DAILY = dg.DailyPartitionsDefinition(start_date=load_settings().first_day.isoformat(), timezone="UTC", end_offset=1)

MONTH_OF_DAYS = dg.BackfillPolicy.multi_run(max_partitions_per_run=30)

ANEW_TAG = "belib/anew"
"""A run with this tag makes its windows anew from their inputs, whatever their notes say."""


def days_of(context: dg.AssetExecutionContext) -> list[date]:
    """The UTC days a run is about, one or a range."""
    window = context.partition_time_window
    first = window.start.date()
    return [first + timedelta(days=n) for n in range((window.end.date() - first).days)]


def is_anew(context: dg.AssetExecutionContext) -> bool:
    """Whether the run was asked to trust no note."""
    return context.run.tags.get(ANEW_TAG) == "true"


def today() -> date:
    """The UTC day it is."""
    return datetime.now(UTC).date()
