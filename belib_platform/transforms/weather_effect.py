"""How occupancy differs in some weather from that of other dates at the same hour of the week.

An hour is compared with the mean of other dates at most three weeks away: seasons and growth, which change occupancy
and weather alike, would else look like an effect. Its own date is left out of that mean: with it, every difference
would be too small by the share of one date.

The interval is that of a bootstrap by date, since the hours of a date are alike.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import polars as pl

from belib_platform.contracts.mart import ALL_AREAS
from belib_platform.transforms.bootstrap import interval
from belib_platform.transforms.local_calendar import local_date
from belib_platform.transforms.rhythm import WET_MMH, local_hour_of_week

BOUNDS: Final[dict[str, Sequence[float]]] = {
    "temperature_c": (0, 5, 10, 15, 20, 25, 30),
    "precipitation_mmh": (WET_MMH, 0.5, 2),
}
"""Where the bins of a variable begin; the lowest has no lower bound, the highest no upper one."""

NEAR_DAYS = 21
"""How far the dates may be away with which an hour is compared: three weeks before and after."""

PARTS = 10**9
"""Shares are summed as integers of a billionth, so that no sum depends on the order of rows."""

HOUR = ["area", "weekday", "hour"]
BIN = ["area", "variable", "bin"]


class _Bin(NamedTuple):
    variable: str
    bin: int
    lower: float | None
    upper: float | None


def weather_effect(hours: pl.LazyFrame) -> pl.DataFrame:
    """Columns of WeatherEffect but for first_date and last_date.

    `hours` has for each UTC hour and arrondissement hour_at, arrondissement, available_s, charging_s, temperature_c and
    precipitation_mmh. The same rows give the same bounds: the draws are the same each time.
    """
    differences = _differences(hours).collect()
    binned = pl.concat([_binned(differences, variable) for variable in BOUNDS])
    by_date = binned.group_by([*BIN, "local_date"]).agg(pl.col("difference").sum(), pl.len().alias("hour_count"))
    rows = [
        {**dict(zip(BIN, key, strict=True)), **_mean_with_interval(dates)}
        for key, dates in by_date.sort([*BIN, "local_date"]).group_by(BIN, maintain_order=True)
    ]
    bounds = pl.DataFrame(_bins(), schema=_Bin._fields, orient="row")
    return pl.DataFrame(rows, schema=_result_schema()).join(bounds, on=["variable", "bin"]).sort(BIN)


def _differences(hours: pl.LazyFrame) -> pl.LazyFrame:
    """Of each area's hours the occupancy minus the mean of the other dates at that hour of the week."""
    areas = pl.concat(
        [
            hours.with_columns(pl.lit(ALL_AREAS).alias("area")),
            hours.drop_nulls("arrondissement").with_columns(pl.col("arrondissement").cast(pl.String).alias("area")),
        ]
    )
    by_hour = areas.group_by("area", "hour_at").agg(
        pl.col("available_s", "charging_s").cast(pl.Int64).sum(), pl.col(*BOUNDS).max()
    )
    used = pl.col("available_s") + pl.col("charging_s")
    own = by_hour.filter(used > 0).with_columns(
        _in_parts(pl.col("charging_s") / used).alias("occupancy"),
        local_date("hour_at").alias("local_date"),
        *local_hour_of_week(),
    )
    other = own.select(*HOUR, pl.col("local_date").alias("other_date"), pl.col("occupancy").alias("other_occupancy"))
    away = (pl.col("other_date") - pl.col("local_date")).dt.total_days().abs()
    mean = pl.col("other_occupancy").sum() / pl.len()
    return (
        own.join(other, on=HOUR)
        .filter(away.is_between(1, NEAR_DAYS))
        .group_by(*own.collect_schema())
        .agg(mean.alias("of_others"))
        .with_columns((pl.col("occupancy") - pl.col("of_others")).round().cast(pl.Int64).alias("difference"))
    )


def _in_parts(share: pl.Expr) -> pl.Expr:
    return (share * PARTS).round().cast(pl.Int64)


def _binned(differences: pl.DataFrame, variable: str) -> pl.DataFrame:
    reached = pl.sum_horizontal(pl.col(variable) >= bound for bound in BOUNDS[variable])
    return differences.drop_nulls(variable).select(
        "area",
        "local_date",
        "difference",
        pl.lit(variable).alias("variable"),
        reached.cast(pl.Int64).alias("bin"),
    )


def _bins() -> list[_Bin]:
    return [
        _Bin(variable, n, lower, upper)
        for variable, bounds in BOUNDS.items()
        for n, (lower, upper) in enumerate(zip([None, *bounds], [*bounds, None], strict=True))
    ]


def _mean_with_interval(dates: pl.DataFrame) -> dict[str, float | int | None]:
    """The mean difference of a bin, whose rows are dates, and its interval."""
    sums, counts = dates["difference"].to_numpy(), dates["hour_count"].cast(pl.Int64).to_numpy()
    low, high = (bound and bound / PARTS for bound in interval(sums, counts))
    return {
        "date_count": dates.height,
        "hour_count": int(counts.sum()),
        "occupancy_difference": float(sums.sum() / counts.sum() / PARTS),
        "difference_low": low,
        "difference_high": high,
    }


def _result_schema() -> dict[str, pl.DataType | type[pl.DataType]]:
    numbers = dict.fromkeys(("occupancy_difference", "difference_low", "difference_high"), pl.Float64)
    counts = dict.fromkeys(("date_count", "hour_count"), pl.Int64)
    return {"area": pl.String, "variable": pl.String, "bin": pl.Int64, **counts, **numbers}
