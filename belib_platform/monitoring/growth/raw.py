"""Growth of MongoDB: every collection, responses and the ledger by the day they were fetched."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

from pymongo.database import Database
from pymongo.errors import OperationFailure

from belib_platform.monitoring.growth.growth import Growth, closed_days, of_rows, pace
from belib_platform.raw.response import between, instant_of
from belib_platform.sources.registry import raw_collections

STORE = "MongoDB"


def raw_growth(database: Database[dict[str, Any]], today: date) -> Iterator[Growth]:
    """By collection; reads one number of each response of a week. Raises PyMongoError."""
    dated = {"poll_attempt", *raw_collections()}
    for name in sorted(database.list_collection_names()):
        rows, size = _held(database, name)
        yield of_rows(STORE, name, rows, size, _pace(database, name, today) if name in dated else None)


def _held(database: Database[dict[str, Any]], name: str) -> tuple[int, int | None]:
    """Documents and bytes; a server that does not know, or does not tell this user, is asked for documents alone."""
    try:
        stats = database.command("collStats", name)
    except OperationFailure:
        return database[name].estimated_document_count(), None
    return int(stats["count"]), int(stats["storageSize"]) + int(stats.get("totalIndexSize", 0))


def _pace(database: Database[dict[str, Any]], name: str, today: date) -> float | None:
    days = closed_days(today)
    fetched = database[name].find(between(days[0], days[-1]), {"_id": 0, "fetched_at_ms": 1})
    return pace(Counter(instant_of(document["fetched_at_ms"]).date() for document in fetched))
