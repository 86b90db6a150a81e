from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from belib_platform.simulator.clock import real_clock
from belib_platform.simulator.datasets import BELIB, DATASETS_PATH
from belib_platform.simulator.faults import FaultPlan
from belib_platform.simulator.paris import Paris
from belib_platform.simulator.server import SimulatorServer, serving
from belib_platform_tests.simulator.hand_clock import HandClock

EXPORT = f"{DATASETS_PATH}/{BELIB}/exports/json"


@pytest.fixture(scope="module")
def server(paris: Paris) -> Iterator[SimulatorServer]:
    clock = HandClock(datetime(2025, 3, 29, 12, tzinfo=UTC))
    with serving(paris, clock=clock, faults=FaultPlan(slow_s=30)) as running:
        yield running


def _get(server: SimulatorServer, **extra: str) -> httpx.Response:
    return httpx.get(server.url + EXPORT, timeout=300, headers=extra)


def test_faults_come_in_order_and_end(server: SimulatorServer) -> None:
    server.faults.plan("/exports/json", "status_500", None, "html", "empty_list", "status_429")
    answers = [_get(server) for _ in range(6)]
    assert [a.status_code for a in answers] == [500, 200, 200, 200, 429, 200]
    assert answers[2].headers["content-type"].startswith("text/html")
    assert answers[3].json() == []
    assert answers[4].json()["errorcode"] == 10002
    assert answers[4].headers["x-ratelimit-remaining"] == "0"
    assert len(answers[5].json()) > 10


def test_other_paths_are_spared(server: SimulatorServer) -> None:
    server.faults.plan("/v1/forecast", "status_500")
    assert _get(server).status_code == 200
    assert httpx.get(f"{server.url}/v1/forecast").status_code == 500


def test_a_truncated_body_does_not_parse(server: SimulatorServer) -> None:
    server.faults.plan("/exports/json", "truncated")
    with pytest.raises(ValueError, match=r"line 1 column"):
        _get(server).json()


def test_a_cut_gzip_stream_is_shorter_than_the_truth(server: SimulatorServer) -> None:
    server.faults.plan("/exports/json", "cut_gzip")
    cut = _get(server)
    assert cut.status_code == 200
    assert cut.headers["content-encoding"] == "gzip"
    assert len(cut.content) < len(_get(server).content)


def test_a_redirect_leads_to_itself(server: SimulatorServer) -> None:
    server.faults.plan("/exports/json", "redirect_to_itself", "redirect_to_itself")
    first = _get(server)
    assert (first.status_code, first.headers["location"]) == (302, server.url + EXPORT)
    followed = httpx.get(server.url + EXPORT, follow_redirects=True)
    assert followed.status_code == 200
    assert len(followed.history) == 1


def test_a_slow_answer_outlasts_patience(paris: Paris) -> None:
    clock = HandClock(datetime(2025, 3, 29, 12, tzinfo=UTC))
    with serving(paris, clock=clock, faults=FaultPlan(slow_s=0.5)) as server:
        server.faults.plan("/exports/json", "slow")
        with pytest.raises(httpx.ReadTimeout):
            httpx.get(server.url + EXPORT, timeout=0.1)
        assert _get(server).status_code == 200


def test_a_silent_feed_ends_in_a_gateway_timeout(full_paris: Paris) -> None:
    silence = next(o for o in full_paris.outages if o.kind == "silent")
    with serving(full_paris, clock=HandClock(silence.starts_at), faults=FaultPlan(slow_s=0.05)) as server:
        assert _get(server).status_code == 504


def test_the_real_clock_tells_the_time() -> None:
    assert abs(real_clock() - datetime.now(UTC)) < timedelta(minutes=1)
