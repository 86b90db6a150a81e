"""Documents for Elasticsearch: the mart's hours and current statuses, with values that dashboards cannot compute."""

import polars as pl

from belib_platform.contracts.mart import SECONDS
from belib_platform.contracts.search import BelibAvailability, BelibChargePoints
from belib_platform.transforms.charge_points import known_or_derived_station
from belib_platform.transforms.local_calendar import PARIS, date_facts, local_date
from belib_platform.transforms.local_day import share
from belib_platform.transforms.runs import CHARGE_POINTS, Observed, merge_runs

PLACES = ("station_id", "station_name", "longitude", "latitude")
"""What documents of hours say of a station that the mart does not."""


def availability_documents(hours: pl.LazyFrame, stations: pl.LazyFrame) -> pl.LazyFrame:
    """Documents of BelibAvailability, one per row of StationAvailabilityHourly, given the rows of Station."""
    observed_s = pl.sum_horizontal(SECONDS[:-1])
    dated = hours.with_columns(local_date("hour_at").alias("local_date"))
    return (
        dated.join(stations.select(PLACES), on="station_id", how="left")
        .join(_calendar(dated), on="local_date", how="left")
        .with_columns(
            document_id(pl.col("station_id"), _plain(pl.col("power_kw"))),
            *hour_facts(),
            *_labels(),
            place(),
            observed_s.alias("observed_s"),
            (pl.col("point_count") * 3600).alias("total_s"),
            share(pl.col("charging_s"), pl.col("available_s") + pl.col("charging_s")).alias("occupancy_ratio"),
            (observed_s / (pl.col("point_count") * 3600)).alias("observed_ratio"),
        )
        .select(list(BelibAvailability.columns()))
    )


def charge_point_documents(runs: pl.LazyFrame, points: pl.LazyFrame) -> pl.LazyFrame:
    """Documents of BelibChargePoints, given the ChargePointStatus rows of two adjacent UTC days and all of ChargePoint.

    A charge point that ChargePoint does not have yet gets the station derived from its id. Periods that meet at
    midnight are merged. The newest observation of any charge point is that of the newest sound poll.
    """
    return (
        newest(runs, CHARGE_POINTS)
        .join(points, on="charge_point_id", how="left")
        .with_columns(pl.col("power_kw").fill_null(0.0), known_or_derived_station())
        .with_columns(*_labels(), place())
        .with_columns(last_seen_at(CHARGE_POINTS, "arrondissement_label", "power_label"))
        .select(list(BelibChargePoints.columns()))
    )


def newest(runs: pl.LazyFrame, things: Observed) -> pl.LazyFrame:
    """The newest run of each thing, given those of two adjacent UTC days; periods that meet at midnight are merged.

    `status_since_at` is when it began, `is_current` whether it goes on until the newest observation of anything.
    """
    last = merge_runs(runs, things, over_midnight=True).group_by(things.key, maintain_order=True).last()
    return last.with_columns(
        pl.col("first_seen_at").alias("status_since_at"),
        (pl.col("last_seen_at") == pl.col("last_seen_at").max()).alias("is_current"),
    )


def last_seen_at(things: Observed, *kind: str) -> pl.Expr:
    """`last_seen_at`; of current things, which share it, only for the one with the smallest key of each `kind`."""
    current = pl.when("is_current").then(things.key)
    return pl.when(~pl.col("is_current") | (pl.col(things.key) == current.min().over(*kind))).then("last_seen_at")


def document_id(*key: pl.Expr) -> pl.Expr:
    """The `_id` of an hour's document, made from the mart's key, so that writing twice changes nothing."""
    return pl.concat_str([pl.col("hour_at").dt.epoch("s").cast(pl.String), *key], separator="_").alias("document_id")


def hour_facts() -> list[pl.Expr]:
    """Hour and weekday of `hour_at` in Paris, and whether rain was forecast for it."""
    local = pl.col("hour_at").dt.convert_time_zone(PARIS.key)
    return [
        local.dt.hour().alias("hour_local"),
        local.dt.weekday().alias("day_of_week"),
        (pl.col("precipitation_mmh") > 0).alias("is_raining"),
    ]


def place() -> pl.Expr:
    """`location`, made from longitude and latitude; null if one of them is null."""
    is_placed = pl.col("longitude").is_not_null() & pl.col("latitude").is_not_null()
    coordinates = pl.struct(pl.col("latitude").alias("lat"), pl.col("longitude").alias("lon"))
    return pl.when(is_placed).then(coordinates).alias("location")


def _calendar(dated: pl.LazyFrame) -> pl.LazyFrame:
    """Holidays of all dates that occur."""
    return date_facts(dated.select("local_date").unique().collect()["local_date"]).lazy()


def _labels() -> list[pl.Expr]:
    power, decimals = pl.col("power_kw"), _plain(pl.col("power_kw")).str.extract(r"(\..+)$").fill_null("")
    digits = power.floor().cast(pl.Int32, strict=False).cast(pl.String).str.zfill(3)
    return [
        pl.when(power > 0).then(pl.concat_str(digits, decimals, pl.lit(" kW"))).otherwise(pl.lit("unknown"))
        .alias("power_label"),
        pl.col("arrondissement").cast(pl.String).str.zfill(2).fill_null("??").alias("arrondissement_label"),
    ]  # fmt: skip


def _plain(number: pl.Expr) -> pl.Expr:
    """A number as text without superfluous decimals: 7, 3.7."""
    return number.cast(pl.String).str.strip_suffix(".0")
