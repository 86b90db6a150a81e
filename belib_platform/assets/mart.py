"""Layer `mart`: the history joined, for those who decide with it; `warehouse/` declares what a table is made from."""

from collections.abc import Iterator
from datetime import timedelta

import dagster as dg

from belib_platform.assets.asset import asset
from belib_platform.assets.clean import LIVE
from belib_platform.assets.declaration import table_asset
from belib_platform.assets.lineage import CITY, STATION_AVAILABILITY
from belib_platform.assets.making import made_days
from belib_platform.checks.results import TableResult, checked
from belib_platform.resources.mongo import MongoResource
from belib_platform.resources.postgres import PostgresResource
from belib_platform.warehouse.city_daily import CITY_DAILY
from belib_platform.warehouse.station_availability_hourly import STATION_AVAILABILITY_HOURLY


@asset(
    **table_asset(
        STATION_AVAILABILITY_HOURLY,
        "The rule of time turns runs into seconds without bridging holes; the rule of weather joins only what was "
        "known when the hour began. Recordings hours apart give a low observed share and right shares within it.",
        fresh_within=LIVE + timedelta(hours=1),
        lineage=STATION_AVAILABILITY,
    )
)
def station_availability_hourly(
    context: dg.AssetExecutionContext, mongo: MongoResource, postgres: PostgresResource
) -> Iterator[TableResult]:
    """Seconds of each status by station, power and closed hour, beside the weather as it was known."""
    yield from checked(context, made_days(context, STATION_AVAILABILITY_HOURLY, mongo, postgres))


@asset(
    **table_asset(
        CITY_DAILY,
        "A day's figures are asked for by the calendar of those who live it. What is not observed and what UNKNOWN "
        "hides stay visible: shares are of what was observed, uptime has two bounds.",
        fresh_within=timedelta(hours=30),
        lineage=CITY,
    )
)
def city_daily(
    context: dg.AssetExecutionContext, mongo: MongoResource, postgres: PostgresResource
) -> Iterator[TableResult]:
    """Hours from midnight to midnight in Paris, added up by arrondissement; the partition's key is the local date."""
    yield from checked(context, made_days(context, CITY_DAILY, mongo, postgres))
