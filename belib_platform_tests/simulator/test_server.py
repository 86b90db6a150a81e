import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from belib_platform.simulator.datasets import BELIB, BELIB_STATIC, DATASETS_PATH, VELIB
from belib_platform.simulator.paris import Paris
from belib_platform.simulator.server import SimulatorServer, serving
from belib_platform_tests.simulator.hand_clock import HandClock

EXPORT = f"{DATASETS_PATH}/{BELIB}/exports/json"
RECORDS = f"{DATASETS_PATH}/{BELIB}/records"
SOUND = datetime(2025, 3, 29, 12, tzinfo=UTC)


@pytest.fixture
def clock(paris: Paris) -> HandClock:
    assert paris.outage(SOUND) is None
    return HandClock(SOUND)


@pytest.fixture
def server(paris: Paris, clock: HandClock) -> Iterator[SimulatorServer]:
    with serving(paris, clock=clock) as running:
        yield running


@pytest.fixture
def client(server: SimulatorServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=300) as browser:
        yield browser


def test_the_export_is_the_feed_now(client: httpx.Client, clock: HandClock, paris: Paris) -> None:
    assert client.get(EXPORT).content == paris.realtime_body(SOUND)
    clock.advance(timedelta(hours=2))
    assert client.get(EXPORT).content == paris.realtime_body(SOUND + timedelta(hours=2))


def test_the_static_export_is_the_days_edition(client: httpx.Client, paris: Paris) -> None:
    assert client.get(f"{DATASETS_PATH}/{BELIB_STATIC}/exports/json").content == paris.static_body(SOUND.date())


def test_bike_stations_are_exported_and_paged(client: httpx.Client, paris: Paris) -> None:
    body = paris.bike_body(SOUND)
    assert client.get(f"{DATASETS_PATH}/{VELIB}/exports/json").content == body
    page = client.get(f"{DATASETS_PATH}/{VELIB}/records", params={"limit": 3, "offset": 2}).json()
    assert page == {"total_count": len(paris.bike_city), "results": json.loads(body)[2:5]}


def test_gzip_only_when_asked(client: httpx.Client) -> None:
    assert client.get(EXPORT).headers["content-encoding"] == "gzip"
    assert "content-encoding" not in client.get(EXPORT, headers={"accept-encoding": "identity"}).headers


def test_an_export_can_be_limited(client: httpx.Client) -> None:
    assert len(client.get(EXPORT, params={"limit": 3}).json()) == 3
    assert client.get(EXPORT, params={"limit": -2}).status_code == 400


@pytest.mark.parametrize(("params", "count"), [({}, 10), ({"limit": 0}, 0), ({"limit": 3, "offset": 2}, 3)])
def test_records_are_paged(client: httpx.Client, paris: Paris, params: dict[str, int], count: int) -> None:
    page = client.get(RECORDS, params=params).json()
    assert page["total_count"] == len(paris.live)
    offset = params.get("offset", 0)
    assert page["results"] == json.loads(paris.realtime_body(SOUND))[offset : offset + count]


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"limit": "1473"}, "limit API parameter: 1473 was found but -1 <= limit <= 100 is expected."),
        ({"limit": "-2"}, "limit API parameter: -2 was found but -1 <= limit <= 100 is expected."),
        ({"limit": "ten"}, "limit API parameter: ten was found"),
        ({"offset": "-1"}, "offset API parameter: -1 was found"),
        ({"limit": "100", "offset": "9901"}, "sum of offset + limit API parameter: 10001 was found but <= 10000"),
    ],
)
def test_limits_are_the_real_ones(client: httpx.Client, params: dict[str, str], message: str) -> None:
    refused = client.get(RECORDS, params=params)
    assert refused.status_code == 400
    assert refused.json()["error_code"] == "InvalidRESTParameterError"
    assert message in refused.json()["message"]


def test_unknown_data_sets_are_not_found(client: httpx.Client) -> None:
    assert client.get(f"{DATASETS_PATH}/velib/records").status_code == 404


def test_a_spent_budget_is_refused_until_midnight(paris: Paris, clock: HandClock) -> None:
    with serving(paris, clock=clock, calls_per_day=2) as server, httpx.Client(base_url=server.url) as client:
        remaining = [client.get(RECORDS).headers["x-ratelimit-remaining"] for _ in range(2)]
        refused = client.get(RECORDS)
        clock.advance(timedelta(hours=12))
        assert client.get(RECORDS).status_code == 200
    assert remaining == ["1", "0"]
    assert refused.status_code == 429
    assert set(refused.json()) == {"errorcode", "error", "call_limit", "reset_time", "limit_time_unit"}
    assert refused.json()["reset_time"] == "2025-03-30T00:00:00Z"
    assert refused.headers["x-ratelimit-reset"] == str(int(datetime(2025, 3, 30, tzinfo=UTC).timestamp()))


def test_requests_are_remembered(client: httpx.Client, server: SimulatorServer) -> None:
    client.get(RECORDS, params={"limit": 0})
    assert server.asked == [f"{RECORDS}?limit=0"]


def test_undrawn_days_are_said(client: httpx.Client, clock: HandClock) -> None:
    clock.advance(timedelta(days=30))
    assert client.get(EXPORT).status_code == 503


PLACE: dict[str, str | float] = {"latitude": 48.86, "longitude": 2.35, "hourly": "temperature_2m,snowfall"}


def test_the_forecast(client: httpx.Client, paris: Paris) -> None:
    answer = client.get("/v1/forecast", params=PLACE | {"timeformat": "unixtime", "timezone": "UTC"}).json()
    whole = json.loads(paris.forecast_body(SOUND))["hourly"]
    assert answer["hourly"] == {name: whole[name] for name in ("time", "temperature_2m", "snowfall")}
    iso = client.get("/v1/forecast", params=PLACE | {"forecast_days": 1}).json()["hourly"]["time"]
    assert (iso[0], iso[-1]) == ("2025-03-29T00:00", "2025-03-29T23:00")


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"latitude": 91}, "Latitude must be in range"),
        ({"longitude": "x"}, "longitude"),
        ({"timezone": "Mars"}, "Invalid timezone"),
        ({"hourly": "sunshine_of_mars"}, "sunshine_of_mars"),
        ({"forecast_days": 0}, "Forecast days"),
    ],
)
def test_wrong_questions_get_a_reason(client: httpx.Client, wrong: dict[str, str | float], reason: str) -> None:
    refused = client.get("/v1/forecast", params=PLACE | wrong)
    assert refused.status_code == 400
    assert refused.json()["error"] is True
    assert reason in refused.json()["reason"]
