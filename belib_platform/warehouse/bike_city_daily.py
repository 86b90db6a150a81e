"""`bike_city_daily` by local date: the hours of bike stations by arrondissement and commune."""

from belib_platform.contracts.bikes.mart import BikeAvailabilityHourly, BikeCityDaily
from belib_platform.transforms.bike_city import bike_city_day
from belib_platform.warehouse.local_daily import DAYS_BEFORE, LocalDaily
from belib_platform.warehouse.made_table import DailyTable, Preview, StaleDays, TableInput

BIKE_CITY_DATES = LocalDaily(contract=BikeCityDaily, code_version="1", hours=BikeAvailabilityHourly, rows=bike_city_day)

BIKE_CITY_DAILY = DailyTable(
    contract=BIKE_CITY_DATES.contract,
    code_version=BIKE_CITY_DATES.code_version,
    tables=(TableInput(BIKE_CITY_DATES.hours, days_before=DAYS_BEFORE),),
    make=BIKE_CITY_DATES.partition,
    is_live=False,
    stale_days=StaleDays(
        find=BIKE_CITY_DATES.stale_days,
        key="bike_city",
        cron="57 4 * * *",
        description="Dates of bike_city_daily whose hours of bike stations were made again since.",
        up_to_date="Every date of bike_city_daily fits the hours of bike stations.",
    ),
    preview=Preview(
        ["local_date", "area", "station_count", "bike_mean", "no_bike_ratio", "no_dock_ratio", "observed_ratio"],
        ["local_date", "station_count"],
    ),
)
