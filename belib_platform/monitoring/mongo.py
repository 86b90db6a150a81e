"""MongoDB as observed: the newest sound answer of each source, polls by outcome, collections."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pymongo
from pymongo import ASCENDING, MongoClient
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import OperationFailure

from belib_platform.monitoring.observation import Freshness, MongoObservation, PollCounts, Table
from belib_platform.monitoring.poll_counter import PollCounter, polls_by_outcome
from belib_platform.raw.response import epoch_ms
from belib_platform.raw.store import RawStore
from belib_platform.sources.cadence import FEEDS
from belib_platform.sources.registry import latest_collections, raw_collections
from belib_platform.sources.source import Source

TIME_LIMIT_S = 4.0
"""For all questions together."""

SELECTION_TIMEOUT_MS = 2000

ATTEMPTS_READ = 10_000
"""At most, of two days; at a cadence of one minute there are 3,000."""

DAY = timedelta(days=1)

RAW = (*raw_collections(), *latest_collections(), "poll_attempt")


def observe_mongo(
    url: str, sources: Iterable[Source], now: datetime, counter: PollCounter | None = None
) -> MongoObservation:
    """Observe the raw store at a URL; with a counter, polls since the first are counted, too.

    Raises PyMongoError when it does not answer within 4 seconds.
    """
    client: MongoClient[dict[str, Any]] = MongoClient(
        url, serverSelectionTimeoutMS=SELECTION_TIMEOUT_MS, appname="belib_metrics"
    )
    with client, pymongo.timeout(TIME_LIMIT_S):
        store = RawStore(client.get_default_database("belib"))
        ledger = store.ledger.collection
        recent = _attempts(ledger, epoch_ms(now - 2 * DAY), epoch_ms(now), ATTEMPTS_READ)
        return MongoObservation(
            freshness=observe_freshness(store, sources, now),
            polls_last_day=_polls_since(recent, now - DAY),
            polls_total=counter.count(partial(_attempts, ledger), epoch_ms(now - DAY), recent) if counter else None,
            tables=_collections(store.database),
        )


def observe_freshness(store: RawStore, sources: Iterable[Source], now: datetime) -> Freshness:
    """When the newest sound answer of each of these sources was fetched, and what lies in the future.

    Raises PyMongoError when the raw store does not answer within 4 seconds.
    """
    asked = list(sources)
    with pymongo.timeout(TIME_LIMIT_S):
        newest = {source.name: store.responses(source.collection).newest(source.name, now) for source in asked}
        ahead = store.ledger.ahead(now)
    sound = {name: response.fetched_at for name, response in newest.items() if response}
    feeds = {source.name: sound.get(source.name) for source in asked if source.cadence in FEEDS}
    return Freshness(sound, ahead, feeds)


def _attempts(ledger: Collection[dict[str, Any]], after: int, until: int, limit: int) -> list[dict[str, Any]]:
    """Attempts of these epoch milliseconds, oldest first."""
    found = ledger.find(
        {"fetched_at_ms": {"$gt": after, "$lte": until}}, {"source": 1, "outcome": 1, "origin": 1, "fetched_at_ms": 1}
    )
    return list(found.sort("fetched_at_ms", ASCENDING).limit(limit))


def _polls_since(attempts: Sequence[dict[str, Any]], instant: datetime) -> PollCounts:
    return polls_by_outcome(attempt for attempt in attempts if attempt["fetched_at_ms"] > epoch_ms(instant))


def _collections(database: Database[dict[str, Any]]) -> list[Table]:
    """Some servers make a collection when they are asked about one that is not there."""
    made = set(database.list_collection_names())
    return [_collection(database, name) if name in made else Table("raw", name, 0, bytes=0) for name in RAW]


def _collection(database: Database[dict[str, Any]], name: str) -> Table:
    """A server that does not know `collStats`, or does not answer it to this user, is asked for documents alone."""
    try:
        stats = database.command("collStats", name)
    except OperationFailure:
        return Table("raw", name, database[name].estimated_document_count())
    size = int(stats.get("storageSize", 0)) + int(stats.get("totalIndexSize", 0))
    return Table("raw", name, int(stats.get("count", 0)), bytes=size)
