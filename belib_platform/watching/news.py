"""News of the outbox `mart.change`: which networks changed since it was read before."""

from collections.abc import Mapping
from datetime import datetime

from psycopg.rows import DictRow

from belib_platform.api.database import Connection, rows
from belib_platform.api.networks import BIKE_STATIONS, CHARGE_POINTS
from belib_platform.warehouse.change_events import CHANGES_AFTER, KEPT

ROWS = 1000
"""Rows that are read at once."""

NETWORKS = {network.source: network for network in (CHARGE_POINTS, BIKE_STATIONS)}
"""By the name that rows and watches have for them."""

News = Mapping[str, datetime | None]
"""By network that changed: when the newest poll that saw a new state was made (UTC), if one did."""

EVERYTHING: News = dict.fromkeys(NETWORKS)


class Outbox:
    """The outbox, from the row on up to which it was read."""

    def __init__(self) -> None:
        self._after: int | None = None

    async def news(self, connection: Connection) -> News:
        """What changed since the call before; everything, if this is the first one or rows were missed.

        Rows are missed if they were deleted before they were read, also between others, and if ids begin again with a
        new warehouse. Raises psycopg.Error; nothing is passed over then.
        """
        [kept] = await rows(connection, KEPT, {})
        if self._after is None or not kept["oldest"] - 1 <= self._after <= kept["newest"]:
            self._after = kept["newest"]
            return EVERYTHING
        found: dict[str, datetime | None] = {}
        missing = kept["newest"] - self._after
        for after in range(self._after, kept["newest"], ROWS):
            for row in await rows(connection, CHANGES_AFTER, {"after": after, "limit": ROWS}):
                found[row["network"]] = _later(found.get(row["network"]), row)
                missing -= 1
        self._after = kept["newest"]
        return {**EVERYTHING, **found} if missing else found


def _later(before: datetime | None, row: DictRow) -> datetime | None:
    return max(filter(None, (before, row["after_first_seen_at"])), default=None)
