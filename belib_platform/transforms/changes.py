"""Changes of state: where a run of a thing has another state than the thing's run before it."""

import polars as pl

from belib_platform.transforms.runs import Observed


def state_changes(runs: pl.DataFrame, earlier: pl.DataFrame, things: Observed) -> pl.DataFrame:
    """The changes that runs show, one row each, in the order in which they were seen.

    `runs` are new runs, and `earlier` the last run before them of each thing that had one; both have the key, the
    state, first_seen_at and last_seen_at. Columns of the result: thing_id; `before` and `after`, the whole state as
    JSON, `before` null for a thing that was never seen; before_last_seen_at, the last poll that saw the state before
    (UTC), null where that is; after_first_seen_at, the first poll that saw the new one (UTC).
    """
    needed = (things.key, *things.state, "first_seen_at", "last_seen_at")
    is_new, state = pl.lit(value=True).alias("is_new"), pl.struct(things.state)
    rows = pl.concat([earlier.select(*needed, pl.lit(value=False).alias("is_new")), runs.select(*needed, is_new)]).sort(
        things.key, "first_seen_at"
    )
    is_first = pl.col(things.key).ne_missing(pl.col(things.key).shift())
    differs = pl.any_horizontal(pl.col(column).ne_missing(pl.col(column).shift()) for column in things.state)
    told = rows.with_columns(
        is_first=is_first,
        differs=differs,
        before=pl.when(~is_first).then(state.struct.json_encode().shift()),
        after=state.struct.json_encode(),
        before_last_seen_at=pl.when(~is_first).then(pl.col("last_seen_at").shift()),
    ).filter(pl.col("is_new"), pl.col("is_first") | pl.col("differs"))
    return told.select(
        pl.col(things.key).alias("thing_id"),
        "before",
        "after",
        "before_last_seen_at",
        pl.col("first_seen_at").alias("after_first_seen_at"),
    ).sort("after_first_seen_at", "thing_id")
