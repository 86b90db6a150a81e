"""What is said of attempts: the first answer, each failure and each recovery, once, with the host's name."""

from datetime import timedelta
from itertools import groupby
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belib_platform.raw.changes import SLOW, Changes
from belib_platform.raw.response import epoch_ms
from belib_platform.settings import Settings
from belib_platform_tests.raw.made_pages import NOON

SETTINGS = Settings(_env_file=None, weather_provider="open_meteo,openweathermap", openweathermap_key="k")
NO_DNS = "opendata.paris.fr cannot be reached: its address cannot be found (DNS: Name or service not known)"
AGAIN = "Asked again in about 5 minutes."


def attempt(source: str, outcome: str, seconds: float = 0, **facts: Any) -> dict[str, Any]:
    at = epoch_ms(NOON + timedelta(seconds=seconds))
    return {"source": source, "fetched_at_ms": at, "origin": "poll", "outcome": outcome, **facts}


def sound(source: str, seconds: float = 0, record_count: int = 2012) -> dict[str, Any]:
    return attempt(source, "sound", seconds, record_count=record_count)


def said(*looks: list[dict[str, Any]]) -> list[str]:
    """All that is said, look by look, a second after noon."""
    changes = Changes(SETTINGS)
    return [sentence for look in looks for sentence in changes.of(look, NOON + timedelta(seconds=1))]


def test_the_first_answer_of_each_source_is_one_line_with_host_and_records() -> None:
    assert said([sound("belib"), sound("open_meteo", record_count=168)], [sound("belib"), sound("belib", 300)]) == [
        "opendata.paris.fr answered: real-time feed, 2,012 records.",
        "api.open-meteo.com answered: weather forecast, 168 records.",
    ]


def test_a_host_that_is_away_is_one_sentence_whatever_is_asked_of_it() -> None:
    sources = ("belib_static", "arrondissements", "belib")
    failing = [attempt(name, "failed", n, reason=NO_DNS) for n, name in enumerate(sources)]
    assert said(failing, [attempt("belib", "failed", 300, reason=NO_DNS)]) == [f"{NO_DNS}. {AGAIN}"]


def test_each_recovery_is_said() -> None:
    away = [attempt(name, "failed", reason=NO_DNS) for name in ("belib", "belib_static")]
    assert said([sound("belib", -300)], away, [sound("belib", 300)], [sound("belib", 600), sound("belib_static", 600)])[
        2:
    ] == [
        "opendata.paris.fr answers again: real-time feed, 2,012 records.",
        "opendata.paris.fr answers again: static set, 2,012 records.",
    ]


def test_another_failure_of_a_source_that_fails_is_said_and_other_numbers_are_none() -> None:
    reasons = [
        NO_DNS,
        "opendata.paris.fr/x answered 503 Busy after 7 bytes",
        "opendata.paris.fr/x answered 503 Busy after 9 bytes",
    ]
    assert said([attempt("belib", "failed", n, reason=reason) for n, reason in enumerate(reasons)]) == [
        f"{NO_DNS}. {AGAIN}",
        f"{reasons[1]}. {AGAIN}",
    ]


@pytest.mark.parametrize(
    ("failed", "sentence"),
    [
        (
            attempt("belib_static", "refused", reason="The body is an empty list."),
            "opendata.paris.fr, static set: The body is an empty list. Asked again in about an hour.",
        ),
        (
            attempt("belib", "refused", reason="The body is an empty list."),
            f"opendata.paris.fr, real-time feed: The body is an empty list. {AGAIN}",
        ),
        (
            attempt(
                "openweathermap", "refused", reason="api.openweathermap.org/data answered 401 Unauthorized: no key"
            ),
            "api.openweathermap.org/data answered 401 Unauthorized: no key. Asked again in about an hour.",
        ),
        (
            attempt(
                "belib", "not_asked", reason="belib was not asked.", retry_at_ms=epoch_ms(NOON + timedelta(hours=1))
            ),
            "opendata.paris.fr, real-time feed: belib was not asked. Asked again after 2025-03-29 13:00 UTC.",
        ),
    ],
    ids=["refused", "feed refused", "no key", "limited"],
)
def test_whatever_fails_names_its_host_and_when_it_is_asked_again(failed: dict[str, Any], sentence: str) -> None:
    assert said([failed]) == [sentence]


def test_a_source_that_was_never_heard_of_and_keeps_us_waiting_is_named_once_then_what_came_of_it() -> None:
    changes, asking = Changes(SETTINGS), attempt("belib", "asking")
    assert changes.of([asking], NOON + SLOW - timedelta(milliseconds=1)) == []
    waited = "opendata.paris.fr has not answered for 8 seconds: real-time feed. It is waited for."
    assert changes.of([asking], NOON + SLOW) == [waited]
    assert changes.of([asking], NOON + 2 * SLOW) == []
    assert changes.of([sound("belib")], NOON + 2 * SLOW) == [
        "opendata.paris.fr answered: real-time feed, 2,012 records."
    ]
    assert changes.of([attempt("belib", "asking", 300)], NOON + timedelta(seconds=400)) == []


def test_a_fault_of_a_source_that_was_never_heard_of_is_said_before_it_is_asked_again_at_once() -> None:
    noted = attempt("belib", "asking", reason=NO_DNS)
    asking, failed = [noted], [attempt("belib", "failed", reason=NO_DNS)]
    assert said(asking, asking, failed, [sound("belib", 300)]) == [
        f"{NO_DNS}. Asked again at once, then in about 5 minutes.",
        "opendata.paris.fr answers again: real-time feed, 2,012 records.",
    ]
    assert said([sound("belib", -300)], asking)[1:] == []


def test_a_provider_whose_answer_waits_for_the_next_ones_is_not_called_slow() -> None:
    asked = [attempt("open_meteo", "asking"), attempt("openweathermap", "asking", 1)]
    [sentence] = Changes(SETTINGS).of(asked, NOON + 2 * SLOW)
    assert sentence.startswith("api.openweathermap.org has not answered for 8 seconds")


def test_an_import_is_no_answer_of_a_host() -> None:
    assert said([{**sound("belib"), "origin": "import"}]) == []


@given(st.lists(st.sampled_from(["sound", "down", "odd"]), min_size=1, max_size=30), st.integers(1, 4))
def test_only_changes_are_said_however_often_one_looks(outcomes: list[str], looks: int) -> None:
    attempts = [
        sound("belib", 300 * n) if outcome == "sound" else attempt("belib", "failed", 300 * n, reason=f"{outcome} {n}")
        for n, outcome in enumerate(outcomes)
    ]
    changes = Changes(SETTINGS)
    heard = [
        sentence
        for n in range(1, len(attempts) + 1)
        for _ in range(looks)
        for sentence in changes.of(attempts[:n], NOON)
    ]
    stretches = [outcome for outcome, _ in groupby(outcomes)]
    assert [next(word for word in ("down", "odd", "answer") if word in sentence) for sentence in heard] == [
        "answer" if outcome == "sound" else outcome for outcome in stretches
    ]
