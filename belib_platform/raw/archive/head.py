"""The head of the archive: its newest day and the hash of the manifest's last line, to be noted on another machine."""

from datetime import date
from typing import NamedTuple

from belib_platform.raw.archive.archive import Archive
from belib_platform.raw.archive.errors import Broken, BrokenError
from belib_platform.raw.archive.manifest import NAME, Chain

HEAD_RULE = "noted_head_is_in_the_chain"


class ArchiveHead(NamedTuple):
    """The newest archived UTC day, and the SHA-256 that the manifest's last line ends with."""

    newest_day: date
    sha256: str


def archive_head(archive: Archive) -> ArchiveHead | None:
    """The head; None if nothing is archived. Raises BrokenError if a line of the manifest is broken."""
    chain = archive.sound_chain()
    return ArchiveHead(max(chain.newest), chain.head) if chain.entries else None


def archive_head_if_sound(archive: Archive) -> ArchiveHead | None:
    """The head; None also if the manifest is broken, which a check reports."""
    try:
        return archive_head(archive)
    except BrokenError:
        return None


def not_in_chain(chain: Chain, noted: str) -> Broken | None:
    """None if a head noted earlier is the hash of a line, which proves that everything up to that line is unchanged.

    It is not if the archive was rolled back, or rewritten with matching hashes.
    """
    if any(entry.entry_sha256 == noted.lower() for entry in chain.entries):
        return None
    reason = f"no line has the hash {noted}: the archive was rolled back or rewritten since it was noted"
    return Broken(None, NAME, HEAD_RULE, reason)


def superseded_since(chain: Chain, noted: str) -> list[date]:
    """Days archived up to the line with this hash that have a newer revision in a later line, oldest first."""
    at = [entry.entry_sha256 for entry in chain.entries].index(noted.lower())
    return sorted({entry.day for entry in chain.entries[: at + 1]} & {entry.day for entry in chain.entries[at + 1 :]})
