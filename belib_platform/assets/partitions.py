"""Daily UTC partitions, today included, and the days of a run."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta

import dagster as dg

from belib_platform.first_day import first_day_of
from belib_platform.settings import load_settings

FIRST_DAY = first_day_of(load_settings())
"""Read once: a process that is to know an earlier one loads the definitions anew."""

DAILY = dg.DailyPartitionsDefinition(start_date=FIRST_DAY.isoformat(), timezone="UTC", end_offset=1)

DAYS_A_RUN = 30

MONTH_OF_DAYS = dg.BackfillPolicy.multi_run(max_partitions_per_run=DAYS_A_RUN)

ANEW_TAG = "belib/anew"
"""A run with this tag makes its windows anew from their inputs, whatever their notes say."""


RANGE_TAGS = ("dagster/asset_partition_range_start", "dagster/asset_partition_range_end")
"""Tags by which a run is about a range of days, both included."""


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


def ranges(days: Iterable[date], at_most: int = DAYS_A_RUN) -> Iterator[tuple[date, date]]:
    """Stretches of adjacent days, oldest first, none longer than `at_most`."""
    first = last = None
    for day in sorted(set(days)):
        if first is None or last is None:
            first = day
        elif day - last > timedelta(days=1) or (day - first).days >= at_most:
            yield first, last
            first = day
        last = day
    if first is not None and last is not None:
        yield first, last
