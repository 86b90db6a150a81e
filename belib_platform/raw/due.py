"""When a source is due: it has no sound response that is younger than its cadence."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from belib_platform.raw.polling import Attempt, reset_of
from belib_platform.raw.response import instant_of
from belib_platform.raw.store import RawStore
from belib_platform.settings import Settings
from belib_platform.sources.registry import SOURCES
from belib_platform.sources.source import Source
from belib_platform.sources.weather import providers_asked

AFTER_NO_ANSWER = timedelta(minutes=5)
"""How long after a request without an answer, or an interrupted one, a source is asked again."""

AFTER_A_REFUSED_ANSWER = timedelta(hours=1)
"""How long after a refused answer a source is asked again: it works, and more requests would only burden it."""


def sources_asked(settings: Settings) -> list[Source]:
    """Every source that is asked live, in the order in which the first start asks them."""
    others = [source for source in SOURCES.values() if not source.is_weather_provider and source.is_asked(settings)]
    return sorted([*providers_asked(settings), *others], key=lambda source: source.first_asked)


def due(sources: Iterable[Source], store: RawStore, settings: Settings, now: datetime) -> list[Source]:
    """Those without a sound response that is younger than their cadence, whatever later attempts brought."""
    return [source for source in sources if not _is_fresh(source, store, settings, now)]


def may_be_asked_again(source: Source, store: RawStore, settings: Settings, now: datetime) -> bool:
    """Whether enough time has passed since the newest attempt."""
    newest = store.ledger.newest_poll(source.name)
    return newest is None or asked_again_at(source, newest, settings) <= now


def asked_again_at(source: Source, attempt: Attempt, settings: Settings) -> datetime:
    """The instant (UTC) from which a source may be asked again after this attempt.

    It is at most a cadence later, or when a rate limit resets.
    """
    asked_at = instant_of(attempt["fetched_at_ms"])
    if reset := reset_of(attempt):
        return reset
    cadence = source.cadence.interval(settings)
    waits = {"sound": cadence, "refused": min(cadence, AFTER_A_REFUSED_ANSWER)}
    return asked_at + waits.get(attempt["outcome"], min(cadence, AFTER_NO_ANSWER))


def _is_fresh(source: Source, store: RawStore, settings: Settings, now: datetime) -> bool:
    newest = store.responses(source.collection).newest(source.name, now)
    return newest is not None and now - newest.fetched_at < source.cadence.interval(settings)
