"""The indices of the present: what their documents are made from, and what is compared with the tables."""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from belib_platform.contracts.bikes.clean import BikeStation, BikeStationStatus
from belib_platform.contracts.bikes.search import BelibBikeStations
from belib_platform.contracts.clean import ChargePoint, ChargePointStatus
from belib_platform.contracts.contract import Contract
from belib_platform.contracts.search import BelibChargePoints
from belib_platform.transforms.bike_documents import bike_station_documents
from belib_platform.transforms.documents import charge_point_documents


@dataclass(frozen=True)
class PresentIndex:
    """An index with one document per thing observed in the last two days: its newest row of `table`.

    `documents` makes them of the rows of `table` and of `attributes`; `key` names the thing in both. Of the things in
    each `state`, a field of the documents, the number and the sums of `summed` are compared with the table, where the
    state is the SQL expression `state_sql`.
    """

    contract: type[Contract]
    table: type[Contract]
    attributes: type[Contract]
    documents: Callable[[pl.LazyFrame, pl.LazyFrame], pl.LazyFrame]
    key: str
    state: str
    state_sql: str
    summed: tuple[str, ...] = ()


CHARGE_POINTS = PresentIndex(
    contract=BelibChargePoints,
    table=ChargePointStatus,
    attributes=ChargePoint,
    documents=charge_point_documents,
    key="charge_point_id",
    state="status",
    state_sql="status::text",
)

BIKE_STATIONS = PresentIndex(
    contract=BelibBikeStations,
    table=BikeStationStatus,
    attributes=BikeStation,
    documents=bike_station_documents,
    key="station_code",
    state="service",
    state_sql="CASE WHEN NOT is_reporting THEN 'NOT_REPORTING' "
    "WHEN is_installed AND is_renting AND is_returning THEN 'OPEN' ELSE 'CLOSED' END",
    summed=("mechanical", "ebike", "docks"),
)

PRESENT = (CHARGE_POINTS, BIKE_STATIONS)
