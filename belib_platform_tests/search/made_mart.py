"""A mart whose rows a test makes up, written as its asset writes them."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl

from belib_platform.contracts.clean import Station
from belib_platform.contracts.contract import conform, frame_schema
from belib_platform.contracts.mart import SECONDS, StationAvailabilityHourly
from belib_platform.contracts.search import BelibAvailability
from belib_platform.search.client import Search
from belib_platform.search.comparison import differing_hours
from belib_platform.search.hourly_index import AVAILABILITY
from belib_platform.search.indices import living
from belib_platform.search.loading import documents_of
from belib_platform.transforms.documents import availability_documents
from belib_platform.warehouse.notes import Plan
from belib_platform.warehouse.partition import Partition, write_partitions
from belib_platform.warehouse.warehouse import ALL, Table, Warehouse

DAY = date(2025, 5, 31)
"""The last of a month, so that days around it lie in two indices."""


def station_id(number: int) -> str:
    return f"FR*V75*PPX{number:02d}*01"


def hours_of(day: date, stations: int = 2, hours: int = 3, charging_s: int = 600) -> pl.DataFrame:
    """Rows of the mart: so many stations of one point in the day's first hours."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    rows = [
        {
            **dict.fromkeys(SECONDS, 0),
            "hour_at": start + timedelta(hours=hour),
            "station_id": station_id(number),
            "power_kw": 7.0,
            "point_count": 1,
            "charging_s": charging_s,
            "available_s": 3600 - charging_s,
            "no_point_free_s": charging_s,
        }
        for number in range(stations)
        for hour in range(hours)
    ]
    return pl.DataFrame(rows, schema=frame_schema(StationAvailabilityHourly))


def write_hours(warehouse: Warehouse, day: date, rows: pl.DataFrame) -> None:
    """Write a day of the mart; its fingerprint is that of its rows."""
    own = Table(warehouse, StationAvailabilityHourly)
    said = str(rows.hash_rows().to_list())
    plan = Plan("full_refresh", 0, said[:900], 0, said[:30])
    partition = Partition(key=day.isoformat(), found=own.note(day), plan=plan, frame=rows)
    write_partitions(warehouse, StationAvailabilityHourly, [partition], "test")


def write_stations(warehouse: Warehouse, name: str = "Rue A", count: int = 4) -> None:
    """Write the stations."""
    rows = [
        {"station_id": station_id(n), "station_name": name, "longitude": 2.3, "latitude": 48.8, "point_count": 1,
         "last_seen_date": DAY}
        for n in range(count)
    ]  # fmt: skip
    own = Table(warehouse, Station)
    plan = Plan("full_refresh", 0, name, 0, name)
    frame = pl.DataFrame(rows, schema=frame_schema(Station))
    write_partitions(warehouse, Station, [Partition(key=ALL, found=own.note(), plan=plan, frame=frame)], "test")


def expected(warehouse: Warehouse, hours: int | None = None) -> dict[str, Any]:
    """Every document there should be, by `_id`, or those of so many newest hours."""
    rows = warehouse.read(StationAvailabilityHourly)
    frame = availability_documents(rows.lazy(), warehouse.read(Station).lazy()).collect()
    if hours is not None:
        frame = frame.filter(pl.col("hour_at") > pl.col("hour_at").max() - timedelta(hours=hours))
    return _parsed(documents_of(BelibAvailability, conform(BelibAvailability, frame)))


def indexed(search: Search) -> dict[str, Any]:
    """Every document that one finds under the alias, by `_id`."""
    alias = search.alias(BelibAvailability)
    if not search.client.indices.exists_alias(name=alias):
        return {}
    search.client.indices.refresh(index=alias)
    hits = search.client.search(index=alias, size=10_000)["hits"]["hits"]
    return {hit["_id"]: hit["_source"] for hit in hits}


def _parsed(documents: dict[str, bytes]) -> dict[str, Any]:
    return {key: json.loads(body) for key, body in documents.items()}


def is_whole(search: Search, warehouse: Warehouse, day: date) -> bool:
    """Whether the check is green."""
    return differing_hours(search, warehouse, AVAILABILITY, [day])[0].is_empty()


def index_names(search: Search) -> list[str]:
    return [index.name.removeprefix(search.prefix) for index in living(search, BelibAvailability)]
