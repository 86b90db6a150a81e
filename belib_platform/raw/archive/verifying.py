"""Verify the archive: the manifest's chain of hashes, and every file down to the hash of every body."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from belib_platform.raw.archive.archive import Archive
from belib_platform.raw.archive.entry import Entry
from belib_platform.raw.archive.errors import Broken
from belib_platform.raw.archive.head import not_in_chain, superseded_since
from belib_platform.raw.archive.manifest import NAME
from belib_platform.raw.archive.reading import broken_in


@dataclass
class Verified:
    """Newest entry of each day, what is broken, days between them without an entry, and stray files.

    `superseded` are days up to a noted head that have a newer revision since; the head does not cover what that added.

    A stray file is not in the manifest, as a killed process leaves it; the next run of its day removes it.
    """

    entries: list[Entry] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    absent: list[date] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)
    head: str = ""
    superseded: list[date] = field(default_factory=list)


def verify(
    archive: Archive, progress: Callable[[int, int], None] = lambda _done, _of: None, *, noted_head: str | None = None
) -> Verified:
    """Read the whole archive; writes nothing and needs no store.

    `noted_head` is a head noted earlier; if no line has this hash, that is broken, too.
    """
    chain = archive.chain()
    found = Verified(list(chain.newest.values()), list(chain.broken), head=chain.head)
    if noted_head and (broken := not_in_chain(chain, noted_head)):
        found.broken.append(broken)
    elif noted_head:
        found.superseded = superseded_since(chain, noted_head)
    if not chain.entries and not chain.broken:
        found.broken.append(Broken(None, NAME, "manifest_is_there", f"{archive.folder} has no entry"))
    for done, entry in enumerate(found.entries, start=1):
        found.broken += broken_in(archive.folder, entry)
        progress(done, len(found.entries))
    found.absent = [
        before + timedelta(days=n) for before, after in pairwise(chain.newest) for n in range(1, (after - before).days)
    ]
    named = {entry.file for entry in found.entries}
    files = (path.relative_to(archive.folder).as_posix() for path in archive.folder.glob("*/*belib_raw_*"))
    found.strays = sorted(set(files) - named)
    return found
