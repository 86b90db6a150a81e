"""`station_availability_hourly` by UTC day: runs, the points' attributes and the weather known then, joined."""

from belib_platform.contracts.clean import ChargePoint, ChargePointDay, ChargePointStatus, WeatherForecast
from belib_platform.contracts.contract import qualified_name
from belib_platform.contracts.mart import StationAvailabilityHourly
from belib_platform.transforms.availability import station_availability
from belib_platform.warehouse.hourly_mart import KNOWN_DAYS, OF_DAY, HourlyMart
from belib_platform.warehouse.made_table import DailyTable, Preview, StaleDays, TableInput

SIGNATURE = f"""
SELECT md5(string_agg(ROW(charge_point_id, p.station_id, coalesce(p.power_kw, 0), p.arrondissement)::text, ''
                      ORDER BY charge_point_id COLLATE "C")) AS signature
FROM (SELECT DISTINCT charge_point_id FROM {qualified_name(ChargePointStatus)} WHERE {OF_DAY}) AS seen
LEFT JOIN {qualified_name(ChargePoint)} AS p USING (charge_point_id)
"""
"""Of every point that has runs on the day. A ROW as text tells a null from an empty text, and one column from the
next."""

STATION_HOURS = HourlyMart(
    contract=StationAvailabilityHourly,
    code_version="2",
    runs=ChargePointStatus,
    attributes=ChargePoint,
    signature=SIGNATURE,
    rows=station_availability,
)

STATION_AVAILABILITY_HOURLY = DailyTable(
    contract=STATION_HOURS.contract,
    code_version=STATION_HOURS.code_version,
    tables=(
        TableInput(ChargePointStatus),
        TableInput(ChargePointDay),  # which `charge_point` is made from, so that a backfill makes its days first
        TableInput(ChargePoint),
        TableInput(WeatherForecast, days_before=KNOWN_DAYS),
    ),
    make=STATION_HOURS.partition,
    stale_days=StaleDays(
        find=STATION_HOURS.stale_days,
        key="mart",
        cron="43 3 * * *",
        description="Mart days whose runs, forecasts, code or points' station, power or arrondissement changed since.",
        up_to_date="Every day of the mart fits what it was made from.",
    ),
    preview=Preview(
        ["hour_at", "station_id", "power_kw", "point_count", "available_s", "charging_s", "unknown_s", "unobserved_s"],
        ["hour_at", "charging_s"],
    ),
)
