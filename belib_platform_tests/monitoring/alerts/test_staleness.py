"""Data that no longer comes is told, whatever instants from the future are noted."""

from datetime import UTC, datetime, timedelta

import pytest

from belib_platform.monitoring.alerts.staleness import instants_ahead, limits, stale_sources
from belib_platform.monitoring.mongo import observe_freshness
from belib_platform.raw.store import RawStore
from belib_platform.settings import Settings
from belib_platform_tests.raw.made_pages import response

NOW = datetime(2026, 8, 30, 12, tzinfo=UTC)
SETTINGS = Settings(_env_file=None)
RAW = {
    "belib": "raw_belib",
    "belib_static": "raw_belib_static",
    "arrondissements": "raw_arrondissements",
    "open_meteo": "raw_meteo",
}


def told(store: RawStore, now: datetime = NOW) -> set[str]:
    """Keys of all that is stale or ahead, where the watch began long ago."""
    freshness = observe_freshness(store, limits(SETTINGS), now)
    stale = stale_sources(freshness, SETTINGS, now - timedelta(days=30), now)
    return {problem.key for problem in [*stale, *instants_ahead(freshness, now)]}


@pytest.mark.parametrize("ahead", [timedelta(minutes=1), timedelta(days=2), timedelta(days=3650)])
@pytest.mark.parametrize("source", RAW)
def test_a_page_from_the_future_is_told_and_hides_nothing(store: RawStore, source: str, ahead: timedelta) -> None:
    for name, collection in RAW.items():
        store.keep(collection, [response([{}], NOW - timedelta(minutes=5), source=name)])
    assert told(store) == set()
    store.keep(RAW[source], [response([{}], NOW + ahead, source=source)])
    assert told(store) == {f"clock/{source}"}
    later = NOW + timedelta(hours=31)
    store.keep(RAW[source], [response([{}], later + ahead, source=source)])
    assert told(store, later) == {f"clock/{source}", *(f"stale/{name}" for name in RAW)}


@pytest.mark.parametrize("cadence_s", [60, 3600])
def test_the_feed_is_stale_after_three_of_its_cadences(store: RawStore, cadence_s: int) -> None:
    settings, allowed = Settings(_env_file=None, cadence_s=cadence_s), timedelta(seconds=3 * cadence_s)
    store.keep("raw_belib", [response([{}], NOW)])
    for age, is_stale in ((allowed, False), (allowed + timedelta(seconds=1), True)):
        stale = {
            problem.key
            for problem in stale_sources(
                observe_freshness(store, limits(settings), NOW + age), settings, NOW, NOW + age
            )
        }
        assert ("stale/belib" in stale) == is_stale


def test_what_was_never_asked_but_in_the_future_is_stale(store: RawStore) -> None:
    store.keep("raw_belib", [response([{}], NOW + timedelta(days=1))])
    assert "stale/belib" in told(store)


def test_the_problem_names_the_instant_and_leads_to_the_asset(store: RawStore) -> None:
    store.keep("raw_meteo", [response([{}], NOW + timedelta(days=1), source="open_meteo")])
    [problem] = instants_ahead(observe_freshness(store, limits(SETTINGS), NOW), NOW)
    assert problem.sentence == (
        "The ledger notes open_meteo at 2026-08-31 12:00:00 UTC: a clock was ahead, or still is."
    )
    assert (problem.path, problem.is_warning) == ("/assets/raw_meteo", True)
