"""Layer `clean`: what the sources said, typed and folded; `warehouse/` declares what a table is made from."""

from collections.abc import Iterator

import dagster as dg

from belib_platform.assets.asset import asset
from belib_platform.assets.declaration import fresh_within, table_asset
from belib_platform.assets.making import made_days, made_whole
from belib_platform.checks.results import TableResult, checked
from belib_platform.resources.mongo import MongoResource
from belib_platform.resources.postgres import PostgresResource
from belib_platform.sources.arrondissements import ARRONDISSEMENTS
from belib_platform.sources.belib_realtime import BELIB
from belib_platform.sources.open_meteo import OPEN_METEO
from belib_platform.sources.velib_realtime import VELIB
from belib_platform.warehouse.arrondissement import ARRONDISSEMENT
from belib_platform.warehouse.attributes_by_day import BIKE_STATION_DAY, CHARGE_POINT_DAY
from belib_platform.warehouse.last_known import BIKE_STATION, CHARGE_POINT, STATION
from belib_platform.warehouse.poll import POLL
from belib_platform.warehouse.status import BIKE_STATION_STATUS, CHARGE_POINT_STATUS
from belib_platform.warehouse.weather_forecast import WEATHER_FORECAST


@asset(
    **table_asset(
        CHARGE_POINT_STATUS,
        "600,000 sightings a day become 10,000 runs, and nothing is lost but repetition.",
        fresh_within=fresh_within(BELIB),
    )
)
def charge_point_status(
    context: dg.AssetExecutionContext, mongo: MongoResource, postgres: PostgresResource
) -> Iterator[TableResult]:
    """Runs of status, folded from the responses not folded yet."""
    yield from checked(context, made_days(context, CHARGE_POINT_STATUS, mongo, postgres))


@asset(
    **table_asset(
        POLL,
        "A change that was not seen and a poll that failed are different facts; without this table they look alike.",
        fresh_within=fresh_within(BELIB),
    )
)
def poll(context: dg.AssetExecutionContext, mongo: MongoResource, postgres: PostgresResource) -> Iterator[TableResult]:
    """The ledger's attempts, with what their responses say as a whole."""
    yield from checked(context, made_days(context, POLL, mongo, postgres))


@asset(
    **table_asset(
        CHARGE_POINT_DAY,
        "The feed drops addresses and coordinates in some polls and the static set drops points in some editions; a "
        "day remembers the last it knew.",
        fresh_within=fresh_within(BELIB),
    )
)
def charge_point_day(
    context: dg.AssetExecutionContext, mongo: MongoResource, postgres: PostgresResource
) -> Iterator[TableResult]:
    """The day's attributes, from its real-time and static responses."""
    yield from checked(context, made_days(context, CHARGE_POINT_DAY, mongo, postgres))


@asset(
    **table_asset(
        CHARGE_POINT,
        "A known value is never overwritten by a null, and absence from an edition retires nobody.",
        fresh_within=fresh_within(BELIB),
    )
)
def charge_point(
    context: dg.AssetExecutionContext, mongo: MongoResource, postgres: PostgresResource
) -> Iterator[TableResult]:
    """The newest day laid over what is known of every point."""
    yield from checked(context, made_whole(context, CHARGE_POINT, mongo, postgres))


@asset(
    **table_asset(
        STATION,
        "Drivers look for a station, not for a point.",
        fresh_within=fresh_within(BELIB),
    )
)
def station(
    context: dg.AssetExecutionContext, mongo: MongoResource, postgres: PostgresResource
) -> Iterator[TableResult]:
    """What the charge points of a station have in common."""
    yield from checked(context, made_whole(context, STATION, mongo, postgres))


@asset(
    **table_asset(
        ARRONDISSEMENT,
        "Whoever draws a map of the figures by arrondissement needs the borders where the figures are.",
        fresh_within=fresh_within(ARRONDISSEMENTS),
    )
)
def arrondissement(
    context: dg.AssetExecutionContext, mongo: MongoResource, postgres: PostgresResource
) -> Iterator[TableResult]:
    """The borders of the newest response."""
    yield from checked(context, made_whole(context, ARRONDISSEMENT, mongo, postgres))


@asset(
    **table_asset(
        WEATHER_FORECAST,
        "For a decision at an hour only what was known then may be used, so every answer is kept beside the others.",
        fresh_within=fresh_within(OPEN_METEO),
    )
)
def weather_forecast(
    context: dg.AssetExecutionContext, mongo: MongoResource, postgres: PostgresResource
) -> Iterator[TableResult]:
    """The steps of the day's forecasts."""
    yield from checked(context, made_days(context, WEATHER_FORECAST, mongo, postgres))


@asset(
    **table_asset(
        BIKE_STATION_STATUS,
        "420,000 observations a day become about 100,000 runs: most stations change within a quarter of an hour.",
        fresh_within=fresh_within(VELIB),
    )
)
def bike_station_status(
    context: dg.AssetExecutionContext, mongo: MongoResource, postgres: PostgresResource
) -> Iterator[TableResult]:
    """Runs of bikes, docks and flags, folded from the responses not folded yet."""
    yield from checked(context, made_days(context, BIKE_STATION_STATUS, mongo, postgres))


@asset(
    **table_asset(
        BIKE_STATION_DAY,
        "Stations move, are renamed and get other docks; each day remembers what it knew.",
        fresh_within=fresh_within(VELIB),
    )
)
def bike_station_day(
    context: dg.AssetExecutionContext, mongo: MongoResource, postgres: PostgresResource
) -> Iterator[TableResult]:
    """The day's attributes, from its real-time responses and lists of stations."""
    yield from checked(context, made_days(context, BIKE_STATION_DAY, mongo, postgres))


@asset(
    **table_asset(
        BIKE_STATION,
        "A known value is never overwritten by a null, and absence from a response retires no station.",
        fresh_within=fresh_within(VELIB),
    )
)
def bike_station(
    context: dg.AssetExecutionContext, mongo: MongoResource, postgres: PostgresResource
) -> Iterator[TableResult]:
    """The newest day laid over what is known of every station."""
    yield from checked(context, made_whole(context, BIKE_STATION, mongo, postgres))
