"""The raw layer: responses, the ledger of attempts, and the notes of retired days."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from itertools import chain
from typing import Any

from pymongo.database import Database

from belib_platform.raw.ledger import Ledger, noted_responses
from belib_platform.raw.response import (
    MetadataError,
    Response,
    ResponseMetadata,
    between,
    instant_of,
    to_metadata,
)
from belib_platform.raw.responses import Kept, RawResponses, add_responses, instants, metadata_of
from belib_platform.raw.retired import RetiredDays
from belib_platform.sources.registry import SOURCES, raw_collections

DISPLACED = "displaced_document"
"""Collection of documents that were changed after they were archived and were replaced by the archived ones."""


class RawStore:
    """Responses by collection, and the ledger of attempts, in one MongoDB database."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self.database = database
        self.ledger = Ledger(database)
        self.retired = RetiredDays(database)

    def keep(self, collection: str, responses: list[Response]) -> Kept:
        """Keep responses, then note the outcome of their attempts; returns which were new and which conflict."""
        kept = add_responses(self.database[collection], responses)
        accepted = [response for response in responses if (response.id, response.sha256) not in kept.conflicts]
        self.ledger.kept(self.as_kept(collection, accepted, kept).values())
        return kept

    def as_kept(self, collection: str, responses: Sequence[Response], kept: Kept) -> dict[str, ResponseMetadata]:
        """The metadata of responses as stored, by `_id`; one that was stored before keeps its first verdict."""
        new = {response.id: response for response in kept.new}
        known = [response for response in responses if response.id not in new]
        return {**new, **(metadata_of(self.database[collection], known) if known else {})}

    def displace(self, collection: str, ids: Sequence[Any]) -> None:
        """Move documents, whatever they hold, to `displaced_document` for inspection."""
        own = {"_id": {"$in": list(ids)}}
        for document in self.database[collection].find(own):
            displaced = {"collection": collection, "displaced_at": datetime.now(UTC), "document": document}
            self.database[DISPLACED].insert_one(displaced)
        self.database[collection].delete_many(own)

    def resolve_attempts(self, source: str, attempts: Iterable[Mapping[str, Any]]) -> bool:
        """Note the outcome of `asking` attempts whose response is stored: their process died before it noted it.

        Returns whether there were any.
        """
        asking = [f"{attempt['_id']}/0" for attempt in attempts if attempt["outcome"] == "asking"]
        if not asking:
            return False
        found = self.database[SOURCES[source].collection].find({"_id": {"$in": asking}}, {"body": 0})
        responses = list(_readable(found))
        self.ledger.kept(responses)
        return bool(responses)

    def resolve_day(self, day: date) -> bool:
        """Call `resolve_attempts` for all attempts of a UTC day; returns whether there were any."""
        attempts = self.ledger.attempts(day)
        resolved = [self.resolve_attempts(name, [a for a in attempts if a["source"] == name]) for name in SOURCES]
        return any(resolved)

    def responses(self, collection: str) -> RawResponses:
        """The responses of a collection, read lazily."""
        return RawResponses(self.database[collection])

    def recorded_days(self, first: date, last: date) -> set[date]:
        """UTC days of a range, both included, with responses, with attempts, or retired."""
        bounds = between(first, last)["fetched_at_ms"]
        found = chain.from_iterable(
            instants(collection, bounds)
            for collection in (self.ledger.collection, *(self.database[name] for name in raw_collections()))
        )
        return {instant_of(ms).date() for ms in found} | {d for d in self.retired.all() if first <= d <= last}

    def note_late_responses(self) -> list[ResponseMetadata]:
        """Note in the ledger the responses whose process was killed before it noted them; returns them.

        Compares instants using the index; reads only responses whose instant is not in the ledger.
        """
        resolved = self.ledger.resolved_instants()
        late: list[ResponseMetadata] = []
        for collection in raw_collections():
            of_collection = {source.name for source in SOURCES.values() if source.collection == collection}
            own = {ms for name, ms in resolved if name in of_collection}
            for ms in sorted(set(instants(self.database[collection], {"$gte": 0})) - own):
                found = self.database[collection].find({"fetched_at_ms": ms}, {"body": 0})
                late += noted_responses(_readable(found))
        self.ledger.kept(late)
        return late


def _readable(documents: Iterable[dict[str, Any]]) -> Iterator[ResponseMetadata]:
    """Metadata of these documents without damaged ones, which the archive and the doctor report."""
    for document in documents:
        with suppress(MetadataError):
            yield to_metadata(document)
