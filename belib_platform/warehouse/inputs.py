"""What tables are made from, and what tells whether they are up to date."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from belib_platform.contracts.contract import Contract
from belib_platform.raw.response import ResponseMetadata
from belib_platform.raw.responses import RawResponses
from belib_platform.raw.store import RawStore
from belib_platform.sources.source import Source
from belib_platform.warehouse.folds import Folds
from belib_platform.warehouse.listings import Listings
from belib_platform.warehouse.notes import Note
from belib_platform.warehouse.warehouse import Table, Warehouse


@dataclass(frozen=True)
class Inputs:
    """The stores that partitions are made from, at one instant.

    `location` names the place whose weather forecasts are kept; `now` is in UTC. `folds` and `listings` are shared by
    the tables of a run, so that each response is listed and decoded once.
    """

    raw: RawStore
    warehouse: Warehouse
    location: str
    now: datetime
    folds: Folds = field(default_factory=Folds)
    listings: Listings = field(default_factory=Listings)

    def responses(self, source: Source) -> RawResponses:
        """The responses of the collection that keeps this source's."""
        return self.raw.responses(source.collection)

    def sound_responses(self, day: date, *sources: Source) -> Sequence[ResponseMetadata]:
        """The sound responses of a UTC day of sources that share a collection, oldest first. Raises RetiredDayError."""
        names = {source.name for source in sources}
        return [kept for kept in self.listings.of(self.raw, sources[0].collection, day) if kept.source in names]

    def table(self, contract: type[Contract]) -> Table:
        """A table of the warehouse; nothing is read yet."""
        return Table(self.warehouse, contract)


@dataclass(frozen=True)
class LedgerDay:
    """One UTC day as the ledger and the notes know it: a thousandth of what the responses themselves would cost.

    `attempts` are the ledger's rows, oldest first; `notes` are by table and partition key.
    """

    key: str
    attempts: Sequence[dict[str, Any]]
    notes: Mapping[type[Contract], Mapping[str, Note]]
    location: str

    def note(self, contract: type[Contract]) -> Note | None:
        """What was noted when a table's partition of this day was last written."""
        return self.notes[contract].get(self.key)

    def sound_ids(self, *sources: Source) -> list[str]:
        """Ids of the sound responses of these sources, oldest first."""
        names = {source.name for source in sources}
        return [a["page_id"] for a in self.attempts if a["outcome"] == "sound" and a["source"] in names]
