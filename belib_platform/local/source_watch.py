"""Report in `belib up` which sources are requested at the start, what they answer, and every change from then on.

All reports come from the ledger in MongoDB, so they cover the scheduled runs, too.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pymongo
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from belib_platform.local.children import Child, Program, end_all, start_program
from belib_platform.local.supervision import FIRST_REQUESTS
from belib_platform.raw.changes import Changes
from belib_platform.raw.due import due, sources_asked
from belib_platform.raw.store import RawStore
from belib_platform.settings import Settings
from belib_platform.sources.source import Source, host_of

INTERVAL_S = 1.0

TIMEOUT_S = 4.0
"""For all queries of one check together."""

LOOK_BACK = timedelta(minutes=20)
"""How far back attempts are read: a run that requests a source is ended after 15 minutes."""

Say = Callable[[str], None]


@contextmanager
def watching_sources(
    settings: Settings, variables: Mapping[str, str], arguments: Sequence[str], say: Say
) -> Iterator[threading.Event]:
    """Request the sources that are due, and report changes of any source by `say`, in a thread while the block runs.

    Yields an event that is set after the first report, or when no request is running. `variables` are the
    environment and `arguments` the first arguments of `belib_platform.sensors.first_requests`.
    """
    watch = _SourceWatch(settings, variables, arguments, say)
    thread = threading.Thread(target=watch.run, name="source-watch")
    thread.start()
    try:
        yield watch.first_report
    finally:
        watch.stop.set()
        thread.join()
        end_all(watch.children)


class _SourceWatch:
    def __init__(self, settings: Settings, variables: Mapping[str, str], arguments: Sequence[str], say: Say) -> None:
        self._settings, self._variables, self._arguments, self._say = settings, variables, arguments, say
        self._changes = Changes(settings)
        self._since = _now()
        self._has_started = self._is_mongo_away = False
        self.stop, self.first_report = threading.Event(), threading.Event()
        self.children: list[Child] = []

    def run(self) -> None:
        """Check every second until `stop` is set. Reports once if MongoDB does not answer."""
        url = self._variables["BELIB_MONGO_URL"]
        client: MongoClient[dict[str, Any]] = MongoClient(url, tz_aware=True, serverSelectionTimeoutMS=2000)
        with client:
            store = RawStore(client[urlsplit(url).path.strip("/") or "belib"])
            while True:
                try:
                    self._check(store)
                    self._is_mongo_away = False
                except PyMongoError:
                    if not self._is_mongo_away:
                        host = urlsplit(url).netloc.rpartition("@")[2]
                        self._say(f"MongoDB at {host} does not answer; the sources' answers are reported once it does.")
                    self._is_mongo_away = True
                if self.stop.wait(INTERVAL_S):
                    return

    def _check(self, store: RawStore) -> None:
        with pymongo.timeout(TIMEOUT_S):
            if not self._has_started:
                self._request_due(due(sources_asked(self._settings), store, self._settings, _now()))
            attempts = store.ledger.since(max(self._since, _now() - LOOK_BACK))
        for sentence in self._changes.of(attempts, _now()):
            self._say(sentence)
            self.first_report.set()
        for child in list(self.children):
            code = child.exit_code()
            if code is not None:
                self.children.remove(child)
            if code:
                self._say(f"The first requests ended with code {code}; the log is {child.log}.")
        if not self.children:
            self.first_report.set()

    def _request_due(self, sources: Sequence[Source]) -> None:
        self._has_started = True
        if not sources:
            self._say("Every source has a recent answer; the schedules request the next ones.")
            return
        self._say(f"Requesting {self._named(sources)}.")
        names = [source.name for source in sources]
        program = Program(["belib_platform.sensors.first_requests", *self._arguments, *names], self._variables)
        self.children.append(start_program(self._settings.home.resolve(), FIRST_REQUESTS, program))

    def _named(self, sources: Iterable[Source]) -> str:
        by_host: dict[str, list[str]] = {}
        for source in sources:
            by_host.setdefault(host_of(source, self._settings), []).append(source.title)
        return " and ".join(f"{host} ({', '.join(titles)})" for host, titles in by_host.items())


def _now() -> datetime:
    return datetime.now(UTC)
