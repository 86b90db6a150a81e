"""What the archive holds of a day: nothing, these responses and attempts, or unknown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from belib_platform.raw.archive.errors import ArchiveError
from belib_platform.raw.archive.lines import ArchivedMetadata, Row
from belib_platform.raw.archive.raw_day import raw_day
from belib_platform.raw.archive.reading import opened
from belib_platform.repair.doctor.finding import Remedy
from belib_platform.repair.doctor.stores import Stores


@dataclass(frozen=True)
class Archived:
    """Responses and ledger rows archived of a UTC day; `is_known` is False where the archive cannot be read."""

    responses: Sequence[ArchivedMetadata] = ()
    rows: Sequence[Row] = ()
    is_known: bool = True

    @cached_property
    def hashes(self) -> dict[str, str]:
        """Hashes of bodies by the `_id` of their responses."""
        return {response.id: response.sha256 for response in self.responses}

    @cached_property
    def attempts(self) -> frozenset[str]:
        """The `_id`s of attempts."""
        return frozenset(str(row["_id"]) for row in self.rows)


NOTHING = Archived()

UNKNOWN = Archived(is_known=False)


def archived(stores: Stores, day: date) -> Archived:
    """What the archive holds of a UTC day; UNKNOWN where the manifest or the file is broken and raw differs from it."""
    try:
        entry = stores.entries.get(day)
        if entry is None:
            return NOTHING
        held = raw_day(stores.raw, day)
        if held.content_sha256 == entry.content_sha256:
            return Archived(held.responses, held.rows)
        with opened(stores.archive.folder, entry) as file:
            return Archived(file.responses, file.rows)
    except (ArchiveError, OSError):
        return UNKNOWN


def restoring(stores: Stores, day: date) -> Remedy | None:
    """The restore of a UTC day, None where its file is damaged or gone, so that none could succeed.

    Raises BrokenError when the manifest is broken.
    """
    entry = stores.entries.get(day)
    return Remedy.RESTORE if entry and not stores.archive.damage_of(entry) else None
