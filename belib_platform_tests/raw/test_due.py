"""When a source is due, and when it is asked again: from what raw and the ledger hold."""

from datetime import datetime, timedelta

import pytest

from belib_platform.raw.due import asked_again_at, due, may_be_asked_again, sources_asked
from belib_platform.raw.response import epoch_ms
from belib_platform.raw.store import RawStore
from belib_platform.settings import Settings
from belib_platform.sources.belib_realtime import BELIB
from belib_platform.sources.belib_static import BELIB_STATIC
from belib_platform.sources.open_meteo import OPEN_METEO
from belib_platform.sources.source import Source
from belib_platform_tests.raw.made_pages import NOON, response

SETTINGS = Settings(_env_file=None, weather_provider="open_meteo", networks="belib,velib", cadence_s=600)
SECOND = timedelta(seconds=1)


def keep(store: RawStore, source: Source, at: datetime, **facts: str) -> None:
    store.keep(source.collection, [response([{}], at, source=source.name, **facts)])


def names(store: RawStore, now: datetime) -> list[str]:
    return [source.name for source in due(sources_asked(SETTINGS), store, SETTINGS, now)]


def test_on_a_fresh_home_every_source_is_due_and_the_feeds_come_after_the_static_set(store: RawStore) -> None:
    assert names(store, NOON) == ["open_meteo", "belib_static", "arrondissements", "belib", "velib"]


def test_every_provider_set_is_asked() -> None:
    several = Settings(_env_file=None, weather_provider="openweathermap,open_meteo", openweathermap_key="k")
    assert [source.name for source in sources_asked(several)][:2] == ["openweathermap", "open_meteo"]


@pytest.mark.parametrize("source", [BELIB, BELIB_STATIC, OPEN_METEO], ids=lambda source: source.name)
def test_a_source_is_due_once_its_newest_sound_answer_is_as_old_as_its_cadence(store: RawStore, source: Source) -> None:
    keep(store, source, NOON)
    keep(store, source, NOON + SECOND, verdict="refused", reason="odd")
    store.ledger.begin(source.name, NOON + 2 * SECOND, "poll")
    store.ledger.end(source.name, NOON + 2 * SECOND, "failed", reason="away")
    cadence = source.cadence.interval(SETTINGS)
    assert source.name not in names(store, NOON + cadence - SECOND)
    assert source.name in names(store, NOON + cadence)
    assert source.name in names(store, NOON + timedelta(days=31))


@pytest.mark.parametrize(
    ("source", "outcome", "later"),
    [
        (BELIB_STATIC, "failed", timedelta(minutes=5)),
        (BELIB_STATIC, "asking", timedelta(minutes=5)),
        (BELIB_STATIC, "refused", timedelta(hours=1)),
        (BELIB_STATIC, "sound", timedelta(days=1)),
        (OPEN_METEO, "refused", timedelta(hours=1)),
        (BELIB, "failed", timedelta(minutes=5)),
        (BELIB, "refused", timedelta(minutes=10)),
    ],
    ids=lambda value: getattr(value, "name", str(value)),
)
def test_how_much_later_a_source_is_asked_again(source: Source, outcome: str, later: timedelta) -> None:
    attempt = {"source": source.name, "fetched_at_ms": epoch_ms(NOON), "origin": "poll", "outcome": outcome}
    assert asked_again_at(source, attempt, SETTINGS) == NOON + later


def test_a_rate_limit_is_waited_for_but_not_for_years() -> None:
    attempt = {"source": "belib", "fetched_at_ms": epoch_ms(NOON), "origin": "poll", "outcome": "not_asked"}
    reset = NOON + timedelta(hours=7)
    assert asked_again_at(BELIB, {**attempt, "retry_at_ms": epoch_ms(reset)}, SETTINGS) == reset
    years = {**attempt, "retry_at_ms": epoch_ms(NOON + timedelta(days=999))}
    assert asked_again_at(BELIB, years, SETTINGS) <= NOON + timedelta(days=2)


def test_the_newest_attempt_decides_and_an_import_is_none(store: RawStore) -> None:
    assert may_be_asked_again(BELIB_STATIC, store, SETTINGS, NOON)
    store.ledger.begin("belib_static", NOON, "poll")
    store.ledger.end("belib_static", NOON, "failed", reason="away")
    keep(store, BELIB_STATIC, NOON + timedelta(minutes=4), origin="import")
    assert not may_be_asked_again(BELIB_STATIC, store, SETTINGS, NOON + timedelta(minutes=5) - SECOND)
    assert may_be_asked_again(BELIB_STATIC, store, SETTINGS, NOON + timedelta(minutes=5))
