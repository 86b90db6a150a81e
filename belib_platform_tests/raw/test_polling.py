"""A poll that fails leaves the ledger, the evidence and a sentence, and nothing of what was kept is touched."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from belib_platform.raw.polling import PollError, poll
from belib_platform.raw.response import Response, epoch_ms
from belib_platform.raw.responses import add_responses
from belib_platform.raw.store import RawStore
from belib_platform.settings import Settings
from belib_platform.simulator.faults import Fault
from belib_platform.simulator.paris import Paris
from belib_platform.simulator.server import SimulatorServer, serving
from belib_platform.sources.belib_realtime import BELIB
from belib_platform.sources.belib_static import BELIB_STATIC
from belib_platform.sources.http import HttpPolicy
from belib_platform.sources.open_meteo import OPEN_METEO
from belib_platform.sources.source import Source
from belib_platform_tests.raw.portal import settings_for
from belib_platform_tests.simulator.hand_clock import HandClock
from belib_platform_tests.sources.local_server import Handler, answering
from belib_platform_tests.sources.local_server import serving as serving_locally

PLACE = r"127\.0\.0\.1:\d+/"


@pytest.fixture(scope="module")
def paris() -> Paris:
    return Paris.draw(7, first_day=date(2025, 3, 29), days=1, stations=12)


@pytest.fixture
def simulator(paris: Paris) -> Iterator[SimulatorServer]:
    noon = datetime(2025, 3, 29, 12, tzinfo=UTC)
    assert paris.outage(noon) is None
    with serving(paris, clock=HandClock(noon)) as server:
        yield server


@pytest.fixture
def settings(simulator: SimulatorServer) -> Settings:
    return Settings(opendatasoft_url=simulator.url, open_meteo_url=simulator.url, _env_file=None)


def settled(store: RawStore) -> dict[str, Any]:
    attempt = store.ledger.newest_poll("belib")
    assert attempt is not None
    return attempt


def kept_poll(source: Source, settings: Settings, store: RawStore, policy: HttpPolicy) -> Response:
    response = poll(source, settings, store, policy)
    store.keep(source.collection, [response])
    return response


@pytest.mark.parametrize("source", [BELIB, BELIB_STATIC, OPEN_METEO], ids=lambda source: source.name)
def test_a_sound_answer_is_a_page(store: RawStore, settings: Settings, quick: HttpPolicy, source: Source) -> None:
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    response = poll(source, settings, store, quick)
    assert before <= response.fetched_at <= response.received_at <= datetime.now(UTC)
    assert (response.source, response.verdict, response.origin, response.status_code) == (
        source.name,
        "sound",
        "poll",
        200,
    )
    assert (response.cadence_s, response.gap_limit_s, response.reason) == (300, 900, None)
    attempt = store.ledger.newest_poll(source.name)
    assert attempt is not None
    assert (attempt["outcome"], attempt["fetched_at_ms"]) == ("asking", epoch_ms(response.fetched_at))
    store.keep(source.collection, [response])
    attempt = store.ledger.newest_poll(source.name)
    assert attempt is not None
    assert (attempt["outcome"], attempt["page_id"]) == ("sound", response.id)


REFUSED: list[tuple[Fault, int, str]] = [
    ("html", 1, r"^belib answered, but the response is refused: The body is not whole JSON: .* at character 0 of 90"),
    ("empty_list", 1, r"^belib answered, but the response is refused: The body is an empty list\.$"),
    ("truncated", 1, r"^belib answered, but the response is refused: The body is not whole JSON: .*, where it "),
    ("cut_gzip", 3, rf"^{PLACE}.*/exports/json sent a body that is gzip cut short after [\d,]+ bytes$"),
    ("status_500", 3, rf"^{PLACE}.*/exports/json answered 500 Internal Server Error"),
    ("status_429", 1, rf"^{PLACE}.*/exports/json answered 429 Too Many Requests: Too many requests on the domain"),
]


@pytest.mark.parametrize(("fault", "times", "sentence"), REFUSED, ids=[fault for fault, *_ in REFUSED])
def test_a_bad_answer_is_refused_kept_and_told(
    store: RawStore,
    settings: Settings,
    quick: HttpPolicy,
    simulator: SimulatorServer,
    fault: Fault,
    times: int,
    sentence: str,
) -> None:
    earlier = kept_poll(BELIB, settings, store, quick)
    simulator.faults.plan("/exports/json", *[fault] * times)
    with pytest.raises(PollError, match=sentence) as caught:
        poll(BELIB, settings, store, quick)
    attempt = settled(store)
    assert (attempt["outcome"], attempt["origin"]) == ("refused", "poll")
    assert str(caught.value).endswith(attempt["reason"])
    assert "\n" not in attempt["reason"]
    partition = store.responses(BELIB.collection)
    [refused] = [
        response for response in partition.all_responses(earlier.day, date(2099, 1, 1)) if not response.is_sound
    ]
    assert (refused.id, refused.reason) == (attempt["page_id"], attempt["reason"])
    [(_, body)] = partition.bodies([refused])
    assert len(body) > 1
    assert partition.responses(earlier.day)[0].id == earlier.id
    newest = partition.newest("belib")
    assert newest is not None
    assert newest.id == earlier.id
    assert kept_poll(BELIB, settings, store, quick).is_sound, "the next poll is as good as ever"


def test_a_portal_that_is_away_is_no_answer(store: RawStore, quick: HttpPolicy) -> None:
    away = Settings(opendatasoft_url="http://127.0.0.1:9", _env_file=None)
    with pytest.raises(PollError, match=r"127\.0\.0\.1:9 cannot be reached: it refuses the connection"):
        poll(BELIB, away, store, quick)
    attempt = settled(store)
    assert (attempt["outcome"], "page_id" in attempt) == ("failed", False)
    assert store.responses(BELIB.collection).newest("belib") is None


def test_while_a_source_is_asked_again_the_ledger_says_why_until_it_answers(store: RawStore, quick: HttpPolicy) -> None:
    noted: list[dict[str, Any]] = []

    def respond(handler: Handler) -> None:
        if len(handler.server.asked) > 1:
            noted.append(settled(store))
            handler.send(b"", 400 if len(handler.server.asked) == 3 else 503)

    with serving_locally(respond) as server, pytest.raises(PollError, match="answered 400 Bad Request"):
        poll(BELIB, settings_for(server), store, quick)
    assert {attempt["outcome"] for attempt in noted} == {"asking"}
    assert all("could not be asked" in attempt["reason"] for attempt in noted)  # a 503 is an answer, which is kept
    assert "answered 400 Bad Request" in settled(store)["reason"]


def test_a_limited_source_is_left_alone_until_its_reset(store: RawStore, quick: HttpPolicy) -> None:
    reset = int(time.time()) + 3600
    headers = {"X-RateLimit-Reset": str(reset), "X-RateLimit-Limit": "10000", "X-RateLimit-Remaining": "0"}
    body = {"errorcode": 10002, "error": "Too many requests"}
    with serving_locally(answering(body, 429, headers)) as server:
        for outcome in ("refused", "not_asked", "not_asked"):
            with pytest.raises(PollError, match=r"429|^belib was not asked: its rate limit resets at .* UTC\.$"):
                poll(BELIB, settings_for(server), store, quick)
            attempt = settled(store)
            assert (attempt["outcome"], attempt["retry_at_ms"]) == (outcome, reset * 1000)
            store.ledger.begin("belib", datetime.now(UTC), "import")
        assert len(server.asked) == 1
        with pytest.raises(PollError, match="429"):
            poll(BELIB_STATIC, settings_for(server), store, quick)
    [response] = store.responses(BELIB.collection).all_responses(date(2020, 1, 1), date(2099, 1, 1))
    assert response.headers["x-ratelimit-remaining"] == "0"


def test_a_limited_source_is_asked_again_after_its_reset(store: RawStore, quick: HttpPolicy) -> None:
    headers = {"X-RateLimit-Reset": str(int(time.time()) - 1)}
    with serving_locally(answering({}, 429, headers)) as server:
        for _ in range(2):
            with pytest.raises(PollError, match="429"):
                poll(BELIB, settings_for(server), store, quick)
        assert len(server.asked) == 2


def test_the_page_of_a_killed_poll_is_noted_by_the_next(settings: Settings, store: RawStore, quick: HttpPolicy) -> None:
    killed = poll(BELIB, settings, store, quick)
    add_responses(store.database[BELIB.collection], [killed])
    assert settled(store)["outcome"] == "asking", "kept, and killed before the ledger knew"
    poll(BELIB, settings, store, quick)
    first, second = store.ledger.attempts(killed.day)
    assert (first["outcome"], first["page_id"]) == ("sound", killed.id)
    assert second["outcome"] == "asking"


def test_a_clock_that_went_back_is_told(store: RawStore, settings: Settings, quick: HttpPolicy) -> None:
    later = datetime.now(UTC) + timedelta(hours=1)
    store.ledger.begin("belib", later, "poll")
    response = kept_poll(BELIB, settings, store, quick)
    assert response.is_sound
    assert response.reason == f"the clock went back: belib was asked at {later:%Y-%m-%d %H:%M:%S} UTC already"
