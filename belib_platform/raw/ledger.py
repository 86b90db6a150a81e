"""The ledger `poll_attempt`: every attempt to ask a source, written before the request and after it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any

from pymongo import ASCENDING, DESCENDING, UpdateOne
from pymongo.collection import Collection
from pymongo.database import Database

from belib_platform.raw.former_pages import sound_responses
from belib_platform.raw.response import ResponseMetadata, between, epoch_ms, from_the_future, instant_of, up_to

LOOK_BACK = 200
"""Number of attempts read to find a source's newest one: more than there are in two hours."""


class Ledger:
    """Attempts by `_id` `<source>/<fetched_at_ms>`; writing one twice changes nothing."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self.collection: Collection[dict[str, Any]] = database["poll_attempt"]

    def begin(self, source: str, fetched_at: datetime, origin: str) -> None:
        """Note that the request is about to be sent."""
        self.collection.create_index([("fetched_at_ms", ASCENDING)])
        self._write(source, fetched_at, {"origin": origin, "outcome": "asking"})

    def trouble(self, source: str, fetched_at: datetime, reason: str) -> None:
        """Note why there is no answer so far, while the request is retried."""
        self._write(source, fetched_at, {"outcome": "asking", "reason": reason})

    def end(self, source: str, fetched_at: datetime, outcome: str, **facts: Any) -> None:
        """Note the outcome: sound, refused, failed or not_asked; `facts` are further fields, such as `reason`."""
        self._write(source, fetched_at, {"outcome": outcome, **facts})

    def kept(self, responses: Iterable[ResponseMetadata]) -> None:
        """Note stored responses; of several of one attempt, the one that `noted_responses` chooses.

        An attempt with a known outcome is left unchanged, so that importing twice changes nothing. But one that was
        refused because pages were missing becomes sound once the response joined from all pages is stored.
        """
        noted = noted_responses(responses)
        self.collection.create_index([("fetched_at_ms", ASCENDING)])
        found = self.collection.find({"_id": {"$in": [response.attempt_id for response in noted]}})
        attempts = {attempt["_id"]: attempt for attempt in found}
        writes = [
            _update(response.source, response.fetched_at, facts_of(response))
            for response in noted
            if _is_open_to(response, attempts.get(response.attempt_id))
        ]
        if writes:
            self.collection.bulk_write(writes, ordered=False)

    def put_back(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert archived rows; a row that exists already is left unchanged."""
        self.collection.create_index([("fetched_at_ms", ASCENDING)])
        ids = [row["_id"] for row in rows]
        present = {row["_id"] for row in self.collection.find({"_id": {"$in": ids}}, {"_id": 1})}
        absent = [dict(row) for row in rows if row["_id"] not in present]
        if absent:
            self.collection.insert_many(absent, ordered=False)

    def recent(self, source: str) -> list[dict[str, Any]]:
        """A source's attempts among the last ones of all that are not from the future, newest first."""
        found = self.collection.find(up_to(datetime.now(UTC))).sort("fetched_at_ms", DESCENDING).limit(LOOK_BACK)
        return [attempt for attempt in found if attempt["source"] == source]

    def newest_poll(self, source: str) -> dict[str, Any] | None:
        """The newest attempt to ask a source live among the last ones of all."""
        return next((attempt for attempt in self.recent(source) if attempt["origin"] == "poll"), None)

    def ahead(self, now: datetime) -> dict[str, datetime]:
        """The latest instant of each source among the last attempts from the future; empty if there are none."""
        found = self.collection.find(from_the_future(now)).sort("fetched_at_ms", DESCENDING).limit(LOOK_BACK)
        return {attempt["source"]: instant_of(attempt["fetched_at_ms"]) for attempt in reversed(list(found))}

    def since(self, instant: datetime) -> list[dict[str, Any]]:
        """All attempts from an instant on that are not from the future, oldest first, ties by source."""
        known = {"fetched_at_ms": {"$gte": epoch_ms(instant), **up_to(datetime.now(UTC))["fetched_at_ms"]}}
        return _oldest_first(self.collection.find(known))

    def attempts(self, day: date) -> list[dict[str, Any]]:
        """All attempts of a UTC day, oldest first, ties by source."""
        return _oldest_first(self.collection.find(between(day, day)))

    def by_day(self, first: date, last: date) -> Iterator[tuple[date, list[dict[str, Any]]]]:
        """The UTC days of a range that have attempts, with these as from `attempts`; only one day is in memory."""
        found = self.collection.find(between(first, last)).sort("fetched_at_ms", ASCENDING)
        for day, attempts in groupby(found, lambda attempt: instant_of(attempt["fetched_at_ms"]).date()):
            yield day, _oldest_first(attempts)

    def resolved_instants(self) -> set[tuple[str | None, int | None]]:
        """Source and instant (epoch ms) of every attempt with a known outcome."""
        fields = {"_id": 0, "source": 1, "fetched_at_ms": 1, "outcome": 1}
        found = self.collection.find({}, fields)
        return {(a.get("source"), a.get("fetched_at_ms")) for a in found if a.get("outcome") != "asking"}

    def correct(self, responses: Sequence[ResponseMetadata]) -> None:
        """Overwrite the attempts of these responses with the facts of the responses."""
        if responses:
            self.collection.bulk_write([_update(r.source, r.fetched_at, facts_of(r)) for r in responses])

    def _write(self, source: str, fetched_at: datetime, facts: dict[str, Any]) -> None:
        self.collection.bulk_write([_update(source, fetched_at, facts)])


def _update(source: str, fetched_at: datetime, facts: dict[str, Any]) -> UpdateOne:
    ms = epoch_ms(fetched_at)
    return UpdateOne({"_id": f"{source}/{ms}"}, {"$set": {"source": source, "fetched_at_ms": ms, **facts}}, upsert=True)


def _oldest_first(attempts: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(attempts, key=lambda attempt: (attempt["fetched_at_ms"], attempt["source"]))


def _is_open_to(response: ResponseMetadata, attempt: Mapping[str, Any] | None) -> bool:
    """Whether the outcome of an attempt is unknown, or it is a refused page that this sound response contains."""
    if attempt is None or attempt["outcome"] == "asking":
        return True
    was_refused = attempt["outcome"] == "refused" and attempt.get("page_id") is not None
    return was_refused and response.is_sound and attempt["page_id"] != response.id


def noted_responses(responses: Iterable[ResponseMetadata]) -> list[ResponseMetadata]:
    """The response of each attempt: the sound one, or the first if all are refused, as incomplete pages are."""
    ordered = sorted(responses, key=lambda response: (response.fetched_at, response.source, response.page))
    refused = (response for response in reversed(ordered) if not response.is_sound)
    noted = {response.attempt_id: response for response in (*refused, *sound_responses(ordered))}
    return sorted(noted.values(), key=lambda response: (response.fetched_at, response.source))


def facts_of(response: ResponseMetadata) -> dict[str, Any]:
    """The fields of the ledger that follow from a response."""
    return {
        "origin": response.origin,
        "outcome": response.verdict,
        "reason": response.reason,
        "page_id": response.id,
        "record_count": response.record_count,
        "received_at_ms": epoch_ms(response.received_at.astimezone(UTC)),
    }
