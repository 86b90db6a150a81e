"""Every table that is made from raw or from other tables, in the order in which a run makes them.

A table listed here is in the jobs, the schedules of stale days, the closing of days, `belib rebuild` and
`belib doctor`.
"""

from collections.abc import Collection

from belib_platform.warehouse.arrondissement import ARRONDISSEMENT
from belib_platform.warehouse.attributes_by_day import BIKE_STATION_DAY, CHARGE_POINT_DAY
from belib_platform.warehouse.bike_availability_hourly import BIKE_AVAILABILITY_HOURLY
from belib_platform.warehouse.bike_city_daily import BIKE_CITY_DAILY
from belib_platform.warehouse.bike_rhythm import BIKE_RHYTHM
from belib_platform.warehouse.bike_tomorrow import BIKE_TOMORROW
from belib_platform.warehouse.bike_tomorrow_skill import BIKE_TOMORROW_SKILL
from belib_platform.warehouse.city_daily import CITY_DAILY
from belib_platform.warehouse.last_known import BIKE_STATION, CHARGE_POINT, STATION
from belib_platform.warehouse.made_table import DailyTable, MadeTable, WholeTable
from belib_platform.warehouse.poll import POLL
from belib_platform.warehouse.station_availability_hourly import STATION_AVAILABILITY_HOURLY
from belib_platform.warehouse.station_free_hourly import STATION_FREE_HOURLY
from belib_platform.warehouse.station_nearby import STATION_NEARBY
from belib_platform.warehouse.statistics import OUTAGE, STATION_PERIOD, STATION_RHYTHM, WEATHER_EFFECT
from belib_platform.warehouse.status import BIKE_STATION_STATUS, CHARGE_POINT_STATUS
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform.warehouse.weather_forecast import WEATHER_FORECAST

MADE_TABLES: list[MadeTable] = [
    CHARGE_POINT_STATUS,
    BIKE_STATION_STATUS,
    POLL,
    CHARGE_POINT_DAY,
    CHARGE_POINT,
    STATION,
    BIKE_STATION_DAY,
    BIKE_STATION,
    ARRONDISSEMENT,
    WEATHER_FORECAST,
    STATION_AVAILABILITY_HOURLY,
    CITY_DAILY,
    STATION_FREE_HOURLY,
    BIKE_AVAILABILITY_HOURLY,
    BIKE_CITY_DAILY,
    BIKE_TOMORROW,
    BIKE_TOMORROW_SKILL,
    STATION_RHYTHM,
    STATION_PERIOD,
    OUTAGE,
    WEATHER_EFFECT,
    BIKE_RHYTHM,
    STATION_NEARBY,
]


def daily_tables() -> list[DailyTable]:
    """The tables that have one partition a UTC day."""
    return [table for table in MADE_TABLES if isinstance(table, DailyTable)]


def last_known_tables() -> list[WholeTable]:
    """The tables without days that are made whenever the tables they read are: what is known of each thing."""
    return [table for table in MADE_TABLES if isinstance(table, WholeTable) and table.is_live and table.tables]


def made_of(collections: Collection[str], *, whole_only: bool = False) -> list[MadeTable]:
    """The live tables made from responses in these collections of raw, and those made from such tables in turn.

    They are in the order in which to make them. With `whole_only`, of the tables made from tables only those without
    days.
    """
    made: list[MadeTable] = []
    for table in MADE_TABLES:
        is_from_raw = any(source.collection in collections for source in table.sources)
        above = {table.contract for table in made}
        follows = any(read.contract in above for read in table.tables) and (
            isinstance(table, WholeTable) or not whole_only
        )
        if table.is_live and (is_from_raw or follows):
            made.append(table)
    return made


def statistics() -> list[WholeTable]:
    """The tables without days that are made once a day is over."""
    return [table for table in MADE_TABLES if isinstance(table, WholeTable) and not table.is_live]


def stale_statistics(warehouse: Warehouse) -> list[str]:
    """Names of those whose rows no longer, or not yet, fit the tables they are made from."""
    return [table.name for table in statistics() if table.is_stale and table.is_stale(warehouse)]


def records() -> list[DailyTable]:
    """The tables by day whose rows stay as they were told."""
    return [table for table in daily_tables() if table.is_record]


def tables_from_raw() -> list[DailyTable]:
    """The tables by day that are made from responses in raw."""
    return [table for table in daily_tables() if table.sources]


def tables_from_tables() -> list[MadeTable]:
    """The tables that are made from other tables alone, and therefore also for days whose responses left raw."""
    return [table for table in MADE_TABLES if not table.sources]
