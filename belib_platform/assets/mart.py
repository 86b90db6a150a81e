"""Layer `mart`: the history joined, for those who decide with it; `warehouse/` declares what a table is made from."""

from collections.abc import Iterator
from datetime import timedelta

import dagster as dg

from belib_platform.assets.asset import asset
from belib_platform.assets.declaration import fresh_within, table_asset
from belib_platform.assets.lineage import BIKE_AVAILABILITY, BIKE_CITY, CITY, STATION_AVAILABILITY, STATION_FREE
from belib_platform.assets.making import made_days, made_whole
from belib_platform.checks.results import TableResult, checked
from belib_platform.resources.mongo import MongoResource
from belib_platform.resources.postgres import PostgresResource
from belib_platform.sources.belib_realtime import BELIB
from belib_platform.sources.velib_realtime import VELIB
from belib_platform.warehouse.bike_availability_hourly import BIKE_AVAILABILITY_HOURLY
from belib_platform.warehouse.bike_city_daily import BIKE_CITY_DAILY
from belib_platform.warehouse.bike_rhythm import BIKE_RHYTHM
from belib_platform.warehouse.bike_tomorrow import BIKE_TOMORROW
from belib_platform.warehouse.bike_tomorrow_skill import BIKE_TOMORROW_SKILL
from belib_platform.warehouse.city_daily import CITY_DAILY
from belib_platform.warehouse.station_availability_hourly import STATION_AVAILABILITY_HOURLY
from belib_platform.warehouse.station_free_hourly import STATION_FREE_HOURLY
from belib_platform.warehouse.station_nearby import STATION_NEARBY
from belib_platform.warehouse.statistics import OUTAGE, STATION_PERIOD, STATION_RHYTHM, WEATHER_EFFECT

NIGHTLY = timedelta(hours=30)


@asset(
    **table_asset(
        STATION_AVAILABILITY_HOURLY,
        "The rule of time turns runs into seconds without bridging holes; the rule of weather joins only what was "
        "known when the hour began. Recordings hours apart give a low observed share and right shares within it.",
        fresh_within=fresh_within(BELIB, later=timedelta(hours=1)),
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
        fresh_within=NIGHTLY,
        lineage=CITY,
    )
)
def city_daily(
    context: dg.AssetExecutionContext, mongo: MongoResource, postgres: PostgresResource
) -> Iterator[TableResult]:
    """Hours from midnight to midnight in Paris, added up by arrondissement; the partition's key is the local date."""
    yield from checked(context, made_days(context, CITY_DAILY, mongo, postgres))


@asset(
    **table_asset(
        STATION_FREE_HOURLY,
        "Drivers want one free point, whichever: powers and points of a station overlap in time, so their seconds "
        "cannot be added up to that.",
        fresh_within=NIGHTLY,
        lineage=STATION_FREE,
    )
)
def station_free_hourly(
    context: dg.AssetExecutionContext, mongo: MongoResource, postgres: PostgresResource
) -> Iterator[TableResult]:
    """Seconds of each hour in which a station had a free point, had none, or nobody knows."""
    yield from checked(context, made_days(context, STATION_FREE_HOURLY, mongo, postgres))


@asset(
    **table_asset(
        BIKE_AVAILABILITY_HOURLY,
        "The same rules of time and of weather as for charge points; a station that has lost contact is neither empty "
        "nor full, and what trucks move is told apart from what riders do.",
        fresh_within=fresh_within(VELIB, later=timedelta(hours=1)),
        lineage=BIKE_AVAILABILITY,
    )
)
def bike_availability_hourly(
    context: dg.AssetExecutionContext, mongo: MongoResource, postgres: PostgresResource
) -> Iterator[TableResult]:
    """Bikes and docks by station and closed hour, and how long there were none, beside the weather as it was known."""
    yield from checked(context, made_days(context, BIKE_AVAILABILITY_HOURLY, mongo, postgres))


@asset(
    **table_asset(
        BIKE_CITY_DAILY,
        "Vélib' goes beyond Paris, so areas are the arrondissements and the communes around it.",
        fresh_within=fresh_within(VELIB, later=NIGHTLY),
        lineage=BIKE_CITY,
    )
)
def bike_city_daily(
    context: dg.AssetExecutionContext, mongo: MongoResource, postgres: PostgresResource
) -> Iterator[TableResult]:
    """Hours from midnight to midnight in Paris, added up by area; the partition's key is the local date."""
    yield from checked(context, made_days(context, BIKE_CITY_DAILY, mongo, postgres))


