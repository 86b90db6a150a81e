"""The check of tables by local date: whether they add up to the hours that they are made of."""

from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl

from belib_platform.checks.check import Check
from belib_platform.checks.draft import Draft
from belib_platform.checks.finding import Finding, none_of
from belib_platform.contracts.contract import Contract, qualified_name
from belib_platform.warehouse.local_daily import LocalDaily
from belib_platform.warehouse.written_days import is_over


def sums_add_up(dates: pl.DataFrame, mart: pl.DataFrame, columns: Sequence[str]) -> Finding:
    """These columns add up by local date to those of the mart; `mart` has a row a date."""
    own = dates.group_by("local_date").agg(pl.col(columns).cast(pl.Int64).sum())
    both = own.join(mart, on="local_date", how="full", coalesce=True, suffix="_mart").sort("local_date")
    differs = [pl.col(column).ne_missing(pl.col(f"{column}_mart")) for column in columns]
    return none_of(both.filter(pl.any_horizontal(differs)), both.height)


def sums_in_the_mart(draft: Draft, made: LocalDaily, columns: Sequence[str]) -> pl.DataFrame:
    """Sums of these columns in the mart, by date of Europe/Paris, of the dates to be written that are over.

    Raises ConcurrentWriteError, upon which a run tries again, when the mart was written since the partitions were made.
    """
    now = draft.inputs.now
    days = [date.fromisoformat(partition.key) for partition in draft.partitions if partition.frame is not None]
    sql = _of_date(made.hours, columns)
    found = [draft.inputs.warehouse.query(sql, day, day + timedelta(days=1)) for day in days if is_over(day, now)]
    made.refuse_changed_hours(draft.inputs.warehouse, draft.partitions, now)
    nothing = pl.DataFrame(schema={"local_date": pl.Date, **dict.fromkeys(columns, pl.Int64)})
    return pl.concat([nothing, *found])


def sums_check(name: str, sentence: str, made: LocalDaily, columns: Sequence[str]) -> Check:
    """The blocking check that these columns add up to those of the mart."""
    return Check(
        name,
        sentence,
        lambda draft: sums_add_up(draft.rows, sums_in_the_mart(draft, made, columns), columns),
        is_blocking=True,
    )


def _of_date(hours: type[Contract], columns: Sequence[str]) -> str:
    sums = ", ".join(f"sum({column})::bigint AS {column}" for column in columns)
    return (
        f"SELECT CAST($1 AS date) AS local_date, {sums} FROM {qualified_name(hours)} "  # noqa: S608
        "WHERE hour_at >= CAST($1 AS date)::timestamp AT TIME ZONE 'Europe/Paris' "
        "AND hour_at < CAST($2 AS date)::timestamp AT TIME ZONE 'Europe/Paris' HAVING count(*) > 0"
    )
