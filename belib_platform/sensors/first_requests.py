"""The first requests of `belib up`: the jobs of the sources that are due, before Dagster's daemon can start any.

Their runs are as any other in Dagster's UI. `belib up` runs this module in a process of its own, with the arguments
MODULE WORKSPACE SOURCE…, and knows it by WORKSPACE.
"""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from signal import SIGTERM, default_int_handler, signal

from dagster import RunsFilter

from belib_platform import jobs
from belib_platform.dagster_internals.instance import open_instance
from belib_platform.dagster_internals.records import stopped
from belib_platform.dagster_internals.running import run_here
from belib_platform.sensors.jobs_of_sources import by_job
from belib_platform.sensors.stale_runs import UNFINISHED


def ask_first(module: str, sources: Sequence[str]) -> None:
    """Run the jobs of `module`'s definitions that ask these sources, in their order, on the instance of DAGSTER_HOME.

    A job of which a run is queued or started is left to that run, and one whose schedule somebody stopped is left out.
    That a run failed is noted in Dagster and the ledger.
    """
    signal(SIGTERM, default_int_handler)  # Dagster notes a run that an interrupt ended
    with open_instance() as instance:
        off = stopped(instance)  # schedules are named as their jobs
        for name, tags in by_job(sources).items():
            if name in off or instance.get_run_ids(RunsFilter(job_name=name, statuses=UNFINISHED), limit=1):
                continue
            day = {"dagster/partition": datetime.now(UTC).date().isoformat()}
            run_here(instance, name, jobs.QUIET, tags={**tags, **day}, module=module)


if __name__ == "__main__":
    ask_first(sys.argv[1], sys.argv[3:])
