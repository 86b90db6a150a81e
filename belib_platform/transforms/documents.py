"""Documents for Elasticsearch: the mart's hours and current statuses, with values that dashboards cannot compute."""

import polars as pl

from belib_platform.contracts.mart import SECONDS
from belib_platform.contracts.search import BelibAvailability, BelibChargePoints
from belib_platform.transforms.charge_points import known_or_derived_station
from belib_platform.transforms.local_calendar import PARIS, date_facts, local_date
from belib_platform.transforms.runs import merge_runs


def availability_documents(hours: pl.LazyFrame, stations: pl.LazyFrame) -> pl.LazyFrame:
    """Documents of BelibAvailability, one per row of StationAvailabilityHourly, given the rows of Station."""
    local = pl.col("hour_at").dt.convert_time_zone(PARIS.key)
    observed_s = pl.sum_horizontal(SECONDS[:-1])
    places = stations.select("station_id", "station_name", "longitude", "latitude")
    dated = hours.with_columns(local_date("hour_at").alias("local_date"))
    return (
        dated.join(places, on="station_id", how="left")
        .join(_calendar(dated), on="local_date", how="left")
        .with_columns(
            document_id(),
            local.dt.hour().alias("hour_local"),
            local.dt.weekday().alias("day_of_week"),
            *_labels_and_place(),
            observed_s.alias("observed_s"),
            (pl.col("point_count") * 3600).alias("total_s"),
            _share(pl.col("charging_s"), pl.col("available_s") + pl.col("charging_s")).alias("occupancy_ratio"),
            (observed_s / (pl.col("point_count") * 3600)).alias("observed_ratio"),
            (pl.col("precipitation_mmh") > 0).alias("is_raining"),
        )
        .select(list(BelibAvailability.columns()))
    )


def charge_point_documents(runs: pl.LazyFrame, points: pl.LazyFrame) -> pl.LazyFrame:
    """Documents of BelibChargePoints, given the ChargePointStatus rows of two adjacent UTC days and all of ChargePoint.

    A charge point that ChargePoint does not have yet gets the station derived from its id. Periods that meet at
    midnight are merged. The newest observation of any charge point is that of the newest sound poll.
    """
    newest = merge_runs(runs, over_midnight=True).group_by("charge_point_id", maintain_order=True).last()
    return (
        newest.join(points, on="charge_point_id", how="left")
        .with_columns(
            pl.col("first_seen_at").alias("status_since_at"),
            (pl.col("last_seen_at") == pl.col("last_seen_at").max()).alias("is_current"),
            pl.col("power_kw").fill_null(0.0),
            known_or_derived_station(),
        )
        .with_columns(_labels_and_place())
        .with_columns(pl.when(~pl.col("is_current") | _is_first_of_its_kind()).then("last_seen_at"))
        .select(list(BelibChargePoints.columns()))
    )


def _is_first_of_its_kind() -> pl.Expr:
    """Whether the charge point has the smallest id of all current ones with its arrondissement and power."""
    current = pl.when("is_current").then("charge_point_id")
    return pl.col("charge_point_id") == current.min().over("arrondissement_label", "power_label")


def document_id() -> pl.Expr:
    """The `_id` of an hour's document, made from the mart's key, so that writing twice changes nothing."""
    parts = [pl.col("hour_at").dt.epoch("s").cast(pl.String), pl.col("station_id"), _plain(pl.col("power_kw"))]
    return pl.concat_str(parts, separator="_").alias("document_id")


def _calendar(dated: pl.LazyFrame) -> pl.LazyFrame:
    """Holidays of all dates that occur."""
    return date_facts(dated.select("local_date").unique().collect()["local_date"]).lazy()


def _labels_and_place() -> list[pl.Expr]:
    is_placed = pl.col("longitude").is_not_null() & pl.col("latitude").is_not_null()
    place = pl.struct(pl.col("latitude").alias("lat"), pl.col("longitude").alias("lon"))
    power, decimals = pl.col("power_kw"), _plain(pl.col("power_kw")).str.extract(r"(\..+)$").fill_null("")
    digits = power.floor().cast(pl.Int32, strict=False).cast(pl.String).str.zfill(3)
    return [
        pl.when(power > 0).then(pl.concat_str(digits, decimals, pl.lit(" kW"))).otherwise(pl.lit("unknown"))
        .alias("power_label"),
        pl.col("arrondissement").cast(pl.String).str.zfill(2).fill_null("??").alias("arrondissement_label"),
        pl.when(is_placed).then(place).alias("location"),
    ]  # fmt: skip


def _plain(number: pl.Expr) -> pl.Expr:
    """A number as text without superfluous decimals: 7, 3.7."""
    return number.cast(pl.String).str.strip_suffix(".0")


def _share(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    return pl.when(whole > 0).then(part / whole)
