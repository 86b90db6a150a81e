"""A worker of its own: one run in another process, forked from one that has imported everything and done nothing."""

import os
import sys
from datetime import date, datetime
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import dagster as dg
import time_machine

from belib_platform.definitions import defs
from belib_platform.raw import polling
from belib_platform_tests.dagster_storage import local_instance
from belib_platform_tests.faults import points
from belib_platform_tests.faults.points import Point
from belib_platform_tests.faults.site import QUICK, Site
from belib_platform_tests.forks import FORKS

PATIENCE_S = 300
KILLED = -9


class Struck(NamedTuple):
    """A server to be killed instead of the worker, by its data folder."""

    data: str


class Work(NamedTuple):
    """What the worker needs to know."""

    job: str
    day: date
    at: datetime
    point: Point | None
    victim: Struck | None
    folder: Path
    environment: dict[str, str]


def _at_once(policy: dg.RetryPolicy, attempt: int) -> float:
    return 0


def started(
    site: Site, job: str, point: Point | None = None, victim: Struck | None = None, day: date | None = None
) -> BaseProcess:
    """Start a run in a process of its own; at the point it dies, or a server does."""
    folder = site.folder / uuid4().hex
    folder.mkdir()
    work = Work(job, day or site.today, site.clock.at, point, victim, folder, dict(os.environ))
    process = FORKS.Process(target=run, args=(work,))
    process.start()
    return process


def ended(site: Site, process: BaseProcess) -> int:
    """The exit code: 0, 1 when the run failed, -9 when it was killed."""
    process.join(PATIENCE_S)
    if process.exitcode is None:
        process.kill()
        process.join()
        said = [log.read_text()[-2000:] for log in site.folder.glob("*/worker.log")]
        raise AssertionError(f"The worker did not end: {said}")
    return int(process.exitcode)


def run(work: Work) -> None:
    """The run, until its end or the worker's."""
    os.environ.clear()
    os.environ.update(work.environment)
    log = os.open(work.folder / "worker.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    polling.poll.__defaults__ = (QUICK,)
    dg.RetryPolicy.calculate_delay = _at_once  # type: ignore[method-assign]
    with time_machine.travel(work.at, tick=True), local_instance(work.folder) as instance:
        run_id = str(uuid4())
        if work.point:
            data = work.victim.data if work.victim else ""
            strike = (lambda: points.kill_server(data)) if work.victim else points.die
            points.arm(work.point, strike, instance, run_id)
        result = defs.resolve_job_def(work.job).execute_in_process(
            instance=instance, partition_key=work.day.isoformat(), raise_on_error=False, run_id=run_id
        )
    sys.stdout.flush()
    os._exit(0 if result.success else 1)
