"""A station's hours without gaps: hours of days without rows are there, and nothing is known of them."""

from collections.abc import Iterable, Iterator
from datetime import date

import polars as pl

HOUR = ["hour_at", "station_id"]


def without_gaps(hours: pl.LazyFrame, last: date) -> pl.LazyFrame:
    """All UTC hours of each station, from its first day in `hours` to the end of the UTC day `last`.

    `hours` has hour_at, station_id, arrondissement, point_count and numbers. An hour that it does not have is wholly
    undetermined_s; its other numbers are 0, its weather is null, and the rest is that of the hour before.
    """
    begun = hours.group_by("station_id").agg(pl.col("hour_at").min().dt.truncate("1d").alias("begins_at"))
    end = pl.lit(last).cast(pl.Datetime("ms", "UTC")) + pl.duration(hours=23)
    every = begun.with_columns(pl.datetime_ranges("begins_at", end, interval="1h").alias("hour_at")).drop("begins_at")
    kept = ["arrondissement", "point_count"]
    numbers = [name for name in hours.collect_schema() if name not in (*HOUR, *kept, "precipitation_mmh")]
    return (
        every.explode("hour_at")
        .join(hours, on=HOUR, how="left")
        .sort("station_id", "hour_at")
        .with_columns(
            pl.col("undetermined_s").fill_null(3600),
            pl.col(name for name in numbers if name != "undetermined_s").fill_null(0),
            *(pl.col(name).forward_fill().over("station_id") for name in kept),
        )
    )


def whole_stations(batches: Iterable[pl.DataFrame], at_least: int, key: str) -> Iterator[pl.DataFrame]:
    """The same rows, sorted by the stations' key, in frames of at least so many, none of which divides a station."""
    held: list[pl.DataFrame] = []
    for batch in batches:
        held.append(batch)
        if sum(frame.height for frame in held) >= at_least:
            rows = pl.concat(held)
            is_whole = pl.col(key) != rows[key][-1]
            whole, rest = rows.filter(is_whole), rows.filter(~is_whole)
            held = [rest]
            if whole.height:
                yield whole
    if held:
        yield pl.concat(held)
