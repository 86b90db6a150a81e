"""The raw asset of the example, as it would stand in `assets/raw.py`."""

import dagster as dg

from belib_platform.assets.asset import asset
from belib_platform.assets.declaration import raw_asset
from belib_platform.assets.raw import Responses, asked_once
from belib_platform.resources.mongo import MongoResource
from belib_platform_tests.recipes.source.bicycle_counters import BICYCLE_COUNTERS


@asset(**raw_asset(BICYCLE_COUNTERS))
def raw_bicycle_counters(context: dg.AssetExecutionContext, mongo: MongoResource) -> Responses:
    """Ask for the counters once, if today is among the run's days."""
    return asked_once(context, mongo.store(), BICYCLE_COUNTERS)
