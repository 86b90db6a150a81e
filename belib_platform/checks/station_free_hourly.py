"""The check of `station_free_hourly`."""

from datetime import date, timedelta

import polars as pl

from belib_platform.checks.check import Check
from belib_platform.checks.draft import Draft
from belib_platform.checks.finding import Finding, none_of
from belib_platform.contracts.contract import qualified_name
from belib_platform.contracts.mart import StationAvailabilityHourly
from belib_platform.warehouse.station_free_hourly import refuse_changed_mart
from belib_platform.warehouse.warehouse import between

CELL = ["hour_at", "station_id"]

OF_EACH_POWER = f"""
SELECT hour_at, station_id, min(no_point_free_s) AS at_most, count(*) AS powers
FROM {qualified_name(StationAvailabilityHourly)} WHERE {between(StationAvailabilityHourly)}
GROUP BY hour_at, station_id
"""  # noqa: S608


def agrees_with_each_power(hours: pl.DataFrame, by_station: pl.DataFrame) -> Finding:
    """No point of a station is free at most as long as none of any power is; exactly as long where there is one power.

    `by_station` has hour_at, station_id, at_most (s) and powers.
    """
    both = hours.join(by_station, on=CELL, how="full", coalesce=True)
    none_free, at_most = pl.col("none_free_s"), pl.col("at_most")
    agrees = pl.when(pl.col("powers") == 1).then(none_free == at_most).otherwise(none_free <= at_most)
    return none_of(both.filter(~agrees.fill_null(value=False)), both.height)


def hours_of_each_power(draft: Draft) -> pl.DataFrame:
    """The mart's hours of the days to be written, by station.

    Raises ConcurrentWriteError, upon which a run tries again, when the mart was written since these were made.
    """
    made = [partition for partition in draft.partitions if partition.frame is not None and partition.frame.height]
    days = [date.fromisoformat(partition.key) for partition in made]
    found = [draft.inputs.warehouse.query(OF_EACH_POWER, day, day + timedelta(days=1)) for day in days]
    refuse_changed_mart(draft.inputs.warehouse, made)
    nothing = draft.rows.clear().select(
        *CELL, pl.lit(0, pl.Int32).alias("at_most"), pl.lit(0, pl.Int64).alias("powers")
    )
    return pl.concat([nothing, *(frame.cast({"hour_at": nothing.schema["hour_at"]}) for frame in found)])


CHECKS = (
    Check(
        "none_free_agrees_with_each_power",
        "A station has no free point at most as long as each of its powers has none; with one power, exactly as long.",
        lambda draft: agrees_with_each_power(draft.rows, hours_of_each_power(draft)),
        is_blocking=True,
    ),
)
