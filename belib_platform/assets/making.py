"""What an asset of a table makes: the partitions of the run's days, or all rows of a table without days."""

from datetime import UTC, datetime

import dagster as dg

from belib_platform.assets.partitions import days_of, is_full_refresh
from belib_platform.checks.draft import Draft
from belib_platform.raw.retired import RetiredDayError
from belib_platform.resources.mongo import MongoResource
from belib_platform.resources.postgres import PostgresResource
from belib_platform.settings import load_settings
from belib_platform.warehouse.inputs import Inputs
from belib_platform.warehouse.lost_responses import LostResponsesError
from belib_platform.warehouse.made_table import DailyTable, WholeTable


def made_days(
    context: dg.AssetExecutionContext, table: DailyTable, mongo: MongoResource, postgres: PostgresResource
) -> Draft:
    """The partitions of the run's days, not written yet.

    Raises dagster.Failure, without retries, where the responses of a day left raw: they do not come back by themselves.
    """
    inputs, full_refresh = _inputs(mongo, postgres), is_full_refresh(context)
    try:
        partitions = [table.make(inputs, day, full_refresh=full_refresh) for day in days_of(context)]
    except (RetiredDayError, LostResponsesError) as error:
        raise dg.Failure(str(error), allow_retries=False) from error
    return Draft(table, inputs, partitions)


def made_whole(
    context: dg.AssetExecutionContext, table: WholeTable, mongo: MongoResource, postgres: PostgresResource
) -> Draft:
    """All rows of a table without days, not written yet."""
    inputs = _inputs(mongo, postgres)
    return Draft(table, inputs, [table.make(inputs, full_refresh=is_full_refresh(context))])


def _inputs(mongo: MongoResource, postgres: PostgresResource) -> Inputs:
    location, now = load_settings().weather_location, datetime.now(UTC)
    return Inputs(mongo.store(), postgres.warehouse(), location, now, mongo.folds(), mongo.listings())
