"""charge_point, station ↔ charge_point_day: points made again in memory, a month of days at a time, and compared."""

from collections.abc import Iterator
from datetime import date

import polars as pl

from belib_platform.contracts.clean import ChargePoint, ChargePointDay, Station
from belib_platform.contracts.contract import conform, qualified_name
from belib_platform.repair.doctor.finding import Finding, Remedy
from belib_platform.repair.doctor.rows import differing
from belib_platform.repair.doctor.stores import Stores
from belib_platform.transforms.attributes import charge_points, stations

DAYS_AT_ONCE = 30


def points_and_days(stores: Stores) -> Iterator[Finding]:
    """Points and stations that differ from those made of all days together."""
    days = [date.fromisoformat(key) for key in stores.warehouse.notes(ChargePointDay)]
    if not days:
        return
    points: pl.DataFrame = ChargePoint.create_empty()
    for start in range(0, len(days), DAYS_AT_ONCE):
        some = days[start : start + DAYS_AT_ONCE]
        later = stores.warehouse.read(ChargePointDay, some[0], some[-1])
        points = conform(ChargePoint, charge_points(points.lazy(), later.lazy()).collect())
    made = {ChargePoint: points, Station: conform(Station, stations(points.lazy()).collect())}
    for contract, frame in made.items():
        if found := differing(contract, stores.warehouse.read(contract), frame):
            yield Finding(
                f"{qualified_name(contract)} ↔ all days",
                days[-1],
                "rows differ",
                found.keys,
                found.example,
                Remedy.POINTS,
            )
