"""A process that rebuilds a range of days and says how long it took and what it needed: `… month FIRST LAST`."""

import json
import resource
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

from belib_platform.instance import open_instance
from belib_platform.jobs import DERIVED
from belib_platform.rebuild import rebuild_days
from belib_platform_tests.bench.site import Site

STATUS = Path("/proc/self/status")


def rebuild_in_a_process(site: Site, days: list[date]) -> tuple[float, float]:
    """Seconds, and MiB of memory at the peak, that rebuilding these days in a process of its own takes."""
    site.enter()
    command = [sys.executable, "-m", __name__, *(day.isoformat() for day in days)]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    answer = json.loads(told.splitlines()[-1])
    return answer["taken_s"], answer["peak_mib"]


def peak_mib() -> float:
    """Most memory this process ever held.

    Linux's ru_maxrss begins with that of the process that started this one, so its own account comes first.
    """
    if STATUS.exists():
        line = next(line for line in STATUS.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    in_bytes = sys.platform == "darwin"
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if in_bytes else 2**10)


def main() -> None:
    """Rebuild the days of the command line on the instance of DAGSTER_HOME."""
    days = [date.fromisoformat(argument) for argument in sys.argv[1:]]
    with open_instance() as instance:
        began = time.perf_counter()
        rebuild_days(instance, days, DERIVED)
        taken_s = time.perf_counter() - began
    print(json.dumps({"taken_s": taken_s, "peak_mib": peak_mib()}))  # noqa: T201 - the parent reads it


if __name__ == "__main__":
    main()
