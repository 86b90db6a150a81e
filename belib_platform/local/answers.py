"""What `belib up` says of the sources: whom it asks at its start, what came of it, and what changes from then on.

Everything said is read from the ledger in MongoDB, so that it holds for the runs of schedules, too.
"""

import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pymongo
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from belib_platform.local.children import Child, end_all
from belib_platform.local.noted import Noted
from belib_platform.local.supervision import ASKING
from belib_platform.raw.changes import Changes
from belib_platform.raw.due import due, sources_asked
from belib_platform.raw.store import RawStore
from belib_platform.settings import Settings
from belib_platform.sources.source import Source, host_of

EVERY_S = 1.0

PATIENCE_S = 4.0
"""For the questions of one look together."""

LOOK_BACK = timedelta(minutes=20)
"""Attempts are looked at for so long: a run that asks is ended after a quarter of an hour."""

Say = Callable[[str], None]


@contextmanager
def answers_said(
    settings: Settings, variables: Mapping[str, str], arguments: Sequence[str], say: Say
) -> Iterator[threading.Event]:
    """Ask the sources that are due, and say what changes at any source, for the time of the block, in a thread.

    Yields an event that is set once something was said of a source, or nothing is being asked. `variables` are the
    environment and `arguments` the first arguments of `belib_platform.sensors.first_requests`.
    """
    watch = _Watch(settings, variables, arguments, say)
    thread = threading.Thread(target=watch.run, name="answers")
    thread.start()
    try:
        yield watch.heard
    finally:
        watch.stop.set()
        thread.join()
        end_all(watch.children)


class _Watch:
    def __init__(self, settings: Settings, variables: Mapping[str, str], arguments: Sequence[str], say: Say) -> None:
        self._settings, self._variables, self._arguments, self._say = settings, variables, arguments, say
        self._changes = Changes(settings)
        self._since = _now()
        self._has_begun = self._is_blind = False
        self.stop, self.heard = threading.Event(), threading.Event()
        self.children: list[Child] = []

    def run(self) -> None:
        """Look each second until `stop` is set; while MongoDB does not answer, that is said once."""
        url = self._variables["BELIB_MONGO_URL"]
        client: MongoClient[dict[str, Any]] = MongoClient(url, tz_aware=True, serverSelectionTimeoutMS=2000)
        with client:
            store = RawStore(client[urlsplit(url).path.strip("/") or "belib"])
            while True:
                try:
                    self._look(store)
                    self._is_blind = False
                except PyMongoError:
                    if not self._is_blind:
                        self._say("MongoDB does not answer; what the sources answer is said once it does.")
                    self._is_blind = True
                if self.stop.wait(EVERY_S):
                    return

    def _look(self, store: RawStore) -> None:
        with pymongo.timeout(PATIENCE_S):
            if not self._has_begun:
                self._begin(due(sources_asked(self._settings), store, self._settings, _now()))
            attempts = store.ledger.since(max(self._since, _now() - LOOK_BACK))
        for sentence in self._changes.of(attempts, _now()):
            self._say(sentence)
            self.heard.set()
        for child in list(self.children):
            code = child.exit_code()
            if code is not None:
                self.children.remove(child)
            if code:
                self._say(f"The {child.name} ended with code {code}; its log is {child.log}.")
        if not self.children:
            self.heard.set()

    def _begin(self, sources: Sequence[Source]) -> None:
        self._has_begun = True
        if not sources:
            self._say("Every source has a fresh answer; each is asked again by its schedule.")
            return
        self._say(f"Asking {self._named(sources)}.")
        module = "belib_platform.sensors.first_requests"
        command = [sys.executable, "-m", module, *self._arguments, *(source.name for source in sources)]
        home = self._settings.home.resolve()
        noted = Noted(home, ASKING)
        child = Child("first asking", command, {**self._variables, **noted.starting()}, home / "logs" / f"{ASKING}.log")
        noted.started(child.pid)
        self.children.append(child)

    def _named(self, sources: Iterable[Source]) -> str:
        by_host: dict[str, list[str]] = {}
        for source in sources:
            by_host.setdefault(host_of(source, self._settings), []).append(source.title)
        return " and ".join(f"{host} ({', '.join(titles)})" for host, titles in by_host.items())


def _now() -> datetime:
    return datetime.now(UTC)
