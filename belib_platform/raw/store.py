"""The raw layer as one thing: responses and the ledger, kept together."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from itertools import chain
from typing import Any

from pymongo import UpdateOne
from pymongo.database import Database

from belib_platform.raw.ledger import Ledger
from belib_platform.raw.paged import Together, answers, put_together
from belib_platform.raw.response import (
    MetadataError,
    Response,
    ResponseMetadata,
    between,
    epoch_ms,
    instant_of,
    to_metadata,
    to_response,
)
from belib_platform.raw.responses import Kept, RawResponses, add_responses, instants, metadata_of
from belib_platform.raw.retired import RetiredDays
from belib_platform.sources.registry import SOURCES, raw_collections
from belib_platform.sources.verdict import Usual

DISPLACED = "displaced_document"
"""Documents that were changed after they were archived, kept when the archived ones were put back."""


class RawStore:
    """Pages by collection, and the ledger of attempts, in one MongoDB database."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self.database = database
        self.ledger = Ledger(database)
        self.retired = RetiredDays(database)

    def keep(self, collection: str, responses: list[Response]) -> Kept:
        """Keep responses, then settle their attempts in the ledger; says which were new and which conflict."""
        kept = add_responses(self.database[collection], responses)
        settled = [response for response in responses if (response.id, response.sha256) not in kept.conflicts]
        self.ledger.kept(list(self.as_kept(collection, settled, kept).values()))
        return kept

    def as_kept(self, collection: str, responses: Sequence[Response], kept: Kept) -> dict[str, ResponseMetadata]:
        """The metadata of responses as kept, by `_id`: of one that was there already the verdict is the first one."""
        new = {response.id: response for response in kept.new}
        known = [response for response in responses if response.id not in new]
        return {**new, **(metadata_of(self.database[collection], known) if known else {})}

    def keep_paged(
        self, collection: str, offered: Sequence[tuple[Response, int | None]], usual: Usual | None = None
    ) -> Together:
        """Keep responses of one source and instant beside those kept before, each with its offset where that is known.

        As long as some are missing all are refused, or while together they are far from the usual number of records;
        the ones that complete them make all of them sound.
        """
        source, fetched_at = offered[0][0].source, offered[0][0].fetched_at
        found = self.database[collection].find({"fetched_at_ms": epoch_ms(fetched_at)})
        kept = sorted((to_response(d) for d in found if d["source"] == source), key=lambda response: response.page)
        together = put_together(kept, offered, usual)
        add_responses(self.database[collection], together.new)
        writes = [
            UpdateOne({"_id": p.id}, {"$set": {"verdict": p.verdict, "reason": p.reason, "page_count": p.page_count}})
            for p in together.judged_again
        ]
        if writes:
            self.database[collection].bulk_write(writes, ordered=False)
        if together.answer is not None:
            self.ledger.kept([together.answer])
        return together

    def displace(self, collection: str, ids: Sequence[Any]) -> None:
        """Move documents, whatever they hold, to `displaced_document`, where one can look at them."""
        own = {"_id": {"$in": list(ids)}}
        for document in self.database[collection].find(own):
            displaced = {"collection": collection, "displaced_at": datetime.now(UTC), "document": document}
            self.database[DISPLACED].insert_one(displaced)
        self.database[collection].delete_many(own)

    def settle_asking(self, source: str, attempts: Iterable[Mapping[str, Any]]) -> bool:
        """Settle those of a source's attempts whose response is kept and nobody noted so: the process died between.

        Returns whether there were any.
        """
        asking = [f"{attempt['_id']}/0" for attempt in attempts if attempt["outcome"] == "asking"]
        if not asking:
            return False
        found = self.database[SOURCES[source].collection].find({"_id": {"$in": asking}}, {"body": 0})
        responses = list(_readable(found))
        self.ledger.kept(responses)
        return bool(responses)

    def settle_day(self, day: date) -> bool:
        """The same for all attempts of a UTC day."""
        attempts = self.ledger.attempts(day)
        settled = [self.settle_asking(name, [a for a in attempts if a["source"] == name]) for name in SOURCES]
        return any(settled)

    def responses(self, collection: str, first: date = date.min, last: date = date.max) -> RawResponses:
        """A lazy window on a collection, UTC days, both included."""
        return RawResponses(self.database[collection], first, last)

    def recorded_days(self, first: date, last: date) -> set[date]:
        """UTC days of a range, both included, with responses, with attempts, or retired."""
        bounds = between(first, last)["fetched_at_ms"]
        found = chain.from_iterable(
            instants(collection, bounds)
            for collection in (self.ledger.collection, *(self.database[name] for name in raw_collections()))
        )
        return {instant_of(ms).date() for ms in found} | {d for d in self.retired.all() if first <= d <= last}

    def settle(self) -> list[ResponseMetadata]:
        """Note in the ledger the answers that were kept by a process killed before it could; returns them.

        Instants are compared by the index alone; only answers that nothing was noted of are read.
        """
        settled = self.ledger.settled_instants()
        late: list[ResponseMetadata] = []
        for collection in raw_collections():
            of_collection = {source.name for source in SOURCES.values() if source.collection == collection}
            own = {ms for name, ms in settled if name in of_collection}
            for ms in sorted(set(instants(self.database[collection], {"$gte": 0})) - own):
                found = self.database[collection].find({"fetched_at_ms": ms}, {"body": 0})
                late += answers(_readable(found))
        self.ledger.kept(late)
        return late


def _readable(documents: Iterable[dict[str, Any]]) -> Iterator[ResponseMetadata]:
    """Heads of these documents; one that was spoilt since is for the archive and the doctor to name."""
    for document in documents:
        with suppress(MetadataError):
            yield to_metadata(document)
