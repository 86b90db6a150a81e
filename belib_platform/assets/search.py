"""Layer `search`: the mart and the present for those who look, search and draw; lost and made again at any time."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import dagster as dg

from belib_platform.assets.asset import asset
from belib_platform.assets.declaration import fresh_within, index_asset
from belib_platform.assets.partitions import days_of, is_full_refresh
from belib_platform.checks.indexed import IndexResult, written_and_checked
from belib_platform.contracts.contract import name
from belib_platform.contracts.search import BelibArrondissements
from belib_platform.raw.responses import RawResponses
from belib_platform.resources.elasticsearch import ElasticsearchResource
from belib_platform.resources.postgres import PostgresResource
from belib_platform.search import availability
from belib_platform.search.availability import load_days
from belib_platform.search.hourly_index import AVAILABILITY, BIKE_AVAILABILITY, HourlyIndex
from belib_platform.search.present_index import BIKE_STATIONS, CHARGE_POINTS, PresentIndex
from belib_platform.search.unpartitioned import Content, arrondissements, load_whole, present
from belib_platform.sources.belib_realtime import BELIB
from belib_platform.sources.velib_realtime import VELIB

HOURS_WHY = (
    "Only documents that changed are sent. A run makes its own days good and, within a minute, others that are not "
    "what the mart says, newest first."
)

CLOSED = timedelta(hours=1)
"""The newest hour is the one that is over."""


@asset(
    **index_asset(
        AVAILABILITY.contract,
        HOURS_WHY,
        availability.CODE_VERSION,
        fresh_within=fresh_within(BELIB, later=CLOSED),
    ),
    deps=[name(AVAILABILITY.table), name(AVAILABILITY.stations)],
)
def belib_availability(
    context: dg.AssetExecutionContext, elasticsearch: ElasticsearchResource, postgres: PostgresResource
) -> Iterator[IndexResult]:
    """The mart's hours of charge points as documents."""
    yield from _hours(context, elasticsearch, postgres, AVAILABILITY)


@asset(
    **index_asset(
        CHARGE_POINTS.contract,
        "What drivers ask: what is free now, since when, and how sure that is.",
        availability.CODE_VERSION,
        fresh_within=fresh_within(BELIB),
    ),
    deps=[name(CHARGE_POINTS.table), name(CHARGE_POINTS.attributes)],
)
def belib_charge_points(
    context: dg.AssetExecutionContext, elasticsearch: ElasticsearchResource, postgres: PostgresResource
) -> Iterator[IndexResult]:
    """The newest status of each charge point."""
    yield from _present(context, elasticsearch, postgres, CHARGE_POINTS)


@asset(
    **index_asset(
        BelibArrondissements,
        "What maps are drawn with; the newest sound edition.",
        availability.CODE_VERSION,
        fresh_within=fresh_within(BELIB),
    )
)
def belib_arrondissements(
    context: dg.AssetExecutionContext,
    raw_arrondissements: RawResponses,
    elasticsearch: ElasticsearchResource,
    postgres: PostgresResource,
) -> Iterator[IndexResult]:
    """The borders of the newest edition."""
    yield from _whole(context, elasticsearch, postgres, arrondissements(raw_arrondissements))


@asset(
    **index_asset(
        BIKE_AVAILABILITY.contract,
        HOURS_WHY,
        availability.CODE_VERSION,
        fresh_within=fresh_within(VELIB, later=CLOSED),
    ),
    deps=[name(BIKE_AVAILABILITY.table), name(BIKE_AVAILABILITY.stations)],
)
def belib_bike_availability(
    context: dg.AssetExecutionContext, elasticsearch: ElasticsearchResource, postgres: PostgresResource
) -> Iterator[IndexResult]:
    """The mart's hours of bike stations as documents."""
    yield from _hours(context, elasticsearch, postgres, BIKE_AVAILABILITY)


@asset(
    **index_asset(
        BIKE_STATIONS.contract,
        "What riders ask: where there are bikes and docks now, since when, and how sure that is.",
        availability.CODE_VERSION,
        fresh_within=fresh_within(VELIB),
    ),
    deps=[name(BIKE_STATIONS.table), name(BIKE_STATIONS.attributes)],
)
def belib_bike_stations(
    context: dg.AssetExecutionContext, elasticsearch: ElasticsearchResource, postgres: PostgresResource
) -> Iterator[IndexResult]:
    """What each bike station has now."""
    yield from _present(context, elasticsearch, postgres, BIKE_STATIONS)


def _hours(
    context: dg.AssetExecutionContext,
    elasticsearch: ElasticsearchResource,
    postgres: PostgresResource,
    index: HourlyIndex,
) -> Iterator[IndexResult]:
    search, warehouse, days = elasticsearch.search(), postgres.warehouse(), days_of(context)
    load = partial(load_days, search, warehouse, index, days, full_refresh=is_full_refresh(context))
    yield from written_and_checked(search, warehouse, index.contract, load, days)


def _present(
    context: dg.AssetExecutionContext,
    elasticsearch: ElasticsearchResource,
    postgres: PostgresResource,
    index: PresentIndex,
) -> Iterator[IndexResult]:
    yield from _whole(context, elasticsearch, postgres, present(postgres.warehouse(), index))


def _whole(
    context: dg.AssetExecutionContext,
    elasticsearch: ElasticsearchResource,
    postgres: PostgresResource,
    content: Content,
) -> Iterator[IndexResult]:
    search, warehouse = elasticsearch.search(), postgres.warehouse()
    load = partial(load_whole, search, warehouse, content, full_refresh=is_full_refresh(context))
    yield from written_and_checked(search, warehouse, content.contract, load)
