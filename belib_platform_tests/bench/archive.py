"""A day into the archive and read again: seconds on one core, bytes, and those of the same pages in MongoDB."""

import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from belib_platform.raw.archive.archive import Archive, archive_day
from belib_platform.raw.archive.raw_day import COLLECTIONS
from belib_platform.raw.archive.reading import broken_in
from belib_platform.raw.response import between
from belib_platform.raw.store import RawStore
from belib_platform_tests.bench.figures import Figure
from belib_platform_tests.bench.site import Site

TARGET_S = 15
MIB = 2**20


def figures_of_the_archive(site: Site, day: date) -> Iterator[Figure]:
    """Archive a closed day in a folder that disappears, and verify it."""
    store = site.store()
    with tempfile.TemporaryDirectory(prefix="belib-bench-archive-") as folder:
        archive, began = Archive(Path(folder)), time.perf_counter()
        entry = archive_day(archive, store, day)
        packed_s = time.perf_counter() - began
        if entry is None:
            raise AssertionError("an empty archive holds no day")
        began = time.perf_counter()
        broken = broken_in(archive.folder, entry)
        verified_s = time.perf_counter() - began
        if broken:
            raise AssertionError(f"{broken[0]}")
    kept = _kept_bytes(store, day)
    size = f"{entry.page_count} pages, {entry.body_bytes / MIB:,.0f} MiB of bodies"
    yield Figure("a day archived", packed_s, "s", TARGET_S, f"{size}; packed, read back, compared with raw")
    yield Figure("a day of the archive verified", verified_s, "s", remark="down to every body's hash")
    yield Figure(
        "its file", entry.bytes / MIB, "MiB", remark=f"a year like this day: {entry.bytes * 365 / MIB:,.0f} MiB"
    )
    yield Figure(
        "bodies in MongoDB, by its file", kept / entry.bytes, "×", remark=f"{kept / MIB:,.1f} MiB, each zstd alone"
    )


def _kept_bytes(store: RawStore, day: date) -> int:
    """Bytes of the day's bodies as MongoDB keeps them."""
    return sum(
        len(document["body"]) for name in COLLECTIONS for document in store.database[name].find(between(day, day))
    )
