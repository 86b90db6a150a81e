"""The assets of two new tables, as they would stand in `belib_platform/assets/clean.py`."""

from collections.abc import Iterator
from datetime import timedelta

import dagster as dg

from belib_platform.assets.asset import asset
from belib_platform.assets.declaration import table_asset
from belib_platform.assets.making import made_days
from belib_platform.checks.results import TableResult, checked
from belib_platform.resources.mongo import MongoResource
from belib_platform.resources.postgres import PostgresResource
from belib_platform_tests.recipes.status_count import STATUS_COUNT
from belib_platform_tests.recipes.status_day import STATUS_DAY


@asset(
    **table_asset(
        STATUS_COUNT,
        "How busy Paris is at a glance, without reading 2,000 rows of each poll.",
        fresh_within=timedelta(minutes=15),
    )
)
def status_count(
    context: dg.AssetExecutionContext, mongo: MongoResource, postgres: PostgresResource
) -> Iterator[TableResult]:
    """Charge points by poll and status."""
    yield from checked(context, made_days(context, STATUS_COUNT, mongo, postgres))


@asset(
    **table_asset(
        STATUS_DAY,
        "How far a day went, once it is over.",
        fresh_within=timedelta(hours=30),
    )
)
def status_day(
    context: dg.AssetExecutionContext, mongo: MongoResource, postgres: PostgresResource
) -> Iterator[TableResult]:
    """The greatest counts of each day."""
    yield from checked(context, made_days(context, STATUS_DAY, mongo, postgres))
