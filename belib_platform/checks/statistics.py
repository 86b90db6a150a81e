"""Checks of statistics: that they sum all hours of their days, and that outages do not overlap."""

from collections.abc import Sequence
from datetime import timedelta

import polars as pl

from belib_platform.checks.check import Check
from belib_platform.checks.draft import Draft
from belib_platform.checks.finding import Finding, none_of
from belib_platform.contracts.bikes.mart import BikeAvailabilityHourly
from belib_platform.contracts.contract import Contract, qualified_name
from belib_platform.contracts.mart import StationFreeHourly
from belib_platform.warehouse.statistics import refuse_changed_hours
from belib_platform.warehouse.warehouse import between


def seconds_of_all_hours(draft: Draft, hours: type[Contract], columns: Sequence[str]) -> Finding:
    """These seconds of all stations add up to those of the hours of the same days.

    Raises ConcurrentWriteError, upon which a run tries again, when the hours were written since these rows were made.
    """
    period = ["days"] if "days" in draft.rows.columns else []
    sums = (
        draft.rows.group_by(*period, "first_date", "last_date")
        .agg(pl.sum_horizontal(columns).sum().alias("s"))
        .sort("first_date")
    )
    query = draft.inputs.warehouse.query
    sql = (
        f"SELECT coalesce(sum({' + '.join(columns)}), 0)::bigint AS s "  # noqa: S608
        f"FROM {qualified_name(hours)} WHERE {between(hours)}"
    )
    of_hours = [query(sql, row["first_date"], row["last_date"] + timedelta(days=1)).item() for row in sums.to_dicts()]
    refuse_changed_hours(draft.inputs.warehouse, draft.table, draft.partitions, hours)
    compared = sums.with_columns(pl.Series("s_of_hours", of_hours, pl.Int64))
    return none_of(compared.filter(pl.col("s") != pl.col("s_of_hours")), compared.height)


def outages_do_not_overlap(rows: pl.DataFrame) -> Finding:
    """An outage of a charge point is first seen after the one before was last seen."""
    before = pl.col("last_seen_at").shift().over("charge_point_id", order_by="first_seen_at")
    overlapping = rows.filter((pl.col("first_seen_at") <= before).fill_null(value=False))
    return none_of(overlapping, rows.height)


def all_hours_check(sentence: str, hours: type[Contract], columns: Sequence[str]) -> Check:
    """The blocking check that these seconds of all stations add up to those of the hours of the same days."""
    return Check(
        "seconds_are_those_of_all_hours",
        sentence,
        lambda draft: seconds_of_all_hours(draft, hours, columns),
        is_blocking=True,
    )


ALL_HOURS = (
    all_hours_check(
        "The determined seconds of all stations are those of the hours of the same days.",
        StationFreeHourly,
        ("free_s", "none_free_s"),
    ),
)

ALL_BIKE_HOURS = (
    all_hours_check(
        "The open seconds of all stations are those of the hours of the same days.",
        BikeAvailabilityHourly,
        ("open_s",),
    ),
)

NO_OVERLAP = (
    Check(
        "outages_do_not_overlap",
        "No two outages of a charge point overlap.",
        lambda draft: outages_do_not_overlap(draft.rows),
        is_blocking=True,
    ),
)
