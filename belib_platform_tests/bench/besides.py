"""What else somebody may wait for: the definitions to load, a day to go into the archive."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from belib_platform.raw.archive.archive import Archive, archive_day
from belib_platform.raw.archive.reading import broken_in
from belib_platform_tests.bench.results import Row
from belib_platform_tests.bench.site import Site

GROUP = "Besides"
LOAD = "from belib_platform.definitions import defs; defs.get_repository_def()"


def rows_besides(site: Site, day: date, rounds: int) -> Iterator[Row]:
    """A fresh interpreter that loads the definitions, and the archiving of a day that a site holds."""
    yield Row(GROUP, "a fresh process loads the definitions", [_seconds_to_load() for _ in range(rounds)])
    archived = [_seconds_to_archive(site, day) for _ in range(rounds)]
    yield Row(GROUP, "a day archived, read back and compared", [packed for packed, _ in archived])
    yield Row(GROUP, "a day of the archive verified", [verified for _, verified in archived])


def _seconds_to_load() -> float:
    with tempfile.TemporaryDirectory() as nowhere:
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", LOAD], env={}, cwd=nowhere, check=True)
        return time.perf_counter() - began


def _seconds_to_archive(site: Site, day: date) -> tuple[float, float]:
    with tempfile.TemporaryDirectory(prefix="belib-bench-archive-") as folder:
        archive, began = Archive(Path(folder)), time.perf_counter()
        entry = archive_day(archive, site.entered().store(), day)
        packed = time.perf_counter()
        if entry is None or broken_in(archive.folder, entry):
            raise AssertionError(f"{day} was not archived as raw holds it")
        return packed - began, time.perf_counter() - packed
