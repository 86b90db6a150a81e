"""The raw layer as one thing: pages and the ledger, kept together."""

from datetime import date
from typing import Any

from pymongo.database import Database

from belib_platform.raw.ledger import Ledger
from belib_platform.raw.page import Page, instant_of
from belib_platform.raw.pages import Kept, RawPages, add_pages
from belib_platform.raw.retired import RetiredDays
from belib_platform.sources.registry import SOURCES


class RawStore:
    """Pages by collection, and the ledger of attempts, in one MongoDB database."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self.database = database
        self.ledger = Ledger(database)
        self.retired = RetiredDays(database)

    def keep(self, collection: str, pages: list[Page]) -> Kept:
        """Keep pages, then settle their attempts in the ledger; says which were new and which conflict."""
        kept = add_pages(self.database[collection], pages)
        self.ledger.kept([page for page in pages if (page.id, page.sha256) not in kept.conflicts])
        return kept

    def pages(self, collection: str, first: date = date.min, last: date = date.max) -> RawPages:
        """A lazy window on a collection, UTC days, both included."""
        return RawPages(self.database[collection], first, last)

    def days(self) -> list[date]:
        """Every UTC day that has a page of any source, oldest first."""
        collections = {source.collection for source in SOURCES.values()}
        found = (
            document["fetched_at_ms"]
            for collection in collections
            for document in self.database[collection].find({}, {"fetched_at_ms": 1})
        )
        return sorted({instant_of(ms).date() for ms in found})
