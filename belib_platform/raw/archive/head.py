"""The head of the archive: its newest day and the hash of its last line, for a note that is kept elsewhere."""

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


def metadata_of_one(archive: Archive) -> ArchiveHead | None:
    """The head, or None while nothing is archived. Raises BrokenError when a line of the manifest is broken."""
    chain = archive.sound_chain()
    return ArchiveHead(max(chain.newest), chain.head) if chain.entries else None


def metadata_if_sound(archive: Archive) -> ArchiveHead | None:
    """The same for those who only pass it on: None also where the manifest is broken, which a check of its own says."""
    try:
        return metadata_of_one(archive)
    except BrokenError:
        return None


def not_in_chain(chain: Chain, noted: str) -> Broken | None:
    """None when a head noted earlier is the hash of a line of the chain, so that all up to it is as it was then.

    An archive that was rolled back to an earlier state, or whose lines were written again with hashes that fit, does
    not have it.
    """
    if any(entry.entry_sha256 == noted.lower() for entry in chain.entries):
        return None
    said = f"no line has the hash {noted}: the archive was rolled back or rewritten since it was noted"
    return Broken(None, NAME, HEAD_RULE, said)


def superseded_since(chain: Chain, noted: str) -> list[date]:
    """Days archived up to the line with this hash of which a later line names another revision, oldest first."""
    at = [entry.entry_sha256 for entry in chain.entries].index(noted.lower())
    return sorted({entry.day for entry in chain.entries[: at + 1]} & {entry.day for entry in chain.entries[at + 1 :]})
