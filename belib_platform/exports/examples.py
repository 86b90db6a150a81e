"""Examples in the data card; a test runs them in a folder of exports."""

EXAMPLES = """\
## Examples

Run these in this folder with [polars](https://pola.rs). Outages that certainly lasted longer than a day, and where:

```python
import polars as pl

points = pl.read_parquet("charge_point.parquet")
episodes = pl.read_parquet("episode/*.parquet")

outages = (
    episodes.filter(pl.col("status") == "OUTOFORDER", pl.col("min_duration_s") > 24 * 3600)
    .join(points, on="charge_point_id", how="left")
    .select(
        "charge_point_id", "station_name", "longitude", "latitude", "arrondissement",
        "began_after_at", "first_seen_at", "last_seen_at", "ended_by_at", "is_left_censored", "is_right_censored",
    )
)
```

A gap between polls divides an outage into two episodes. If you assume that a charge point with the same status before
and after a gap had it in between, too, join the episodes across gaps up to a length of your choice:

```python
bridged = pl.duration(hours=6)
in_order = episodes.sort("charge_point_id", "first_seen_at")
same_point = pl.col("charge_point_id") == pl.col("charge_point_id").shift()
same_status = pl.col("status") == pl.col("status").shift()
near_enough = pl.col("first_seen_at") - pl.col("last_seen_at").shift() <= bridged

joined = (
    in_order.group_by((~(same_point & same_status & near_enough)).fill_null(True).cum_sum().alias("stretch"))
    .agg(
        pl.col("charge_point_id", "status", "began_after_at", "first_seen_at").first(),
        pl.col("last_seen_at", "ended_by_at").last(),
        pl.col("observed_s").sum(),
        (pl.len() - 1).alias("holes"),
    )
    .sort("first_seen_at", "charge_point_id")
)
```

The share of known time in which stations were busy, by hour of the day in Paris. Polars adds 32-bit numbers in 32 bits,
which the seconds of two years exceed, so they are widened first:

```python
charging_s, available_s = (pl.col(column).cast(pl.Int64) for column in ("charging_s", "available_s"))
busy = (
    pl.scan_parquet("station_availability_hourly/*.parquet")
    .group_by(pl.col("hour_at").dt.convert_time_zone("Europe/Paris").dt.hour().alias("hour"))
    .agg(busy_ratio=charging_s.sum() / (available_s + charging_s).sum())
    .sort("hour")
    .collect()
)
```

Where bikes lack most, by arrondissement and commune: the share of the time of open stations in which there was none.

```python
no_bike_s, open_s = (pl.col(column).cast(pl.Int64) for column in ("no_bike_s", "open_s"))
lacking = (
    pl.read_parquet("bike_city_daily.parquet")
    .group_by("area")
    .agg(no_bike_ratio=no_bike_s.sum() / open_s.sum())
    .sort("no_bike_ratio", descending=True)
)
```
"""
