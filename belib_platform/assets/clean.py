"""Layer `clean`: what the sources said, typed and folded; the bodies only say which pieces meet."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import dagster as dg

from belib_platform.assets.asset import asset
from belib_platform.assets.declaration import refused_at_once, table_asset
from belib_platform.assets.partitions import days_of, is_full_refresh
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
from belib_platform.raw.responses import RawResponses
from belib_platform.resources.mongo import MongoResource
from belib_platform.resources.postgres import PostgresResource
from belib_platform.settings import load_settings
from belib_platform.warehouse import charge_point as point
from belib_platform.warehouse import charge_point_day as day
from belib_platform.warehouse import charge_point_status as status
from belib_platform.warehouse import poll as attempts
from belib_platform.warehouse import weather_forecast as weather
from belib_platform.warehouse.warehouse import Table

LIVE = timedelta(minutes=15)


@asset(
    **table_asset(
        ChargePointStatus,
        "600,000 sightings a day become 10,000 runs, and nothing is lost but repetition.",
        status.CODE_VERSION,
        fresh_within=LIVE,
    )
)
def charge_point_status(
    context: dg.AssetExecutionContext, raw_belib: RawResponses, postgres: PostgresResource
) -> Iterator[Yielded]:
    """Runs of status, folded from the responses not folded yet."""
    own, full_refresh = Table(postgres.warehouse(), ChargePointStatus), is_full_refresh(context)
    with refused_at_once():
        partitions = [
            status.charge_point_status_partition(d, raw_belib, own, full_refresh=full_refresh) for d in days_of(context)
        ]
    yield from checked(context, own, partitions, findings.of_charge_point_status(own, partitions))


@asset(
    **table_asset(
        Poll,
        "A change that was not seen and a poll that failed are different facts; without this table they look alike.",
        attempts.CODE_VERSION,
        fresh_within=LIVE,
    )
)
def poll(
    context: dg.AssetExecutionContext,
    raw_belib: RawResponses,
    charge_point_status: Table,
    mongo: MongoResource,
    postgres: PostgresResource,
) -> Iterator[Yielded]:
    """The ledger's attempts, with what their responses say as a whole."""
    own, ledger, full_refresh = Table(postgres.warehouse(), Poll), mongo.store().ledger, is_full_refresh(context)
    days = days_of(context)
    with refused_at_once():
        partitions = [
            attempts.poll_partition(d, ledger, raw_belib, charge_point_status, own, full_refresh=full_refresh)
            for d in days
        ]
    yield from checked(context, own, partitions, findings.of_poll(own, partitions, days, raw_belib, datetime.now(UTC)))


@asset(
    **table_asset(
        ChargePointDay,
        "The feed drops addresses and coordinates in some polls and the static set drops points in some editions; a "
        "day remembers the last it knew.",
        day.CODE_VERSION,
        fresh_within=LIVE,
    )
)
def charge_point_day(
    context: dg.AssetExecutionContext,
    raw_belib: RawResponses,
    raw_belib_static: RawResponses,
    postgres: PostgresResource,
) -> Iterator[Yielded]:
    """The day's attributes, from its real-time and static responses."""
    own, full_refresh = Table(postgres.warehouse(), ChargePointDay), is_full_refresh(context)
    with refused_at_once():
        partitions = [
            day.charge_point_day_partition(d, raw_belib, raw_belib_static, own, full_refresh=full_refresh)
            for d in days_of(context)
        ]
    yield from checked(context, own, partitions, findings.of_charge_point_day(own, partitions, raw_belib_static))


@asset(
    **table_asset(
        ChargePoint,
        "A known value is never overwritten by a null, and absence from an edition retires nobody.",
        point.CODE_VERSION,
        fresh_within=LIVE,
    ),
    deps=[charge_point_day],
)
def charge_point(context: dg.AssetExecutionContext, postgres: PostgresResource) -> Iterator[Yielded]:
    """The newest day laid over what is known of every point."""
    own, days = Table(postgres.warehouse(), ChargePoint), Table(postgres.warehouse(), ChargePointDay)
    partitions = [point.charge_point_partition(days, own, full_refresh=is_full_refresh(context))]
    yield from checked(context, own, partitions, findings.of_charge_point(own, partitions))


@asset(
    **table_asset(
        Station,
        "Drivers look for a station, not for a point.",
        point.CODE_VERSION,
        fresh_within=LIVE,
    )
)
def station(context: dg.AssetExecutionContext, charge_point: Table, postgres: PostgresResource) -> Iterator[Yielded]:
    """What the charge points of a station have in common."""
    own = Table(postgres.warehouse(), Station)
    partitions = [point.station_partition(charge_point, own, full_refresh=is_full_refresh(context))]
    yield from checked(context, own, partitions, {})


@asset(
    **table_asset(
        WeatherForecast,
        "For a decision at an hour only what was known then may be used, so every answer is kept beside the others.",
        weather.CODE_VERSION,
        fresh_within=timedelta(hours=3),
    )
)
def weather_forecast(
    context: dg.AssetExecutionContext, raw_meteo: RawResponses, postgres: PostgresResource
) -> Iterator[Yielded]:
    """The steps of the day's forecasts."""
    own, place, full_refresh = (
        Table(postgres.warehouse(), WeatherForecast),
        load_settings().weather_location,
        is_full_refresh(context),
    )
    with refused_at_once():
        partitions = [
            weather.weather_forecast_partition(d, raw_meteo, own, place, full_refresh=full_refresh)
            for d in days_of(context)
        ]
    yield from checked(context, own, partitions, findings.of_weather_forecast(own, partitions, datetime.now(UTC)))
