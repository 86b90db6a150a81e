"""The raw store as observed: polls by outcome, the newest sound one, documents. By the index on `fetched_at_ms`."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pymongo
from pymongo import ASCENDING, DESCENDING, MongoClient
from pymongo.collection import Collection

from belib_platform.observability.observation import Outcomes, RawLook, Table
from belib_platform.observability.tally import Tally
from belib_platform.raw.page import epoch_ms, instant_of

PATIENCE_S = 4.0
"""For all questions together."""

LOOK_BACK = 3000
"""Attempts looked at for the newest sound one of each source: nine days at five minutes, two at one minute."""

DAY = timedelta(days=1)

RAW = ("raw_belib", "raw_belib_static", "raw_arrondissements", "raw_meteo", "raw_belib_latest", "poll_attempt")

FACTS = {"source": 1, "outcome": 1, "origin": 1, "fetched_at_ms": 1}


def look_at_raw(url: str, now: datetime, tally: Tally | None = None) -> RawLook:
    """What the raw store holds; with a tally, also all polls since the first.

    Raises PyMongoError when it does not answer within 4 seconds.
    """
    client: MongoClient[dict[str, Any]] = MongoClient(url, serverSelectionTimeoutMS=2000, appname="belib_metrics")
    with client, pymongo.timeout(PATIENCE_S):
        database = client[urlsplit(url).path.strip("/") or "belib"]
        ledger = database["poll_attempt"]
        polls = _polls(ledger.find({}, FACTS).sort("fetched_at_ms", DESCENDING).limit(LOOK_BACK))
        return RawLook(
            newest_sound_at=_newest_sound(polls),
            last_day=_by_outcome(poll for poll in polls if poll["fetched_at_ms"] > epoch_ms(now - DAY)),
            counted=_counted(tally, ledger, now) if tally else None,
            tables=[Table("raw", name, database[name].estimated_document_count()) for name in RAW],
        )


def _by_outcome(polls: Iterable[dict[str, Any]]) -> Outcomes:
    """How many there are of each source and outcome."""
    return Counter((poll["source"], poll["outcome"]) for poll in polls)


def _counted(tally: Tally, ledger: Collection[dict[str, Any]], now: datetime) -> Outcomes | None:
    def between(after: int, until: int, limit: int) -> list[dict[str, Any]]:
        bounds = {"fetched_at_ms": {"$gt": after, "$lte": until}}
        return list(ledger.find(bounds, FACTS).sort("fetched_at_ms", ASCENDING).limit(limit))

    return tally.counted(between, settled_before=epoch_ms(now - DAY), now=epoch_ms(now))


def _newest_sound(polls: Iterable[dict[str, Any]]) -> dict[str, datetime]:
    """By source; the polls come newest first."""
    newest: dict[str, datetime] = {}
    for poll in polls:
        if poll["outcome"] == "sound":
            newest.setdefault(poll["source"], instant_of(poll["fetched_at_ms"]))
    return newest


def _polls(attempts: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those that asked a source; an import asked nobody."""
    return [attempt for attempt in attempts if attempt.get("origin") == "poll"]
