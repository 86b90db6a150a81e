"""The check of `city_daily`."""

from datetime import date, timedelta

import polars as pl

from belib_platform.checks.check import Check
from belib_platform.checks.draft import Draft
from belib_platform.checks.finding import Finding, none_of
from belib_platform.contracts.contract import qualified_name
from belib_platform.contracts.mart import SECONDS, StationAvailabilityHourly
from belib_platform.warehouse.city_daily import refuse_changed_mart
from belib_platform.warehouse.written_days import is_over


def seconds_add_up(city: pl.DataFrame, mart: pl.DataFrame) -> Finding:
    """The seconds of each state by local date, of the city's rows, are those of the mart; `mart` has a row a date."""
    own = city.group_by("local_date").agg(pl.col(SECONDS).cast(pl.Int64).sum())
    both = own.join(mart, on="local_date", how="full", coalesce=True, suffix="_mart").sort("local_date")
    differs = [pl.col(column).ne_missing(pl.col(f"{column}_mart")) for column in SECONDS]
    return none_of(both.filter(pl.any_horizontal(differs)), both.height)


def seconds_in_the_mart(draft: Draft) -> pl.DataFrame:
    """Seconds of each state in the mart, by date of Europe/Paris, of the dates to be written that are over.

    Raises ConcurrentWriteError, upon which a run tries again, when the mart was written since the partitions were made.
    """
    now = draft.inputs.now
    columns = ", ".join(f"sum({column})::bigint AS {column}" for column in SECONDS)
    days = [date.fromisoformat(partition.key) for partition in draft.partitions if partition.frame is not None]
    found = [
        draft.inputs.warehouse.query(
            f"SELECT CAST($1 AS date) AS local_date, {columns} "  # noqa: S608
            f"FROM {qualified_name(StationAvailabilityHourly)} "
            "WHERE hour_at >= CAST($1 AS date)::timestamp AT TIME ZONE 'Europe/Paris' "
            "AND hour_at < CAST($2 AS date)::timestamp AT TIME ZONE 'Europe/Paris' HAVING count(*) > 0",
            day,
            day + timedelta(days=1),
        )
        for day in days
        if is_over(day, now)
    ]
    refuse_changed_mart(draft.inputs.warehouse, draft.partitions, now)
    nothing = pl.DataFrame(schema={"local_date": pl.Date, **dict.fromkeys(SECONDS, pl.Int64)})
    return pl.concat([nothing, *found])


CHECKS = (
    Check(
        "seconds_add_up_to_the_mart",
        "Each column of time adds up to the mart's from midnight to midnight in Paris.",
        lambda draft: seconds_add_up(draft.rows, seconds_in_the_mart(draft)),
        is_blocking=True,
    ),
)
