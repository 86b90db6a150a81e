"""Layer `mart`: the history joined, for those who decide with it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import dagster as dg

from belib_platform.assets.asset import asset
from belib_platform.assets.clean import LIVE
from belib_platform.assets.declaration import table_asset
from belib_platform.assets.lineage import CITY, STATION_AVAILABILITY
from belib_platform.assets.partitions import days_of, is_full_refresh
from belib_platform.checks import findings
from belib_platform.checks.results import Yielded, checked
from belib_platform.contracts.mart import CityDaily, StationAvailabilityHourly
from belib_platform.resources.postgres import PostgresResource
from belib_platform.warehouse import city_daily as daily
from belib_platform.warehouse import station_availability_hourly as hourly
from belib_platform.warehouse.warehouse import Table

LAST_THREE_DAYS = dg.TimeWindowPartitionMapping(start_offset=-hourly.KNOWN_DAYS)
SINCE_THE_DAY_BEFORE = dg.TimeWindowPartitionMapping(start_offset=-daily.DAYS_BEFORE)


@asset(
    **table_asset(
        StationAvailabilityHourly,
        "The rule of time turns runs into seconds without bridging holes; the rule of weather joins only what was "
        "known when the hour began. Recordings hours apart give a low observed share and right shares within it.",
        hourly.CODE_VERSION,
        fresh_within=LIVE + timedelta(hours=1),
        lineage=STATION_AVAILABILITY,
    ),
    ins={"weather_forecast": dg.AssetIn(partition_mapping=LAST_THREE_DAYS)},
    deps=["charge_point_day"],
)
def station_availability_hourly(
    context: dg.AssetExecutionContext,
    charge_point_status: Table,
    charge_point: Table,
    weather_forecast: Table,
    postgres: PostgresResource,
) -> Iterator[Yielded]:
    """Seconds of each status by station, power and closed hour, beside the weather as it was known."""
    own, full_refresh = Table(postgres.warehouse(), StationAvailabilityHourly), is_full_refresh(context)
    partitions = [
        hourly.station_availability_partition(
            d, charge_point_status, charge_point, weather_forecast, own, full_refresh=full_refresh
        )
        for d in days_of(context)
    ]
    yield from checked(context, own, partitions, findings.of_station_availability(partitions))


@asset(
    **table_asset(
        CityDaily,
        "A day's figures are asked for by the calendar of those who live it. What is not observed and what UNKNOWN "
        "hides stay visible: shares are of what was observed, uptime has two bounds.",
        daily.CODE_VERSION,
        fresh_within=timedelta(hours=30),
        lineage=CITY,
    ),
    ins={"station_availability_hourly": dg.AssetIn(partition_mapping=SINCE_THE_DAY_BEFORE)},
)
def city_daily(
    context: dg.AssetExecutionContext, station_availability_hourly: Table, postgres: PostgresResource
) -> Iterator[Yielded]:
    """Hours from midnight to midnight in Paris, added up by arrondissement; the partition's key is the local date."""
    own, full_refresh, now = Table(postgres.warehouse(), CityDaily), is_full_refresh(context), datetime.now(UTC)
    days = days_of(context)
    partitions = [
        daily.city_daily_partition(day, station_availability_hourly, own, now, full_refresh=full_refresh)
        for day in days
    ]
    yield from checked(context, own, partitions, findings.of_city_daily(own, partitions, now))
