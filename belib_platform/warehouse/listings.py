"""Which sound responses a UTC day has: listed once a run for all tables, and again where the ledger has changed."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from belib_platform.raw.response import ResponseMetadata
from belib_platform.raw.store import RawStore


class _Listing(NamedTuple):
    """The attempts of a day when its responses were listed, and these responses."""

    attempts: Sequence[dict[str, Any]]
    responses: Sequence[ResponseMetadata]


class Listings:
    """The listings of one run.

    Each response that is kept is noted in the ledger, a day of which is read much faster than the responses are listed.
    """

    def __init__(self) -> None:
        self._listed: dict[tuple[str, date], _Listing] = {}

    def of(self, raw: RawStore, collection: str, day: date) -> Sequence[ResponseMetadata]:
        """The sound responses of a UTC day in a collection, without their bodies, oldest first.

        Raises RetiredDayError when they are in the archive.
        """
        attempts = raw.ledger.attempts(day)  # read first: what is kept meanwhile changes them for the next table
        listing = self._listed.get((collection, day))
        if listing is None or listing.attempts != attempts:
            listing = _Listing(attempts, raw.responses(collection).responses(day))
            self._listed[collection, day] = listing
        return listing.responses
