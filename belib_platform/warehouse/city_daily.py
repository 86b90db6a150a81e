"""`city_daily` by local date: the hours of charge points by arrondissement."""

from belib_platform.contracts.mart import CityDaily, StationAvailabilityHourly
from belib_platform.transforms.city import city_day
from belib_platform.warehouse.local_daily import DAYS_BEFORE, LocalDaily
from belib_platform.warehouse.made_table import DailyTable, Preview, StaleDays, TableInput

CITY_DATES = LocalDaily(contract=CityDaily, code_version="1", hours=StationAvailabilityHourly, rows=city_day)

CITY_DAILY = DailyTable(
    contract=CITY_DATES.contract,
    code_version=CITY_DATES.code_version,
    tables=(TableInput(CITY_DATES.hours, days_before=DAYS_BEFORE),),
    make=CITY_DATES.partition,
    is_live=False,
    stale_days=StaleDays(
        find=CITY_DATES.stale_days,
        key="city",
        cron="53 4 * * *",
        description="Dates of the city whose hours in the mart were made again since; after the mart's own.",
        up_to_date="Every date of the city fits the mart's hours.",
    ),
    preview=Preview(
        [
            "local_date",
            "arrondissement",
            "point_count",
            "occupancy_ratio",
            "uptime_lower_ratio",
            "uptime_upper_ratio",
            "observed_ratio",
        ],
        ["local_date", "point_count"],
    ),
)
