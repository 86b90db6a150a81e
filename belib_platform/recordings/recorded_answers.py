"""What is found in an archive: whole answers, and answers in pages."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from belib_platform.sources.explore_pages import Paging


@dataclass(frozen=True)
class Recording:
    """A recorded answer, or with `paging` a page of one. `read` reads the body anew; it raises OSError, InflateError.

    `fetched_at` and, where a manifest says it, `received_at` are UTC, to the millisecond. `place` says what of the
    file is meant: a member of an archive, a line of an export. `cadence_s` and `refused_because` are what a platform
    like this one knew of it. `held_bytes` are those of a body that `read` has in memory, 0 where it reads a file.
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
        """Whether it is a raw page of a platform like this one, which judged it when it came."""
        return self.cadence_s is not None

    @property
    def shown(self) -> str:
        """The file, and what of it is meant."""
        return f"{self.path}, {self.place}" if self.place else str(self.path)


@dataclass(frozen=True)
class PagedSnapshot:
    """Pages of the records of one source at one instant, in the order of their files; whether all are there is open."""

    source: str
    fetched_at: datetime
    pages: tuple[Recording, ...]

    @property
    def held_bytes(self) -> int:
        """Bytes of its pages that are in memory."""
        return sum(page.held_bytes for page in self.pages)


def in_order(name: str) -> list[tuple[int, str]]:
    """A key that sorts names as people do: page 2 before page 10."""
    return [(int(part) if part.isdecimal() else -1, part) for part in re.split(r"(\d+)", name)]
