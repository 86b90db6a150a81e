"""A process that rebuilds a range of days and says how long it took and what it needed: `… month FIRST LAST`."""

import json
import subprocess
import sys
import time
from datetime import date

from belib_platform.dagster_internals.instance import open_instance
from belib_platform.jobs import DERIVED
from belib_platform.repair.rebuild import rebuild_days
from belib_platform_tests.bench.site import Site
from belib_platform_tests.peak_memory import peak_mib


def rebuild_in_a_process(site: Site, days: list[date]) -> tuple[float, float]:
    """Seconds, and MiB of memory at the peak, that rebuilding these days in a process of its own takes."""
    site.enter()
    command = [sys.executable, "-m", __name__, *(day.isoformat() for day in days)]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    answer = json.loads(told.splitlines()[-1])
    return answer["taken_s"], answer["peak_mib"]


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
