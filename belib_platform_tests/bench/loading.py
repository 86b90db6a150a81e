"""How long a fresh interpreter with an empty environment needs to load the definitions."""

import statistics
import subprocess
import sys
import tempfile
import time

from belib_platform_tests.bench.figures import Figure

TIMES = 5
TARGET_S = 3
LOAD = "from belib_platform.definitions import defs; defs.get_repository_def()"


def figure_of_loading() -> Figure:
    """Median seconds, the interpreter's own start included."""
    taken = []
    with tempfile.TemporaryDirectory() as nowhere:
        for _ in range(TIMES):
            began = time.perf_counter()
            subprocess.run([sys.executable, "-c", LOAD], env={}, cwd=nowhere, check=True)
            taken.append(time.perf_counter() - began)
    return Figure(
        "the definitions loaded", statistics.median(taken), "s", TARGET_S, f"fresh process, median of {TIMES}"
    )
