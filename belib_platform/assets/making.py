"""Partitions made by an asset of a table: those of the run's days, or the one of a table without days."""

from datetime import UTC, datetime

import dagster as dg

from belib_platform.assets.partitions import days_of, is_full_refresh
from belib_platform.raw.retired import RetiredDayError
from belib_platform.resources.mongo import MongoResource
from belib_platform.resources.postgres import PostgresResource
from belib_platform.settings import load_settings
from belib_platform.warehouse.inputs import Inputs
from belib_platform.warehouse.lost_responses import LostResponsesError
from belib_platform.warehouse.made_table import DailyTable, WholeTable
from belib_platform.warehouse.partition import Partition


def inputs_of(mongo: MongoResource, postgres: PostgresResource) -> Inputs:
    """What tables are made from, now."""
    return Inputs(mongo.store(), postgres.warehouse(), load_settings().weather_location, datetime.now(UTC))


def made_days(context: dg.AssetExecutionContext, table: DailyTable, inputs: Inputs) -> list[Partition]:
    """The partitions of the run's days, not written yet.

    Raises dagster.Failure, without retries, where the responses of a day left raw: they do not come back by themselves.
    """
    full_refresh = is_full_refresh(context)
    try:
        return [table.make(inputs, day, full_refresh=full_refresh) for day in days_of(context)]
    except (RetiredDayError, LostResponsesError) as error:
        raise dg.Failure(str(error), allow_retries=False) from error


def made_whole(context: dg.AssetExecutionContext, table: WholeTable, inputs: Inputs) -> list[Partition]:
    """All rows of a table without days, not written yet."""
    return [table.make(inputs, full_refresh=is_full_refresh(context))]
