"""The truth of a simulated Paris as tables: its charge points, intervals of each status, and seconds per hour."""

from datetime import datetime

import polars as pl

from belib_platform.contracts.vocabulary import STATUSES
from belib_platform.simulator.paris import Paris
from belib_platform.transforms.availability import COLUMN_OF_STATUS

INSTANT = pl.Datetime("ms", "UTC")


def charge_points(paris: Paris) -> pl.DataFrame:
    """One row per charge point: ids, place (degrees, WGS 84), power (kW), and the data sets that contain it."""
    return pl.DataFrame(
        [
            {
                "charge_point_id": p.charge_point_id,
                "station_id": p.station.station_id,
                "power_kw": float(p.power_kw),
                "arrondissement": p.station.arrondissement.number,
                "address": p.station.address,
                "longitude": p.station.longitude,
                "latitude": p.station.latitude,
                "is_live": p.is_live,
                "is_static": p.is_static,
            }
            for p in paris.city
        ],
        schema_overrides={"arrondissement": pl.Int8},
    )


def true_statuses(paris: Paris, first: datetime, last: datetime) -> pl.DataFrame:
    """Half-open intervals `charge_point_id, status, starts_at, ends_at` (UTC) of live points in [first, last)."""
    end = int(paris.ends_at.timestamp())
    lives = pl.DataFrame(
        {
            "charge_point_id": [p.charge_point_id for p in paris.live],
            "status": [t.statuses for t in paris.timelines],
            "starts_at": [t.starts for t in paris.timelines],
            "ends_at": [[*t.starts[1:], end] for t in paris.timelines],
        }
    )
    stretches = (
        lives.explode("status", "starts_at", "ends_at")
        .filter(pl.col("starts_at") < end)
        .with_columns(pl.min_horizontal("ends_at", pl.lit(end)))
        .with_columns(pl.col("status").cast(pl.Enum(STATUSES)), (pl.col("starts_at", "ends_at") * 1000).cast(INSTANT))
    )
    return stretches.with_columns(
        pl.max_horizontal("starts_at", pl.lit(first, INSTANT)), pl.min_horizontal("ends_at", pl.lit(last, INSTANT))
    ).filter(pl.col("starts_at") < pl.col("ends_at"))


def true_seconds_by_hour(paris: Paris, first: datetime, last: datetime) -> pl.DataFrame:
    """True seconds per status, `station_id`, `power_kw` and `hour_at` (start of the hour, UTC), and `point_count`."""
    hour = pl.duration(hours=1)
    hourly = (
        true_statuses(paris, first, last)
        .with_columns(
            pl.datetime_ranges(pl.col("starts_at").dt.truncate("1h"), pl.col("ends_at"), "1h", closed="left").alias(
                "hour_at"
            )
        )
        .explode("hour_at")
        .with_columns(
            seconds=(
                pl.min_horizontal("ends_at", pl.col("hour_at") + hour) - pl.max_horizontal("starts_at", "hour_at")
            ).dt.total_seconds(),
            column=pl.col("status").cast(pl.String).replace_strict(COLUMN_OF_STATUS),
        )
    )
    return (
        hourly.join(charge_points(paris), on="charge_point_id")
        .group_by("station_id", "power_kw", "hour_at")
        .agg(
            *(
                pl.col("seconds").filter(pl.col("column") == name).sum().alias(name)
                for name in dict.fromkeys(COLUMN_OF_STATUS.values())
            ),
            pl.col("charge_point_id").n_unique().alias("point_count"),
        )
        .sort("station_id", "power_kw", "hour_at")
    )
