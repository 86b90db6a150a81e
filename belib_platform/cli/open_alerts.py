"""What is open on an instance, for those who ask instead of being told: the command line and the demo."""

from collections.abc import Callable
from datetime import datetime

import dagster as dg

from belib_platform.dagster_internals.records import cursor_of
from belib_platform.definitions import defs
from belib_platform.monitoring.alerts.book import Book, new_book
from belib_platform.monitoring.alerts.cursor import read_cursor
from belib_platform.monitoring.alerts.delivery import utc_now
from belib_platform.monitoring.alerts.message import Message
from belib_platform.monitoring.alerts.observing import Look, Seen, everything, of_checks, of_runs
from belib_platform.monitoring.alerts.problem import Problem
from belib_platform.monitoring.alerts.telling import preview
from belib_platform.resources.mongo import MongoResource
from belib_platform.sensors.alerts import alert_sensor
from belib_platform.settings import load_settings


def open_now(instance: dg.DagsterInstance) -> list[Problem]:
    """All that is open, oldest first; since when, as the sensor remembers it."""
    now = utc_now()
    cursor = cursor_of(instance, alert_sensor.name)
    book = read_cursor(cursor, now, lambda _: None)
    with MongoResource().yield_for_execution(dg.build_init_resource_context()) as mongo:
        seen = everything(_look(instance, book, now), mongo.store(), but_ticks_of="")
    known = [problem.model_copy(update={"since": _since(problem, book)}) for problem in seen.problems]
    return sorted(known, key=lambda problem: problem.since)


class Alerts:
    """What a receiver of an instance's alerts about checks and runs would read, message by message."""

    def __init__(self, instance: dg.DagsterInstance, clock: Callable[[], datetime] = utc_now) -> None:
        self._instance, self._clock = instance, clock
        self._book: Book | None = None

    def next(self) -> Message | None:
        """What opened or recovered since the call before; at the first, all that is open. None: nothing."""
        now = self._clock()
        look = _look(self._instance, self._book or new_book(now), now)
        seen = Seen([*of_checks(look), *of_runs(look)])
        said, self._book = preview(self._book, seen, str(look.settings.ui_url), now)
        return said


def _look(instance: dg.DagsterInstance, book: Book, now: datetime) -> Look:
    return Look(instance, defs.get_repository_def(), load_settings(), book.watched_since, now)


def _since(problem: Problem, book: Book) -> datetime:
    return book.open[problem.key].since if problem.key in book.open else problem.since
