"""Responses that arrive, and runs that follow from them at once."""

from datetime import datetime, timedelta

from belib_platform.raw.response import Response
from belib_platform.raw.store import RawStore
from belib_platform.sources.registry import SOURCES
from belib_platform.warehouse.partition import Partition, write_partitions
from belib_platform.warehouse.status import BIKE_STATION_STATUS, CHARGE_POINT_STATUS
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.warehouse.days import inputs


def arrive(
    store: RawStore, house: Warehouse, *responses: Response, now: datetime | None = None, full_refresh: bool = False
) -> list[Partition]:
    """Keep responses, and write the runs of their days as one run does, right after the last of them."""
    for one in responses:
        store.keep(SOURCES[one.source].collection, [one])
    [table] = {
        one.source: (CHARGE_POINT_STATUS, BIKE_STATION_STATUS)[one.source == "velib"] for one in responses
    }.values()
    newest = max(one.fetched_at for one in responses)
    given = inputs(store, house, now or newest + timedelta(seconds=10))
    made = [table.make(given, day, full_refresh=full_refresh) for day in sorted({one.day for one in responses})]
    write_partitions(house, table.contract, made, newest.isoformat())
    return made