@asset(
    **table_asset(
        STATION_RHYTHM,
        "It describes the past, and says of how many dates.",
        fresh_within=NIGHTLY,
    )
)
def station_rhythm(
    context: dg.AssetExecutionContext, mongo: MongoResource, postgres: PostgresResource
) -> Iterator[TableResult]:
    """The week of each station, dry and wet apart."""
    yield from checked(context, made_whole(context, STATION_RHYTHM, mongo, postgres))


@asset(
    **table_asset(
        BIKE_RHYTHM,
        "Whether there will be a bike or a dock depends on the hour first and on the rain second.",
        fresh_within=fresh_within(VELIB, later=NIGHTLY),
    )
)
def bike_rhythm(
    context: dg.AssetExecutionContext, mongo: MongoResource, postgres: PostgresResource
) -> Iterator[TableResult]:
    """The week of each bike station, dry and wet apart."""
    yield from checked(context, made_whole(context, BIKE_RHYTHM, mongo, postgres))


@asset(
    **table_asset(
        STATION_PERIOD,
        "Where none is free, and what does not work: sums that a ranking reads without the hours.",
        fresh_within=NIGHTLY,
    )
)
def station_period(
    context: dg.AssetExecutionContext, mongo: MongoResource, postgres: PostgresResource
) -> Iterator[TableResult]:
    """The newest week, four weeks and thirteen weeks of each station."""
    yield from checked(context, made_whole(context, STATION_PERIOD, mongo, postgres))


@asset(
    **table_asset(
        OUTAGE,
        "An outage that lasts for days is one outage, with bounds for when it began and ended.",
        fresh_within=NIGHTLY,
    )
)
def outage(
    context: dg.AssetExecutionContext, mongo: MongoResource, postgres: PostgresResource
) -> Iterator[TableResult]:
    """Outages across midnight, each with what was seen before and after it."""
    yield from checked(context, made_whole(context, OUTAGE, mongo, postgres))


@asset(
    **table_asset(
        WEATHER_EFFECT,
        "Evenings are cooler and busier: only the same hour of the week is compared. An interval that includes 0 shows "
        "no effect.",
        fresh_within=NIGHTLY,
    )
)
def weather_effect(
    context: dg.AssetExecutionContext, mongo: MongoResource, postgres: PostgresResource
) -> Iterator[TableResult]:
    """Occupancy in each bin of temperature and rain against that of other dates at the same hour."""
    yield from checked(context, made_whole(context, WEATHER_EFFECT, mongo, postgres))


@asset(
    **table_asset(
        BIKE_TOMORROW,
        "Where bikes and docks will be lacking tomorrow is worth knowing while trucks can still drive. A forecast is "
        "kept as it was told, so that it can be judged.",
        fresh_within=fresh_within(VELIB, later=NIGHTLY),
    )
)
def bike_tomorrow(
    context: dg.AssetExecutionContext, mongo: MongoResource, postgres: PostgresResource
) -> Iterator[TableResult]:
    """Made each evening of what is known then; the partition's key is the day of issue."""
    yield from checked(context, made_days(context, BIKE_TOMORROW, mongo, postgres))


@asset(
    **table_asset(
        BIKE_TOMORROW_SKILL,
        "A forecast is worth what it adds to the mean of that weekday and to last week. Where it adds nothing, this "
        "table says so.",
        fresh_within=fresh_within(VELIB, later=NIGHTLY),
    )
)
def bike_tomorrow_skill(
    context: dg.AssetExecutionContext, mongo: MongoResource, postgres: PostgresResource
) -> Iterator[TableResult]:
    """Errors of the forecast of the evening before; the partition's key is the local date."""
    yield from checked(context, made_days(context, BIKE_TOMORROW_SKILL, mongo, postgres))


@asset(
    **table_asset(
        STATION_NEARBY,
        "Who finds no bike may find a charge point next to it, and the other way round.",
        fresh_within=NIGHTLY,
    )
)
def station_nearby(
    context: dg.AssetExecutionContext, mongo: MongoResource, postgres: PostgresResource
) -> Iterator[TableResult]:
    """Pairs of stations of the two networks, found again where places changed."""
    yield from checked(context, made_whole(context, STATION_NEARBY, mongo, postgres))
