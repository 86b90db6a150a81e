"""Runs: consecutive observations of one state of a thing within the gap limit, merged into one row."""

from typing import Final, NamedTuple

import polars as pl


class Observed(NamedTuple):
    """What is observed: the column that names each thing, and the columns that together are its state."""

    key: str
    state: tuple[str, ...]


CHARGE_POINTS: Final = Observed("charge_point_id", ("status",))

BIKE_STATIONS: Final = Observed(
    "station_code",
    (
        "mechanical",
        "ebike",
        "docks",
        "unavailable_dock_count",
        "is_installed",
        "is_renting",
        "is_returning",
        "is_reporting",
    ),
)


def merge_runs(runs: pl.LazyFrame, things: Observed = CHARGE_POINTS, *, over_midnight: bool = False) -> pl.LazyFrame:
    """Merge adjacent runs of one state, per thing and UTC day, or across midnight, too.

    An observation is a run of length one, and merging is associative. So responses can be merged one by one, in chunks
    or all at once, as long as each merge gets adjacent runs. Columns are first_seen_at, last_seen_at, holds_until,
    poll_count, the key, the state, and any others, whose last values are kept. Rows may be in any order; the result is
    sorted by thing and time.
    """
    starts = (
        pl.any_horizontal(_changed(pl.col(name)) for name in (things.key, *things.state))
        | (_changed(pl.col("first_seen_at").dt.date()) & (not over_midnight))
        | (pl.col("first_seen_at") > pl.col("holds_until").shift())
    )
    first = {"first_seen_at", things.key, *things.state}
    merged = [
        pl.col(name).sum() if name == "poll_count" else pl.col(name).first() if name in first else pl.col(name).last()
        for name in runs.collect_schema()
    ]
    return (
        runs.sort(things.key, "first_seen_at", "last_seen_at")
        .group_by(starts.fill_null(value=True).cum_sum().alias("run"), maintain_order=True)
        .agg(merged)
        .drop("run")
    )


def _changed(value: pl.Expr) -> pl.Expr:
    return value.ne_missing(value.shift())
