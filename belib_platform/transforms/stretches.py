"""The rule of time: from when to when a charge point or a bike station had a state, given the polls that observed it.

A run lasts from its first observation until the next run of that day, if this starts not later than `holds_until`;
otherwise until the middle between `last_seen_at` and `holds_until`. The first run of a day starts at midnight if it was
first observed within half a gap limit after midnight. Runs are clipped to the UTC day, and all other time is
unobserved. So a day does not depend on other days, and no gap longer than the gap limit is filled in.
"""

import polars as pl

from belib_platform.transforms.runs import Observed

DAY = pl.duration(days=1)


def stretches(runs: pl.LazyFrame, things: Observed) -> pl.LazyFrame:
    """Half-open intervals `starts_at, ends_at` (UTC, whole seconds) with the key and the state of a thing, given runs.

    Both ends are truncated to whole seconds, so that sums are exact integers without bias.
    """
    key = things.key
    midnight = pl.col("first_seen_at").dt.truncate("1d")
    following = pl.col("first_seen_at").shift(-1).over(key, midnight)
    half_gap = (pl.col("holds_until") - pl.col("last_seen_at")) / 2
    is_first = pl.col("first_seen_at").shift().over(key, midnight).is_null()
    starts_at = (
        pl.when(is_first & (pl.col("first_seen_at") - midnight <= half_gap)).then(midnight).otherwise("first_seen_at")
    )
    ends_at = pl.when(following <= pl.col("holds_until")).then(following).otherwise(pl.col("last_seen_at") + half_gap)
    return (
        runs.sort(key, "first_seen_at")
        .select(
            key,
            *things.state,
            starts_at.dt.truncate("1s").alias("starts_at"),
            pl.min_horizontal(ends_at.dt.truncate("1s"), midnight + DAY).alias("ends_at"),
        )
        .filter(pl.col("ends_at") > pl.col("starts_at"))
    )


def holes(stretched: pl.LazyFrame, things: Observed) -> pl.LazyFrame:
    """Unobserved intervals `starts_at, ends_at` of each thing's UTC days, with its key, given `stretches`."""
    key = things.key
    midnight = pl.col("starts_at").dt.truncate("1d")
    before = stretched.sort(key, "starts_at").select(
        key,
        pl.coalesce(pl.col("ends_at").shift().over(key, midnight), midnight).alias("hole_starts_at"),
        pl.col("starts_at").alias("hole_ends_at"),
    )
    after = stretched.group_by(key, midnight.alias("day")).agg(pl.col("ends_at").max().alias("hole_starts_at"))
    after = after.select(key, "hole_starts_at", (pl.col("day") + DAY).alias("hole_ends_at"))
    return (
        pl.concat([before, after])
        .filter(pl.col("hole_ends_at") > pl.col("hole_starts_at"))
        .rename({"hole_starts_at": "starts_at", "hole_ends_at": "ends_at"})
    )


def by_hour(stretched: pl.LazyFrame) -> pl.LazyFrame:
    """The intervals divided at full UTC hours, with `hour_at`."""
    first = pl.col("starts_at").dt.truncate("1h")
    hours = pl.datetime_ranges(first, pl.col("ends_at"), interval="1h", closed="left").alias("hour_at")
    return (
        stretched.with_columns(hours)
        .explode("hour_at")
        .with_columns(
            pl.max_horizontal("starts_at", "hour_at"),
            pl.min_horizontal("ends_at", pl.col("hour_at") + pl.duration(hours=1)).alias("ends_at"),
        )
    )


def covered_seconds(cut: pl.LazyFrame, keys: list[str]) -> pl.LazyFrame:
    """Seconds covered by at least one interval of each key: `keys` and `covered_s`."""
    reached = pl.col("ends_at").cum_max().shift().over(keys)
    fresh = pl.col("ends_at") - pl.max_horizontal("starts_at", reached)
    return (
        cut.sort("starts_at")
        .with_columns(fresh.dt.total_seconds().clip(0).alias("covered_s"))
        .group_by(keys)
        .agg(pl.col("covered_s").sum())
    )
