"""Several providers of weather: each answer becomes rows, one that fails costs the others nothing, no key is kept."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg
import polars as pl
import pytest

from belib_platform.contracts.clean import RejectedRecord, WeatherForecast
from belib_platform.definitions import defs
from belib_platform.monitoring.alerts.problems import Site, failed_checks
from belib_platform.raw.polling import poll
from belib_platform.raw.store import RawStore
from belib_platform.settings import Settings, load_settings
from belib_platform.sources.http import HttpPolicy
from belib_platform.sources.weather import PROVIDERS, providers_asked
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.end_to_end.platform import Platform, checks_of, today
from belib_platform_tests.sources.forecast_bodies import gfs, gfs_from, owm_from
from belib_platform_tests.sources.local_server import Handler, LocalServer, serving
from belib_platform_tests.warehouse.days import run

pytestmark = pytest.mark.slow

KEYS = {
    "BELIB_INFOCLIMAT_AUTH": "canary-auth/+=",
    "BELIB_INFOCLIMAT_C": "canary-c",
    "BELIB_OPENWEATHERMAP_KEY": "canary-appid",
}
STEPS = {"open_meteo": 48, "infoclimat": 64, "openweathermap": 40}

ECHO = f"{KEYS['BELIB_INFOCLIMAT_AUTH']} and {KEYS['BELIB_INFOCLIMAT_C']} are not known"
REFUSED_IN_BODY = (200, gfs({}, request_state=400, message=ECHO))
REFUSED = (401, json.dumps({"cod": 401, "message": f"Invalid API key {KEYS['BELIB_OPENWEATHERMAP_KEY']}"}).encode())


def grid(at: datetime) -> datetime:
    """The next end of a three-hour step."""
    return at.replace(hour=at.hour // 3 * 3, minute=0, second=0, microsecond=0) + timedelta(hours=3)


def sound() -> dict[str, tuple[int, bytes]]:
    """Status and body of each API, by its path."""
    first = grid(datetime.now(UTC))
    hours = [int(first.timestamp()) + 3600 * n for n in range(48)]
    hourly = {"time": hours, "temperature_2m": [8.0] * 48, "precipitation": [0.0] * 48}
    return {
        "/v1/forecast": (200, json.dumps({"hourly": hourly}).encode()),
        "/public-api/gfs/json": (200, gfs_from(first)),
        "/data/2.5/forecast": (200, owm_from(first)),
    }


@contextmanager
def weather_apis(**failing: tuple[int, bytes]) -> Iterator[LocalServer]:
    """The three APIs, some of which answer otherwise."""
    paths = {
        "open_meteo": "/v1/forecast",
        "infoclimat": "/public-api/gfs/json",
        "openweathermap": "/data/2.5/forecast",
    }
    answers = sound() | {paths[name]: answer for name, answer in failing.items()}

    def respond(handler: Handler) -> None:
        status, body = answers[handler.path.partition("?")[0]]
        handler.send(body, status)

    with serving(respond) as server:
        yield server


def configured(server: LocalServer, environ: pytest.MonkeyPatch) -> None:
    urls = {f"BELIB_{name.upper()}_URL": server.url for name in PROVIDERS}
    for variable, value in (urls | KEYS | {"BELIB_WEATHER_PROVIDER": ",".join(PROVIDERS)}).items():
        environ.setenv(variable, value)


def answered(result: dg.ExecuteInProcessResult) -> dg.AssetCheckEvaluation:
    """What the check of the providers found in a run."""
    return checks_of(result)["raw_meteo", "every_weather_provider_answered"]


def all_kept(store: RawStore) -> str:
    """Every document, its body readable."""
    documents: list[Any] = []
    for name in store.database.list_collection_names():
        documents.extend(store.database[name].find({}, {"body": 0}))
    responses = store.responses("raw_meteo").all_responses(today(), today())
    bodies = [body.decode() for _, body in store.responses("raw_meteo").bodies(responses)]
    return repr([documents, bodies])


def test_the_answers_of_all_become_rows_beside_each_other(
    store: RawStore, warehouse: Warehouse, quick: HttpPolicy, monkeypatch: pytest.MonkeyPatch
) -> None:
    with weather_apis() as server:
        configured(server, monkeypatch)
        settings = Settings(_env_file=None)
        for source in providers_asked(settings):
            store.keep(source.collection, [poll(source, settings, store, quick)])
    assert all(any(key in asked for asked in server.asked) for key in ("_c=canary-c", "appid=canary-appid"))
    days = sorted(
        {response.day for response in store.responses("raw_meteo").all_responses(today() - timedelta(days=1), today())}
    )
    run(store, warehouse, days, [WeatherForecast])
    rows = warehouse.read(WeatherForecast)
    assert dict(rows["provider"].value_counts().rows()) == STEPS
    assert warehouse.read(RejectedRecord).is_empty()
    assert dict(rows.group_by("provider").agg(pl.col("interval_s").unique().first()).rows()) == {
        "open_meteo": 3600,
        "infoclimat": 10_800,
        "openweathermap": 10_800,
    }
    assert "canary" not in all_kept(store)


@pytest.mark.parametrize(
    ("failing", "sentences"),
    [
        ({"infoclimat": REFUSED_IN_BODY}, ["The body has the request_state"]),
        ({"openweathermap": REFUSED}, ["answered 401 Unauthorized: Invalid API key *"]),
        ({"open_meteo": (200, b"<html>")}, ["The body is not whole JSON"]),
        ({"infoclimat": REFUSED_IN_BODY, "openweathermap": REFUSED}, ["are not known.", "answered 401 Unauthorized"]),
    ],
    ids=["infoclimat", "openweathermap", "open_meteo", "two"],
)
def test_one_that_fails_shows_and_what_the_others_sent_goes_on_in_the_same_run(
    platform: Platform,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    failing: dict[str, tuple[int, bytes]],
    sentences: list[str],
) -> None:
    caplog.set_level("DEBUG")
    with weather_apis(**failing) as server:
        configured(server, monkeypatch)
        result = platform.run("weather_hourly", today())
    arrived = set(PROVIDERS) - set(failing)
    rows = platform.rows(WeatherForecast)
    assert dict(rows["provider"].value_counts().rows()) == {name: STEPS[name] for name in arrived}
    evaluation = answered(result)
    assert (evaluation.passed, evaluation.severity, evaluation.blocking) == (False, dg.AssetCheckSeverity.ERROR, False)
    numbers = {name: value.value for name, value in evaluation.metadata.items()}
    assert (numbers["providers"], numbers["failed"]) == (3, len(failing))
    assert {name for name in PROVIDERS if name in numbers} == set(failing)
    for sentence in sentences:
        assert any(sentence in str(numbers[name]) for name in failing)
    responses = platform.store.responses("raw_meteo").all_responses(today(), today())
    assert {response.source for response in responses if response.is_sound} == arrived
    assert {response.source for response in responses if not response.is_sound} == set(failing)
    outcomes = {attempt["source"]: attempt["outcome"] for attempt in platform.store.ledger.attempts(today())}
    assert outcomes == {name: "refused" if name in failing else "sound" for name in PROVIDERS}
    told = capfd.readouterr()
    events = platform.instance.all_logs(result.run_id)
    assert "canary" not in all_kept(platform.store) + repr(events) + caplog.text + told.out + told.err


def alerts(platform: Platform) -> dict[str, dict[str, str]]:
    """The numbers of each alert that is open for a check of raw_meteo, by the check."""
    now = datetime.now(UTC)
    site = Site(platform.instance, defs.get_repository_def(), load_settings(), now, now)
    return {problem.key: dict(problem.numbers) for problem in failed_checks(site) if "/raw_meteo/" in problem.key}


def test_the_alert_opens_and_recovers_with_the_provider(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    with weather_apis(openweathermap=REFUSED) as server:
        configured(server, monkeypatch)
        assert not answered(platform.run("weather_hourly", today())).passed
    opened = alerts(platform)
    assert list(opened) == ["check/raw_meteo/every_weather_provider_answered"]
    assert "401 Unauthorized" in opened["check/raw_meteo/every_weather_provider_answered"]["openweathermap"]
    with weather_apis() as server:
        configured(server, monkeypatch)
        assert answered(platform.run("weather_hourly", today())).passed
    assert alerts(platform) == {}
    rows = platform.rows(WeatherForecast)
    assert dict(rows["provider"].value_counts().rows()) == {
        **{n: 2 * s for n, s in STEPS.items()},
        "openweathermap": 40,
    }


def test_a_run_that_asks_nobody_says_how_each_provider_answered_last(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    yesterday = today() - timedelta(days=1)
    assert answered(platform.run("weather_hourly", yesterday)).passed
    with weather_apis(openweathermap=REFUSED) as server:
        configured(server, monkeypatch)
        platform.run("weather_hourly", today())
        asked = len(server.asked)
        evaluation = answered(platform.run("weather_hourly", yesterday))
        assert len(server.asked) == asked
    assert not evaluation.passed
    assert "401 Unauthorized" in str(evaluation.metadata["openweathermap"].value)


def test_where_nobody_answers_the_run_fails_with_what_each_said(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = {"open_meteo": (404, b"{}"), "infoclimat": REFUSED_IN_BODY, "openweathermap": REFUSED}
    with weather_apis(**failing) as server:
        configured(server, monkeypatch)
        result = platform.run("weather_hourly", today(), must_succeed=False)
    assert not result.success
    failed = next(event.step_failure_data for event in result.all_events if event.is_step_failure)
    description = str(failed.user_failure_data.description)
    assert "/v1/forecast answered 404" in description
    assert "not known.; 127.0.0.1:" in description
    assert not any(event.is_step_materialization for event in result.all_events)
    assert answered(result).metadata["failed"].value == 3
