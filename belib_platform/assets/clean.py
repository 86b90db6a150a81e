"""Layer `clean`: what the sources said, typed and folded; `warehouse/` declares what a table is made from."""

from collections.abc import Iterator
from datetime import timedelta

import dagster as dg

from belib_platform.assets.asset import asset
from belib_platform.assets.declaration import table_asset
from belib_platform.assets.making import inputs_of, made_days, made_whole
from belib_platform.assets.partitions import days_of
from belib_platform.checks import findings
from belib_platform.checks.results import Yielded, checked
from belib_platform.contracts.clean import (
    ChargePoint,
    ChargePointDay,
    ChargePointStatus,
    Poll,
    Station,
    WeatherForecast,
)
from belib_platform.resources.mongo import MongoResource
from belib_platform.resources.postgres import PostgresResource
from belib_platform.sources.belib_realtime import BELIB
from belib_platform.sources.belib_static import BELIB_STATIC
from belib_platform.warehouse.charge_point import CHARGE_POINT, STATION
from belib_platform.warehouse.charge_point_day import CHARGE_POINT_DAY
from belib_platform.warehouse.charge_point_status import CHARGE_POINT_STATUS
from belib_platform.warehouse.poll import POLL
from belib_platform.warehouse.weather_forecast import WEATHER_FORECAST

LIVE = timedelta(minutes=15)


@asset(
    **table_asset(
        CHARGE_POINT_STATUS,
        "600,000 sightings a day become 10,000 runs, and nothing is lost but repetition.",
        fresh_within=LIVE,
    )
)
def charge_point_status(
    context: dg.AssetExecutionContext, mongo: MongoResource, postgres: PostgresResource
) -> Iterator[Yielded]:
    """Runs of status, folded from the responses not folded yet."""
    inputs = inputs_of(mongo, postgres)
    partitions = made_days(context, CHARGE_POINT_STATUS, inputs)
    own = inputs.table(ChargePointStatus)
    yield from checked(context, own, partitions, findings.of_charge_point_status(own, partitions))


@asset(
    **table_asset(
        POLL,
        "A change that was not seen and a poll that failed are different facts; without this table they look alike.",
        fresh_within=LIVE,
    )
)
def poll(context: dg.AssetExecutionContext, mongo: MongoResource, postgres: PostgresResource) -> Iterator[Yielded]:
    """The ledger's attempts, with what their responses say as a whole."""
    inputs = inputs_of(mongo, postgres)
    partitions = made_days(context, POLL, inputs)
    own = inputs.table(Poll)
    yield from checked(
        context,
        own,
        partitions,
        findings.of_poll(own, partitions, days_of(context), inputs.responses(BELIB), inputs.now),
    )


@asset(
    **table_asset(
        CHARGE_POINT_DAY,
        "The feed drops addresses and coordinates in some polls and the static set drops points in some editions; a "
        "day remembers the last it knew.",
        fresh_within=LIVE,
    )
)
def charge_point_day(
    context: dg.AssetExecutionContext, mongo: MongoResource, postgres: PostgresResource
) -> Iterator[Yielded]:
    """The day's attributes, from its real-time and static responses."""
    inputs = inputs_of(mongo, postgres)
    partitions = made_days(context, CHARGE_POINT_DAY, inputs)
    own = inputs.table(ChargePointDay)
    yield from checked(
        context, own, partitions, findings.of_charge_point_day(own, partitions, inputs.responses(BELIB_STATIC))
    )


@asset(
    **table_asset(
        CHARGE_POINT,
        "A known value is never overwritten by a null, and absence from an edition retires nobody.",
        fresh_within=LIVE,
    )
)
def charge_point(
    context: dg.AssetExecutionContext, mongo: MongoResource, postgres: PostgresResource
) -> Iterator[Yielded]:
    """The newest day laid over what is known of every point."""
    inputs = inputs_of(mongo, postgres)
    partitions = made_whole(context, CHARGE_POINT, inputs)
    own = inputs.table(ChargePoint)
    yield from checked(context, own, partitions, findings.of_charge_point(own, partitions))


@asset(
    **table_asset(
        STATION,
        "Drivers look for a station, not for a point.",
        fresh_within=LIVE,
    )
)
def station(context: dg.AssetExecutionContext, mongo: MongoResource, postgres: PostgresResource) -> Iterator[Yielded]:
    """What the charge points of a station have in common."""
    inputs = inputs_of(mongo, postgres)
    partitions = made_whole(context, STATION, inputs)
    own = inputs.table(Station)
    yield from checked(context, own, partitions, {})


@asset(
    **table_asset(
        WEATHER_FORECAST,
        "For a decision at an hour only what was known then may be used, so every answer is kept beside the others.",
        fresh_within=timedelta(hours=3),
    )
)
def weather_forecast(
    context: dg.AssetExecutionContext, mongo: MongoResource, postgres: PostgresResource
) -> Iterator[Yielded]:
    """The steps of the day's forecasts."""
    inputs = inputs_of(mongo, postgres)
    partitions = made_days(context, WEATHER_FORECAST, inputs)
    own = inputs.table(WeatherForecast)
    yield from checked(context, own, partitions, findings.of_weather_forecast(own, partitions, inputs.now))
