"""What is open on an instance, for those who ask instead of being notified: the command line and the demo."""

from collections.abc import Callable
from datetime import datetime

import dagster as dg

from belib_platform.dagster_internals.records import cursor_of
from belib_platform.definitions import defs
from belib_platform.monitoring.alerts.message import Message, Origin
from belib_platform.monitoring.alerts.problem import Problem
from belib_platform.monitoring.alerts.problems import Found, Site, all_problems, failed_checks, failed_runs
from belib_platform.monitoring.alerts.state import AlertState, new_state, read_cursor
from belib_platform.monitoring.alerts.tick import preview
from belib_platform.monitoring.observer import utc_now
from belib_platform.resources.mongo import MongoResource
from belib_platform.sensors.alerts import alert_sensor
from belib_platform.settings import load_settings


def open_now(instance: dg.DagsterInstance) -> list[Problem]:
    """All that is open, oldest first; since when, as the sensor remembers it."""
    now = utc_now()
    state = read_cursor(cursor_of(instance, alert_sensor.name), now, lambda _: None)
    with MongoResource().yield_for_execution(dg.build_init_resource_context()) as mongo:
        found = all_problems(_site(instance, state, now), mongo.store(), but_ticks_of="")
    known = [problem.model_copy(update={"since": _since(problem, state)}) for problem in found.problems]
    return sorted(known, key=lambda problem: problem.since)


class Alerts:
    """What a receiver of an instance's alerts about checks and runs would read, message by message."""

    def __init__(self, instance: dg.DagsterInstance, clock: Callable[[], datetime] = utc_now) -> None:
        self._instance, self._clock = instance, clock
        self._state: AlertState | None = None

    def next(self) -> Message | None:
        """What opened or recovered since the call before; at the first, all that is open. None: nothing."""
        now = self._clock()
        site = _site(self._instance, self._state or new_state(now), now)
        found = Found([*failed_checks(site), *failed_runs(site)])
        message, self._state = preview(self._state, found, Origin.of(site.settings), now)
        return message


def _site(instance: dg.DagsterInstance, state: AlertState, now: datetime) -> Site:
    return Site(instance, defs.get_repository_def(), load_settings(), state.watched_since, now)


def _since(problem: Problem, state: AlertState) -> datetime:
    return state.open[problem.key].since if problem.key in state.open else problem.since
