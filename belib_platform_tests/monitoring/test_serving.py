"""/metrics and /health over HTTP, on real stores."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import dagster as dg
import httpx
import pytest

from belib_platform.local.addresses import Addresses
from belib_platform.monitoring.health import utc
from belib_platform.monitoring.observer import Observer
from belib_platform.monitoring.poll_counter import PollCounter
from belib_platform_tests.monitoring.conftest import MINUTE, Observable
from belib_platform_tests.monitoring.served import Served, labelled, served, values


@pytest.fixture
def scraped(observable: Observable) -> Iterator[Served]:
    """An observer that observes anew each time."""
    observer = Observer(observable.settings, Addresses(observable.settings), counter=PollCounter(), kept_s=0)
    with served(observable.settings, observer) as running:
        yield running


def test_well_is_said_when_all_is_and_what_is_not_in_sentences(observable: Observable, scraped: Served) -> None:
    status, said = scraped.health()
    assert status == 503
    assert said == [
        "There is no sound answer of belib yet.",
        "Dagster's daemon has never run: nothing is scheduled.",
    ]
    observable.polled("sound")
    observable.beat()
    assert scraped.health() == (200, [])
    assert scraped.metrics()[labelled("belib_healthy")] == 1


def test_a_stale_poll_is_not_well_though_others_fail_since(observable: Observable, scraped: Served) -> None:
    observable.beat()
    newest = observable.polled("sound", 16 * MINUTE)
    observable.polled("refused", 6 * MINUTE)
    observable.polled("sound", MINUTE, source="open_meteo")
    assert scraped.health() == (
        503,
        [f"The newest sound answer of belib is 16 minutes old ({utc(newest)}); the limit is 15 minutes."],
    )
    age = scraped.metrics()[labelled("belib_newest_sound_poll_age_seconds", source="belib")]
    assert 960 <= age < 1020
    observable.polled("sound", 14 * MINUTE)
    assert scraped.health() == (200, [])


@pytest.mark.parametrize("ahead", [5 * MINUTE, 60 * 24 * 3650 * MINUTE])
def test_polls_from_the_future_are_a_warning_and_do_not_hide_that_nothing_comes(
    observable: Observable, scraped: Served, ahead: timedelta
) -> None:
    observable.beat()
    for number in range(3):
        latest = observable.polled("sound", -ahead - number * MINUTE)
    assert scraped.health() == (503, ["There is no sound answer of belib yet."])
    newest = observable.polled("sound", 60 * 24 * 5 * MINUTE)
    _, said = scraped.health()
    assert said[0].startswith(f"The newest sound answer of belib is 7200 minutes old ({utc(newest)})")
    seen = scraped.metrics()
    assert seen[labelled("belib_newest_sound_poll_age_seconds", source="belib")] >= 7200 * 60
    assert seen[labelled("belib_sources_ahead")] == 1
    observable.polled("sound")
    answer = httpx.get(f"{scraped.url}/health", timeout=300)
    assert (answer.status_code, answer.json()["problems"]) == (200, [])
    [warning] = answer.json()["warnings"]
    assert warning.startswith(f"The ledger notes belib at {utc(latest)}, which is in the future")


@pytest.mark.parametrize("ago", [3 * MINUTE, -60 * MINUTE], ids=["old", "from the future"])
def test_without_a_present_heartbeat_the_daemon_is_not_well(
    observable: Observable, scraped: Served, ago: timedelta
) -> None:
    observable.polled("sound")
    observable.beat(ago)
    status, [said] = scraped.health()
    assert (status, said.startswith("Dagster's daemon has sent no heartbeat")) == (503, True)


@pytest.mark.parametrize(("blocking", "status"), [(True, 503), (False, 200)])
def test_a_false_check_is_not_well_if_it_blocks(
    observable: Observable, scraped: Served, blocking: bool, status: int
) -> None:
    @dg.asset(check_specs=[dg.AssetCheckSpec("is_right", asset="thing", blocking=blocking)])
    def thing() -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[None]]:
        yield dg.AssetCheckResult(passed=False)
        yield dg.MaterializeResult()

    observable.polled("sound")
    observable.beat()
    dg.materialize([thing], instance=observable.instance, raise_on_error=False)
    said = ["The blocking check is_right of thing fails: nothing is written there."] if blocking else []
    assert scraped.health() == (status, said)
    check = {"asset": "thing", "check": "is_right", "blocking": str(blocking).lower()}
    seen = scraped.metrics()
    assert seen[labelled("belib_check_state", **check, state="failed")] == 1
    assert seen[labelled("belib_check_state", **check, state="passed")] == 0


def test_polls_are_counted_and_the_counters_never_go_down(observable: Observable, scraped: Served) -> None:
    for outcome, ago in (("sound", 60 * 48), ("failed", 60 * 30), ("sound", 2), ("sound", 1)):
        observable.polled(outcome, ago * MINUTE)
    observable.store.ledger.begin("belib", datetime.now(UTC), "poll")
    observable.store.ledger.begin("belib", datetime.now(UTC) - 3 * MINUTE, "import")
    sound = labelled("belib_polls_total", source="belib", outcome="sound")
    failed = labelled("belib_polls_total", source="belib", outcome="failed")
    first = scraped.metrics()
    assert (first[sound], first[failed]) == (3, 1)
    assert first[labelled("belib_polls_total", source="belib", outcome="refused")] == 0
    assert first[labelled("belib_polls_last_day", source="belib", outcome="sound")] == 2
    assert first[labelled("belib_polls_last_day", source="belib", outcome="failed")] == 0
    observable.polled("failed")
    second = scraped.metrics()
    assert (second[sound], second[failed]) == (3, 2)
    observable.store.ledger.collection.drop()
    third = scraped.metrics()
    assert (third[sound], third[failed]) == (3, 2)


def test_both_formats_say_the_same_and_every_metric_has_help_and_a_unit(
    observable: Observable, scraped: Served
) -> None:
    observable.polled("sound")
    plain = [family for family in scraped.plain() if family.name.startswith("belib_")]
    same = {key for key in scraped.metrics() if key[0].startswith("belib_")}
    assert values(plain).keys() == same
    for family in plain:
        assert family.documentation.endswith(".")
        assert not family.name.endswith(("_ms", "_minutes", "_mb"))
    assert any(key[0] == "process_resident_memory_bytes" for key in scraped.metrics())


def test_whatever_is_accepted_there_is_an_answer(scraped: Served) -> None:
    for accept in ("", "*/*", "text/html", "application/openmetrics-text; version=nonsense", "ü"):
        answer = httpx.get(f"{scraped.url}/metrics", headers={"Accept": accept.encode()}, timeout=300)
        assert answer.status_code == 200
        assert "belib_store_up" in answer.text
    assert httpx.get(f"{scraped.url}/other", timeout=300).status_code == 404
    assert httpx.post(f"{scraped.url}/metrics", timeout=300).status_code == 405


def test_who_asks_within_seconds_is_told_the_same(observable: Observable) -> None:
    with served(observable.settings, Observer(observable.settings, Addresses(observable.settings))) as running:
        first = running.metrics()
        observable.polled("sound")
        at = labelled("belib_observation_timestamp_seconds")
        assert running.metrics()[at] == first[at]
        assert running.health()[0] == 503
