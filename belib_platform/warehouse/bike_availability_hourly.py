"""`bike_availability_hourly` by UTC day: runs, the stations' attributes and the weather known then, joined."""

from belib_platform.contracts.bikes.clean import BikeStation, BikeStationDay, BikeStationStatus
from belib_platform.contracts.bikes.mart import BikeAvailabilityHourly
from belib_platform.contracts.clean import WeatherForecast
from belib_platform.contracts.contract import qualified_name
from belib_platform.transforms.bike_hours import bike_availability
from belib_platform.warehouse.hourly_mart import KNOWN_DAYS, OF_DAY, HourlyMart
from belib_platform.warehouse.made_table import DailyTable, Preview, StaleDays, TableInput

SIGNATURE = f"""
SELECT md5(string_agg(ROW(station_code, capacity, insee_code, arrondissement)::text, ''
                      ORDER BY station_code COLLATE "C")) AS signature
FROM {qualified_name(BikeStation)} AS b
WHERE EXISTS (SELECT FROM {qualified_name(BikeStationStatus)} AS s WHERE s.station_code = b.station_code AND {OF_DAY})
"""
"""Of every known station that has runs on the day. Asking for each station whether it has any, by the key of the runs,
takes a tenth of the time of finding the stations among the runs."""

BIKE_HOURS = HourlyMart(
    contract=BikeAvailabilityHourly,
    code_version="1",
    runs=BikeStationStatus,
    attributes=BikeStation,
    signature=SIGNATURE,
    rows=bike_availability,
)

BIKE_AVAILABILITY_HOURLY = DailyTable(
    contract=BIKE_HOURS.contract,
    code_version=BIKE_HOURS.code_version,
    tables=(
        TableInput(BikeStationStatus),
        TableInput(BikeStationDay),  # which `bike_station` is made from, so that a backfill makes its days first
        TableInput(BikeStation),
        TableInput(WeatherForecast, days_before=KNOWN_DAYS),
    ),
    make=BIKE_HOURS.partition,
    stale_days=StaleDays(
        find=BIKE_HOURS.stale_days,
        key="bike_mart",
        cron="47 3 * * *",
        description="Days of bike stations whose runs, forecasts, code or stations' place or capacity changed since.",
        up_to_date="Every day of bike_availability_hourly fits what it was made from.",
    ),
    preview=Preview(
        ["hour_at", "station_code", "insee_code", "open_s", "bike_mean", "dock_mean", "no_bike_s", "out_lower"],
        ["hour_at", "out_lower"],
    ),
)
