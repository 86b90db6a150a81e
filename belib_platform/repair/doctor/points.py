"""Last known attributes ↔ attributes by day: made again in memory, a month of days at a time, and compared."""

from collections.abc import Iterator
from datetime import date

import polars as pl

from belib_platform.contracts.clean import ChargePoint, Station
from belib_platform.contracts.contract import conform, qualified_name
from belib_platform.repair.doctor.finding import Finding, Remedy
from belib_platform.repair.doctor.rows import differing
from belib_platform.repair.doctor.stores import Stores
from belib_platform.transforms.charge_points import stations
from belib_platform.warehouse.feeds import FEEDS, Feed

DAYS_AT_ONCE = 30


def points_and_days(stores: Stores) -> Iterator[Finding]:
    """Charge points, their stations and bike stations that differ from those made of all days together."""
    for feed in FEEDS:
        days = [date.fromisoformat(key) for key in stores.warehouse.notes(feed.by_day)]
        if days:
            yield from _compared(stores, feed, days)


def _compared(stores: Stores, feed: Feed, days: list[date]) -> Iterator[Finding]:
    things: pl.DataFrame = feed.whole.create_empty()
    for start in range(0, len(days), DAYS_AT_ONCE):
        some = days[start : start + DAYS_AT_ONCE]
        later = stores.warehouse.read(feed.by_day, some[0], some[-1])
        things = conform(feed.whole, feed.lay_days(things.lazy(), later.lazy()).collect())
    made = {feed.whole: things}
    if feed.whole is ChargePoint:
        made[Station] = conform(Station, stations(things.lazy()).collect())
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
