"""`bike_rhythm`: the newest days of bike stations by local hour of the week and weather, once these days are over."""

import polars as pl

from belib_platform.contracts.bikes.mart import LACKING, BikeAvailabilityHourly, BikeRhythm
from belib_platform.contracts.contract import qualified_name
from belib_platform.transforms.bike_rhythm import MEANS, bike_rhythm
from belib_platform.transforms.station_hours import whole_stations
from belib_platform.warehouse.made_table import Preview, TableInput
from belib_platform.warehouse.statistics import HOURS_AT_ONCE, Statistic, Window, dated, hours_of, statistic_table
from belib_platform.warehouse.warehouse import Warehouse, between

OF_STATIONS = f"""
SELECT hour_at, station_code, insee_code, precipitation_mmh, open_s, {", ".join((*LACKING, *MEANS))}
FROM {qualified_name(BikeAvailabilityHourly)} WHERE {between(BikeAvailabilityHourly)}
ORDER BY station_code
"""


def _rhythm(warehouse: Warehouse, window: Window) -> pl.DataFrame:
    of_stations = whole_stations(hours_of(warehouse, OF_STATIONS, window), HOURS_AT_ONCE, "station_code")
    return dated(pl.concat(bike_rhythm(hours.lazy()).collect() for hours in of_stations), window)


BIKE_RHYTHM = statistic_table(
    Statistic(BikeRhythm, "1", _rhythm, hours=BikeAvailabilityHourly),
    (TableInput(BikeAvailabilityHourly),),
    Preview(
        ["station_code", "weekday", "hour", "weather", "date_count", "open_s", "no_bike_s", "no_dock_s", "bike_mean"],
        ["no_bike_s"],
    ),
)
