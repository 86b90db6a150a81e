"""The archive, observed by its manifest: no file of a day is read."""

from belib_platform.monitoring.observation import ArchiveObservation
from belib_platform.raw.archive.archive import Archive
from belib_platform.raw.archive.head import ArchiveHead


def observe_archive(archive: Archive) -> ArchiveObservation:
    """Observe the archive; lines of the manifest that are broken do not count, and there is no head then."""
    chain = archive.chain()
    newest = chain.newest
    head = ArchiveHead(max(newest), chain.head) if newest and not chain.broken else None
    return ArchiveObservation(len(newest), sum(entry.bytes for entry in newest.values()), head)
