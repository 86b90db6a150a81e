"""A past to measure on: recordings of a simulated Paris, imported."""

import tempfile
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from belib_platform.recordings.finding import find_recordings
from belib_platform.recordings.importing import import_recordings
from belib_platform.settings import load_settings
from belib_platform.simulator.paris import Paris
from belib_platform.simulator.recordings import write_recordings
from belib_platform_tests.bench.site import Site


def import_past(paris: Paris, first: datetime, last: datetime, sites: Sequence[Site]) -> tuple[int, float]:
    """Keep what the simulated APIs answered within [first, last) in every site; recordings, and seconds for the last.

    The seconds are those of the import: reading the files, judging, hashing, compressing and keeping them.
    """
    with tempfile.TemporaryDirectory(prefix="belib-bench-recordings-") as folder:
        written = write_recordings(paris, Path(folder), first, last)
        taken_s = 0.0
        for site in sites:
            store, began = site.store(), time.perf_counter()
            import_recordings(find_recordings(Path(folder)), load_settings(), store)
            taken_s = time.perf_counter() - began
    return written, taken_s
