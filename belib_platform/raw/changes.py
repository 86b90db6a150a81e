"""News of the ledger in sentences: the first answer of each source, each failure and each recovery, once each."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from belib_platform.raw.due import asked_again_at
from belib_platform.raw.polling import Attempt
from belib_platform.raw.response import epoch_ms, instant_of
from belib_platform.settings import Settings
from belib_platform.sources.registry import SOURCES
from belib_platform.sources.source import Source, host_of

SLOW = timedelta(seconds=8)
"""How long a source that never answered before may take until it is reported, though it may still answer."""


class Changes:
    """Remembers what was reported of each source, so that a continuing failure is not reported at every attempt."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._seen_ms: dict[str, int] = {}
        self._answered: set[str] = set()
        self._failing: dict[str, str] = {}
        self._slow: set[str] = set()

    def of(self, attempts: Iterable[Attempt], now: datetime) -> list[str]:
        """The sentences for attempts, oldest first; attempts may be passed again in later calls."""
        polls = [attempt for attempt in attempts if attempt["origin"] == "poll" and attempt["source"] in SOURCES]
        sentences = [self._asking(attempt, polls, now) for attempt in polls if attempt["outcome"] == "asking"]
        resolved = [attempt for attempt in polls if attempt["outcome"] != "asking"]
        sentences += [self._resolved(attempt) for attempt in resolved if self._is_later(attempt)]
        return [sentence for sentence in sentences if sentence]

    def _is_later(self, attempt: Attempt) -> bool:
        """Whether no outcome of this attempt or a later one was reported yet."""
        return int(attempt["fetched_at_ms"]) > self._seen_ms.get(attempt["source"], -1)

    def _resolved(self, attempt: Attempt) -> str | None:
        source = SOURCES[attempt["source"]]
        self._seen_ms[source.name] = attempt["fetched_at_ms"]
        return self._sound(source, attempt) if attempt["outcome"] == "sound" else self._failed(source, attempt)

    def _sound(self, source: Source, attempt: Attempt) -> str | None:
        recovered = self._failing.pop(source.name, None)
        if source.name in self._answered and not recovered:
            return None
        self._answered.add(source.name)
        happened = "answers again" if recovered else "answered"
        return f"{self._host(source)} {happened}: {source.title}, {attempt.get('record_count') or 0:,} records."

    def _failed(self, source: Source, attempt: Attempt) -> str | None:
        host, reason = self._host(source), str(attempt.get("reason") or attempt["outcome"]).rstrip(".")
        sentence = reason if reason.startswith(host) else f"{host}, {source.title}: {reason}"
        kind = re.sub(r"\d+", "#", sentence)  # counts and times differ each time
        is_known = kind in self._failing.values()  # of this source, or of another at the same host
        self._failing[source.name] = kind
        return None if is_known else f"{sentence}. {self._again(source, attempt)}"

    def _again(self, source: Source, attempt: Attempt) -> str:
        asked_at, again_at = instant_of(attempt["fetched_at_ms"]), asked_again_at(source, attempt, self._settings)
        if attempt.get("retry_at_ms"):
            return f"Asked again after {again_at:%Y-%m-%d %H:%M} UTC."
        minutes = round((again_at - asked_at).total_seconds() / 60)
        while_asking = "at once, then " if attempt["outcome"] == "asking" else ""
        return f"Asked again {while_asking}in about {'an hour' if minutes == 60 else f'{minutes} minutes'}."

    def _asking(self, attempt: Attempt, polls: Iterable[Attempt], now: datetime) -> str | None:
        """A sentence about a source that never answered; others may be asked again before they are reported."""
        source, at = SOURCES[attempt["source"]], attempt["fetched_at_ms"]
        if source.name in {*self._answered, *self._failing} or not self._is_later(attempt):
            return None
        if attempt.get("reason"):
            return self._failed(source, attempt)
        if source.name in self._slow or epoch_ms(now - SLOW) < at:
            return None
        # The providers of a run are asked one after another, and their answers are kept together.
        if any(SOURCES[p["source"]].collection == source.collection and p["fetched_at_ms"] > at for p in polls):
            return None
        self._slow.add(source.name)
        seconds = SLOW.total_seconds()
        return f"{self._host(source)} has not answered for {seconds:.0f} seconds: {source.title}. It is waited for."

    def _host(self, source: Source) -> str:
        return host_of(source, self._settings)
