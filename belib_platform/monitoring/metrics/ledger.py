"""The raw store as observed: polls by outcome, the newest sound one, documents. By the index on `fetched_at_ms`."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import pymongo
from pymongo import ASCENDING, DESCENDING, MongoClient
from pymongo.collection import Collection

from belib_platform.monitoring.metrics.observation import POLLED, Outcomes, RawLook, Table
from belib_platform.monitoring.metrics.tally import Tally
from belib_platform.raw.ledger import Ledger as Attempts
from belib_platform.raw.response import epoch_ms, instant_of, up_to
from belib_platform.sources.registry import raw_collections

PATIENCE_S = 4.0
"""For all questions together."""

LOOK_BACK = 3000
"""Attempts looked at for a newest sound one that is older than two days: nine days at five minutes."""

AT_MOST = 10_000
"""Attempts of two days that are read; a minute's cadence makes 3,000."""

DAY = timedelta(days=1)

SOUND = "sound"

RAW = (*raw_collections(), "raw_belib_latest", "poll_attempt")

Ledger = Collection[dict[str, Any]]

FACTS = {"source": 1, "outcome": 1, "origin": 1, "fetched_at_ms": 1}


def look_at_raw(url: str, now: datetime, tally: Tally | None = None) -> RawLook:
    """What the raw store holds; with a tally, also all polls since the first.

    Raises PyMongoError when it does not answer within 4 seconds.
    """
    client: MongoClient[dict[str, Any]] = MongoClient(url, serverSelectionTimeoutMS=2000, appname="belib_metrics")
    with client, pymongo.timeout(PATIENCE_S):
        database = client[urlsplit(url).path.strip("/") or "belib"]
        ledger = database["poll_attempt"]
        lately = _between(ledger, epoch_ms(now - 2 * DAY), epoch_ms(now), AT_MOST)
        polls = _polls(lately)
        return RawLook(
            newest_sound_at=_newest_sound([*_before(ledger, polls, now), *polls]),
            ahead=Attempts(database).ahead(now),
            last_day=_by_outcome(poll for poll in polls if poll["fetched_at_ms"] > epoch_ms(now - DAY)),
            counted=_counted(tally, ledger, now, lately) if tally else None,
            tables=[Table("raw", name, database[name].estimated_document_count()) for name in RAW],
        )


def _between(ledger: Ledger, after: int, until: int, limit: int) -> list[dict[str, Any]]:
    """Attempts of these epoch milliseconds, oldest first."""
    bounds = {"fetched_at_ms": {"$gt": after, "$lte": until}}
    return list(ledger.find(bounds, FACTS).sort("fetched_at_ms", ASCENDING).limit(limit))


def _before(ledger: Ledger, polls: Sequence[dict[str, Any]], now: datetime) -> list[dict[str, Any]]:
    """Older polls, read only where none of these is a sound one of Belib'; oldest first."""
    if any((poll["source"], poll["outcome"]) == (POLLED, SOUND) for poll in polls):
        return []
    found = ledger.find(up_to(now), FACTS).sort("fetched_at_ms", DESCENDING).limit(LOOK_BACK)
    return _polls(reversed(list(found)))


def _counted(tally: Tally, ledger: Ledger, now: datetime, lately: Sequence[dict[str, Any]]) -> Outcomes | None:
    return tally.counted(partial(_between, ledger), settled_before=epoch_ms(now - DAY), lately=lately)


def _by_outcome(polls: Iterable[dict[str, Any]]) -> Outcomes:
    return Counter((poll["source"], poll["outcome"]) for poll in polls)


def _newest_sound(polls: Iterable[dict[str, Any]]) -> dict[str, datetime]:
    """By source; the polls come oldest first."""
    return {poll["source"]: instant_of(poll["fetched_at_ms"]) for poll in polls if poll["outcome"] == SOUND}


def _polls(attempts: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those that asked a source; an import asked nobody."""
    return [attempt for attempt in attempts if attempt.get("origin") == "poll"]
