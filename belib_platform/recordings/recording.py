"""What an import finds: recordings, that is, recorded responses or pages of one, and files that are none."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from belib_platform.sources.explore_pages import Paging


@dataclass(frozen=True)
class Recording:
    """A recorded response, or with `paging` a page of one. `read` reads the body; it raises OSError, InflateError.

    `fetched_at` and, if a manifest has it, `received_at` are UTC, to the millisecond. `place` is the part of the file:
    a member of a zip archive, a line, the records of an instant. `cadence_s` and `refused_because` are set for
    responses stored by another instance of this platform. `held_bytes` is the size of a body that `read` has in
    memory, 0 if it reads a file.
    """

    path: Path
    source: str
    fetched_at: datetime
    media_type: str
    url: str | None
    read: Callable[[], bytes]
    received_at: datetime | None = None
    place: str = ""
    paging: Paging | None = None
    cadence_s: int | None = None
    refused_because: str | None = None
    held_bytes: int = 0

    @property
    def is_our_own(self) -> bool:
        """Whether an instance of this platform stored the response, and judged it then."""
        return self.cadence_s is not None

    @property
    def shown(self) -> str:
        """The file and the part of it, as messages name them."""
        return _shown(self.path, self.place)


@dataclass(frozen=True)
class Unreadable:
    """A file, or with `place` a part of it, that is no recording; `reason` completes "the file …"."""

    path: Path
    reason: str
    place: str = ""

    @property
    def shown(self) -> str:
        """The file and the part of it, as messages name them."""
        return _shown(self.path, self.place)


def _shown(path: Path, place: str) -> str:
    return f"{path}, {place}" if place else str(path)


@dataclass(frozen=True)
class PagedSnapshot:
    """Pages of one source and instant, in the order of their files; some may be missing."""

    source: str
    fetched_at: datetime
    pages: tuple[Recording, ...]

    @property
    def held_bytes(self) -> int:
        """The size of its pages that are in memory."""
        return sum(page.held_bytes for page in self.pages)
