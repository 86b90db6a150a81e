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

FULL_REFRESH_TAG = "belib/full_refresh"
"""A run with this tag makes its partitions from all of their inputs, also those that are up to date."""

FORMER_FULL_REFRESH_TAG = "belib/anew"
"""The tag's name until 0.1; it goes with 0.2."""

RANGE_TAGS = ("dagster/asset_partition_range_start", "dagster/asset_partition_range_end")
"""Tags by which a run is about a range of days, both included."""


def days_of(context: dg.AssetExecutionContext) -> list[date]:
    """The UTC days a run is about, one or a range."""
    partition = context.partition_time_window
    first = partition.start.date()
    return [first + timedelta(days=n) for n in range((partition.end.date() - first).days)]


def is_full_refresh(context: dg.AssetExecutionContext) -> bool:
    """Whether the run makes its partitions from all of their inputs."""
    return "true" in (context.run.tags.get(tag) for tag in (FULL_REFRESH_TAG, FORMER_FULL_REFRESH_TAG))


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
