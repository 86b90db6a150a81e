"""`station_nearby`: which stations of the two networks are near each other, made again where places changed."""

import polars as pl

from belib_platform.contracts.bikes.clean import BikeStation
from belib_platform.contracts.bikes.mart import NEAR_M, StationNearby
from belib_platform.contracts.clean import Station
from belib_platform.contracts.contract import conform, qualified_name
from belib_platform.transforms.nearby import nearby
from belib_platform.warehouse.inputs import Inputs
from belib_platform.warehouse.made_table import Preview, TableInput, WholeTable
from belib_platform.warehouse.notes import Note, Plan, plan
from belib_platform.warehouse.partition import Partition
from belib_platform.warehouse.warehouse import ALL, Table, Warehouse

PLACES = f"""
SELECT 'belib' AS network, station_id AS place_id, longitude, latitude FROM {qualified_name(Station)}
UNION ALL
SELECT 'velib', station_code, longitude, latitude FROM {qualified_name(BikeStation)}
"""

SIGNATURE = f"""
SELECT coalesce(md5(string_agg(ROW(network, place_id, longitude, latitude)::text, ''
                               ORDER BY network, place_id COLLATE "C")), 'absent') AS signature
FROM ({PLACES}) AS places WHERE longitude IS NOT NULL AND latitude IS NOT NULL
"""
"""Of all places: their tables are written with every poll, and places hardly ever change."""


def station_nearby_partition(inputs: Inputs, *, full_refresh: bool = False) -> Partition:
    """All pairs of stations that are near each other, from the last known places."""
    warehouse, own = inputs.warehouse, inputs.table(StationNearby)
    found = own.note()
    todo = _plan(warehouse, found, full_refresh=full_refresh)
    if todo.action == "nothing":
        return Partition(key=ALL, found=found, plan=todo)
    frame = conform(StationNearby, nearby(places(warehouse).lazy(), NEAR_M).collect())
    return Partition(key=ALL, found=found, plan=todo, frame=frame, held=own.rows() if found else None)


def places(warehouse: Warehouse) -> pl.DataFrame:
    """network, place_id, longitude and latitude (degrees, WGS 84, null where unknown) of all stations of both."""
    return warehouse.query(PLACES)


def is_stale(warehouse: Warehouse) -> bool:
    """Whether places were added or moved since the pairs were found."""
    return _plan(warehouse, Table(warehouse, StationNearby).note(), full_refresh=False).action != "nothing"


def _plan(warehouse: Warehouse, found: Note | None, *, full_refresh: bool) -> Plan:
    signature = warehouse.query(SIGNATURE).item()
    return plan(found, STATION_NEARBY.basis, [signature], unsettled=1, full_refresh=full_refresh)


STATION_NEARBY = WholeTable(
    contract=StationNearby,
    code_version="1",
    tables=(TableInput(Station), TableInput(BikeStation)),
    make=station_nearby_partition,
    is_stale=is_stale,
    is_live=False,
    preview=Preview(["network", "place_id", "other_network", "other_id", "distance_m"], [-pl.col("distance_m")]),
)
