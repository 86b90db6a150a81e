"""The ledger `poll_attempt`: every attempt to ask a source, written before and after, so that none is silent."""

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
"""Attempts looked at for a source's newest one: more than any two hours hold."""


class Ledger:
    """Attempts by `_id` `<source>/<fetched_at_ms>`; writing one twice changes nothing."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self.collection: Collection[dict[str, Any]] = database["poll_attempt"]

    def begin(self, source: str, fetched_at: datetime, origin: str) -> None:
        """Note that we are about to ask."""
        self.collection.create_index([("fetched_at_ms", ASCENDING)])
        self._write(source, fetched_at, {"origin": origin, "outcome": "asking"})

    def trouble(self, source: str, fetched_at: datetime, reason: str) -> None:
        """Note why there is no answer so far, while we go on asking."""
        self._write(source, fetched_at, {"outcome": "asking", "reason": reason})

    def end(self, source: str, fetched_at: datetime, outcome: str, **facts: Any) -> None:
        """Note what came of it: sound, refused, failed or not_asked, with the reason and the response."""
        self._write(source, fetched_at, {"outcome": outcome, **facts})

    def kept(self, responses: Iterable[ResponseMetadata]) -> None:
        """Note responses that are kept; of several of one attempt, the one that `noted_responses` names.

        An attempt whose outcome is known stays as it is, so that importing twice changes nothing. But one that was
        refused, because pages were missing, becomes sound once the response joined from all pages is kept.
        """
        noted = noted_responses(responses)
        self.collection.create_index([("fetched_at_ms", ASCENDING)])
        found = self.collection.find({"_id": {"$in": [response.attempt_id for response in noted]}})
        attempts = {attempt["_id"]: attempt for attempt in found}
        writes = [
            self._update(response.source, response.fetched_at, facts_of(response))
            for response in noted
            if _is_open_to(response, attempts.get(response.attempt_id))
        ]
        if writes:
            self.collection.bulk_write(writes, ordered=False)

    def put_back(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add rows as they once were; a row that is there already stays as it is."""
        self.collection.create_index([("fetched_at_ms", ASCENDING)])
        ids = [row["_id"] for row in rows]
        kept = {row["_id"] for row in self.collection.find({"_id": {"$in": ids}}, {"_id": 1})}
        absent = [dict(row) for row in rows if row["_id"] not in kept]
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
        """The latest instant of each source among the last attempts from the future; nothing where there are none."""
        found = self.collection.find(from_the_future(now)).sort("fetched_at_ms", DESCENDING).limit(LOOK_BACK)
        return {attempt["source"]: instant_of(attempt["fetched_at_ms"]) for attempt in reversed(list(found))}

    def since(self, instant: datetime) -> list[dict[str, Any]]:
        """All attempts from an instant on that are not from the future, oldest first, ties by source."""
        known = {"fetched_at_ms": {"$gte": epoch_ms(instant), **up_to(datetime.now(UTC))["fetched_at_ms"]}}
        found = self.collection.find(known).sort("fetched_at_ms", ASCENDING)
        return sorted(found, key=lambda attempt: (attempt["fetched_at_ms"], attempt["source"]))

    def attempts(self, day: date) -> list[dict[str, Any]]:
        """All attempts of a UTC day, oldest first, ties by source."""
        found = list(self.collection.find(between(day, day)).sort("fetched_at_ms", ASCENDING))
        return sorted(found, key=lambda attempt: (attempt["fetched_at_ms"], attempt["source"]))

    def by_day(self, first: date, last: date) -> Iterator[tuple[date, list[dict[str, Any]]]]:
        """Each UTC day of a range that has attempts, with them, oldest first, ties by source; a day in memory."""
        found = self.collection.find(between(first, last)).sort("fetched_at_ms", ASCENDING)
        for day, attempts in groupby(found, lambda attempt: instant_of(attempt["fetched_at_ms"]).date()):
            yield day, sorted(attempts, key=lambda attempt: (attempt["fetched_at_ms"], attempt["source"]))

    def resolved_instants(self) -> set[tuple[str | None, int | None]]:
        """Source and instant (epoch ms) of every attempt of which it is known what came of it."""
        fields = {"_id": 0, "source": 1, "fetched_at_ms": 1, "outcome": 1}
        found = self.collection.find({}, fields)
        return {(a.get("source"), a.get("fetched_at_ms")) for a in found if a.get("outcome") != "asking"}

    def correct(self, responses: Sequence[ResponseMetadata]) -> None:
        """Note of these responses what they say of themselves, whatever was noted of their attempts."""
        if responses:
            self.collection.bulk_write([self._update(h.source, h.fetched_at, facts_of(h)) for h in responses])

    def _write(self, source: str, fetched_at: datetime, facts: dict[str, Any]) -> None:
        update = self._update(source, fetched_at, facts)
        self.collection.bulk_write([update])

    def _update(self, source: str, fetched_at: datetime, facts: dict[str, Any]) -> UpdateOne:
        ms = epoch_ms(fetched_at)
        known = {"source": source, "fetched_at_ms": ms, **facts}
        return UpdateOne({"_id": _id(source, fetched_at)}, {"$set": known}, upsert=True)


def _id(source: str, fetched_at: datetime) -> str:
    return f"{source}/{epoch_ms(fetched_at)}"


def _is_open_to(response: ResponseMetadata, attempt: Mapping[str, Any] | None) -> bool:
    """Whether the outcome of an attempt is unknown, or a page was refused that this response holds with all others."""
    if attempt is None or attempt["outcome"] == "asking":
        return True
    was_refused = attempt["outcome"] == "refused" and attempt.get("page_id") is not None
    return was_refused and response.is_sound and attempt["page_id"] != response.id


def noted_responses(responses: Iterable[ResponseMetadata]) -> list[ResponseMetadata]:
    """The response of each attempt: the sound one, or the first where all are refused, as pages that are incomplete."""
    ordered = sorted(responses, key=lambda response: (response.fetched_at, response.source, response.page))
    refused = (response for response in reversed(ordered) if not response.is_sound)
    noted = {response.attempt_id: response for response in (*refused, *sound_responses(ordered))}
    return sorted(noted.values(), key=lambda response: (response.fetched_at, response.source))


def facts_of(response: ResponseMetadata) -> dict[str, Any]:
    """What the ledger says of a response."""
    return {
        "origin": response.origin,
        "outcome": response.verdict,
        "reason": response.reason,
        "page_id": response.id,
        "record_count": response.record_count,
        "received_at_ms": epoch_ms(response.received_at.astimezone(UTC)),
    }
