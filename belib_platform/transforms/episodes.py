"""Episodes: uninterrupted periods of one status of a charge point, with bounds for their beginning and end.

A change is observed at the next poll, so each end of an episode lies between two polls. It is censored if no poll
observed the charge point within the gap limit.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import polars as pl

from belib_platform.contracts.contract import frame_schema
from belib_platform.contracts.exports import Episode
from belib_platform.transforms.runs import merge_runs

POINT = "charge_point_id"
DAY = timedelta(days=1)


def episodes(runs: pl.LazyFrame, until: datetime) -> pl.LazyFrame:
    """Rows of Episode, given the ChargePointStatus rows of a time range that ends at `until` (a midnight, UTC).

    The result does not depend on how the range is divided into days. An episode at the beginning of the range is
    left-censored unless `runs` contains the rows before it.
    """
    before = {column: pl.col(column).shift().over(POINT) for column in ("status", "last_seen_at", "holds_until")}
    after = {column: pl.col(column).shift(-1).over(POINT) for column in ("status", "first_seen_at")}
    follows = (pl.col("first_seen_at") <= before["holds_until"]).fill_null(value=False)
    is_followed = (after["first_seen_at"] <= pl.col("holds_until")).fill_null(value=False)
    half_gap_later = pl.col("last_seen_at") + (pl.col("holds_until") - pl.col("last_seen_at")) / 2
    counted_until = pl.coalesce("ended_by_at", pl.min_horizontal(half_gap_later, pl.lit(until)))
    longest = pl.col("ended_by_at") - pl.col("began_after_at")
    return (
        merge_runs(runs, over_midnight=True)
        .with_columns(
            pl.when(follows).then(before["last_seen_at"]).alias("began_after_at"),
            pl.when(is_followed).then(after["first_seen_at"]).alias("ended_by_at"),
            pl.when(follows).then(before["status"]).alias("status_before"),
            pl.when(is_followed).then(after["status"]).alias("status_after"),
        )
        .with_columns(
            pl.col("began_after_at").is_null().alias("is_left_censored"),
            pl.col("ended_by_at").is_null().alias("is_right_censored"),
            (pl.col("ended_by_at").is_null() & (pl.col("holds_until") >= until)).alias("is_going_on"),
            _seconds(pl.col("last_seen_at") - pl.col("first_seen_at")).alias("min_duration_s"),
            (-_seconds(-longest)).alias("max_duration_s"),
            # both ends are cut to whole seconds, so that the seconds of adjacent episodes add up
            _seconds(counted_until.dt.truncate("1s") - pl.col("first_seen_at").dt.truncate("1s")).alias("observed_s"),
        )
        .select(pl.col(column).cast(dtype) for column, dtype in frame_schema(Episode).items())
        .sort(Episode.primary_key())
    )


def runs_reaching_into(
    runs: pl.DataFrame, first: date, rows_of: Callable[[date], pl.DataFrame]
) -> tuple[pl.DataFrame, date]:
    """Earlier rows that belong to episodes in `runs`, whose first UTC day is `first`.

    Reads earlier days one by one, with fewer charge points each time, until no status continues from the previous day.
    Returns these rows, and the earliest day on which the episodes depend. A day without rows ends all episodes, since
    the gap limit is shorter than a day.
    """
    found = [runs.clear()]
    earliest = runs.sort("first_seen_at").unique(POINT, keep="first")
    day = first
    while earliest.height:
        day -= DAY
        of_day = rows_of(day).join(earliest, on=POINT, how="semi")
        found.append(of_day)
        reached = earliest.join(of_day, on=POINT, how="semi")
        merged = merge_runs(pl.concat([of_day, reached]).lazy(), over_midnight=True).collect()
        earliest = merged.filter(pl.len().over(POINT) == 1).select(runs.columns)
    return pl.concat(found), day


def _seconds(duration: pl.Expr) -> pl.Expr:
    """Whole seconds, rounded down."""
    return duration.dt.total_milliseconds().floordiv(1000)
