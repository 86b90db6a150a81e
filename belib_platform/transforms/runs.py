"""Runs: consecutive observations of one status of a charge point within the gap limit, merged into one row."""

import polars as pl


def merge_runs(runs: pl.LazyFrame, *, over_midnight: bool = False) -> pl.LazyFrame:
    """Merge adjacent runs of one status, per charge point and UTC day, or across midnight, too.

    An observation is a run of length one, and merging is associative. So responses can be merged one by one, in chunks
    or all at once, as long as each merge gets adjacent runs. Columns are those of ChargePointStatus, and rows may be in
    any order; the result is sorted by charge point and time.
    """
    starts = (
        _changed(pl.col("charge_point_id"))
        | _changed(pl.col("status"))
        | (_changed(pl.col("first_seen_at").dt.date()) & (not over_midnight))
        | (pl.col("first_seen_at") > pl.col("holds_until").shift())
    )
    return (
        runs.sort("charge_point_id", "first_seen_at", "last_seen_at")
        .group_by(starts.fill_null(value=True).cum_sum().alias("run"), maintain_order=True)
        .agg(
            pl.col("first_seen_at", "charge_point_id").first(),
            pl.col("last_seen_at", "holds_until").last(),
            pl.col("status").first(),
            pl.col("poll_count").sum(),
            pl.col("source_updated_at").last(),
        )
        .drop("run")
    )


def _changed(value: pl.Expr) -> pl.Expr:
    return value != value.shift()
