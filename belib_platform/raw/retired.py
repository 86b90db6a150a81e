"""Days whose responses are in the archive only: noted before the first is deleted, until the last is restored."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from pymongo.collection import Collection
from pymongo.database import Database

COLLECTION = "retired_day"


class RetiredDayError(Exception):
    """A day's responses are in the archive and no longer in raw; the message names the command that restores them."""

    def __init__(self, days: Iterable[date]) -> None:
        named = sorted(days)
        some = ", ".join(map(str, named[:5])) + (f" and {len(named) - 5} more" if len(named) > 5 else "")
        few = f"{named[0]} {named[-1]}" if len(named) > 1 else str(named[0])
        super().__init__(
            f"The responses of {some} were retired to the archive; `belib archive restore {few}` brings them back. "
            "What was made from them stays as it is."
        )


class RetiredDays:
    """The notes by `_id`, the ISO day; the tables of a noted day are never made again from what is left in raw."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self.collection: Collection[dict[str, Any]] = database[COLLECTION]

    def all(self) -> set[date]:
        """Every retired UTC day."""
        return {date.fromisoformat(document["_id"]) for document in self.collection.find({}, {"_id": 1})}

    def note(self, day: date, archived: dict[str, Any]) -> None:
        """Note that a day's responses are about to be deleted, and fields of the archive's entry that has them."""
        self.collection.update_one({"_id": day.isoformat()}, {"$set": archived}, upsert=True)

    def lift(self, day: date) -> None:
        """Remove the note, once all of a day's responses are restored."""
        self.collection.delete_one({"_id": day.isoformat()})

    def refuse(self, day: date) -> None:
        """Raises RetiredDayError if the day is noted."""
        if self.collection.find_one({"_id": day.isoformat()}) is not None:
            raise RetiredDayError([day])
