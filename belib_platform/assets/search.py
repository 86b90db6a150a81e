"""Layer `search`: the mart and the present for those who look, search and draw; lost and made again at any time."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import dagster as dg

from belib_platform.assets.asset import asset
from belib_platform.assets.declaration import fresh_within, index_asset
from belib_platform.assets.partitions import days_of, is_full_refresh
from belib_platform.checks.indexed import IndexResult, written_and_checked
from belib_platform.contracts.search import BelibArrondissements, BelibAvailability, BelibChargePoints
from belib_platform.raw.responses import RawResponses
from belib_platform.resources.elasticsearch import ElasticsearchResource
from belib_platform.resources.postgres import PostgresResource
from belib_platform.search import availability
from belib_platform.search.availability import load_days
from belib_platform.search.unpartitioned import arrondissements, load_whole, present
from belib_platform.sources.belib_realtime import BELIB


@asset(
    **index_asset(
        BelibAvailability,
        "Only documents that changed are sent. A run makes its own days good and, within a minute, others that are "
        "not what the mart says, newest first.",
        availability.CODE_VERSION,
        fresh_within=fresh_within(BELIB, later=timedelta(hours=1)),
    ),
    deps=["station_availability_hourly", "station"],
)
def belib_availability(
    context: dg.AssetExecutionContext, elasticsearch: ElasticsearchResource, postgres: PostgresResource
) -> Iterator[IndexResult]:
    """The mart's hours as documents."""
    search, warehouse, days = elasticsearch.search(), postgres.warehouse(), days_of(context)
    load = partial(load_days, search, warehouse, days, full_refresh=is_full_refresh(context))
    yield from written_and_checked(search, warehouse, BelibAvailability, load, days)


@asset(
    **index_asset(
        BelibChargePoints,
        "What drivers ask: what is free now, since when, and how sure that is.",
        availability.CODE_VERSION,
        fresh_within=fresh_within(BELIB),
    ),
    deps=["charge_point_status", "charge_point"],
)
def belib_charge_points(
    context: dg.AssetExecutionContext, elasticsearch: ElasticsearchResource, postgres: PostgresResource
) -> Iterator[IndexResult]:
    """The newest status of each charge point."""
    search, warehouse = elasticsearch.search(), postgres.warehouse()
    load = partial(load_whole, search, warehouse, present(warehouse), full_refresh=is_full_refresh(context))
    yield from written_and_checked(search, warehouse, BelibChargePoints, load)


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
    search, warehouse, newest = elasticsearch.search(), postgres.warehouse(), arrondissements(raw_arrondissements)
    load = partial(load_whole, search, warehouse, newest, full_refresh=is_full_refresh(context))
    yield from written_and_checked(search, warehouse, BelibArrondissements, load)
