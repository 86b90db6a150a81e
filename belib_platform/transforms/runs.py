"""Runs: sightings of one status of a charge point, each near enough to the one before, folded into one row."""

import polars as pl


def merge_runs(runs: pl.LazyFrame, *, over_midnight: bool = False) -> pl.LazyFrame:
    """Runs of one status per charge point and UTC day (or over midnight, too), given runs of adjacent stretches.

    A sighting is a run of length one, and merging is associative: responses may be folded one by one, in chunks or
    all at once, as long as each merge sees adjacent stretches. Columns as in ChargePointStatus, in any order of
    rows; the result is sorted by charge point and time.
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
