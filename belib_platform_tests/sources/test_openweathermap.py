"""OpenWeatherMap: metres per second become km/h, and what is not said of rain is no rain."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from belib_platform.settings import Settings
from belib_platform.sources.openweathermap import OPENWEATHERMAP, decode
from belib_platform_tests.sources.forecast_bodies import owm, owm_from, owm_step

JSON = "application/json"
FIRST = datetime(2022, 8, 30, 15, tzinfo=UTC)
DT = int(FIRST.timestamp())


def test_a_dry_step_comes_in_the_contracts_units_and_without_gusts_it_has_none() -> None:
    row = decode(owm([owm_step(DT)]), JSON).frame.row(0, named=True)
    assert row == {
        "record_index": 0,
        "valid_at": FIRST,
        "interval_s": 10_800,
        "temperature_c": 9.5,
        "precipitation_mm": 0.0,
        "relative_humidity_ratio": 0.69,
        "wind_speed_kmh": 36.0,
        "wind_gust_kmh": None,
        "wind_from_direction_deg": 0.0,
        "pressure_msl_hpa": 1015.0,
        "cloud_cover_ratio": 0.4,
        "has_snow_risk": False,
    }


@pytest.mark.parametrize(
    ("changes", "precipitation", "snow"),
    [
        ({"rain": {}}, 0.0, False),
        ({"rain": None}, 0.0, False),
        ({"rain": {"3h": 0.26}}, 0.26, False),
        ({"snow": {"3h": 1}}, 1.0, True),
        ({"rain": {"3h": 0.5}, "snow": {"3h": 0.25}}, 0.75, True),
        ({"rain": {"1h": 0.5}}, None, False),
        ({"snow": {"3h": 0}}, 0.0, False),
    ],
)
def test_what_falls_is_rain_and_snow_together(changes: dict[str, Any], precipitation: float, snow: bool) -> None:
    frame = decode(owm([owm_step(DT, **changes)]), JSON).frame
    assert frame.select("precipitation_mm", "has_snow_risk").row(0) == (precipitation, snow)


def test_a_gust_in_metres_per_second_becomes_kilometres_per_hour() -> None:
    frame = decode(owm([owm_step(DT, wind={"speed": 1, "gust": 5, "deg": 90})]), JSON).frame
    assert frame["wind_gust_kmh"].to_list() == [18.0]


def test_forty_steps_are_sound_without_a_warning_and_need_no_gusts() -> None:
    body = owm_from(FIRST)
    verdict = OPENWEATHERMAP.judge(body, JSON)
    assert (verdict.is_sound, verdict.record_count, verdict.warning) == (True, 40, None)
    assert decode(body, JSON).frame["valid_at"].to_list() == [FIRST + timedelta(hours=3 * n) for n in range(40)]


@pytest.mark.parametrize(
    "step", ["rain", *map(owm_step, (None, True, 10**30, 10**11 * 3, -(10**11), 253_402_300_799))], ids=str
)
def test_a_step_without_a_readable_time_costs_only_itself(step: object) -> None:
    decoded = decode(owm([owm_step(DT), step]), JSON)
    assert decoded.frame.height == 1
    assert decoded.rejects.select("record_index", "rule").rows() == [(1, "time_is_readable")]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"cod": 401, "message": "Invalid API key."}, "The body has the cod '401': Invalid API key."),
        ({"cod": "404"}, "The body has the cod '404'."),
        ({"cod": "200", "list": []}, "The body is an object without steps (list)."),
        ({"cod": "200", "list": [{}]}, "No step is taken: 1 × time_is_readable."),
        ({"cod": "200", "list": [{"dt": DT}]}, "No step is taken: 1 × step_has_temperature_or_precipitation."),
        ([], "The body is not an object but a list."),
    ],
)
def test_what_is_no_forecast_is_refused(body: Any, reason: str) -> None:
    verdict = OPENWEATHERMAP.judge(json.dumps(body).encode(), JSON)
    assert not verdict.is_sound
    assert verdict.reason == reason


@pytest.mark.parametrize("main", [{}, [], None, {"temp": None}, {"temp": None, "humidity": None}, "warm", 3])
def test_a_step_that_tells_nothing_does_not_tell_that_it_stays_dry(main: object) -> None:
    frame = decode(owm([owm_step(DT), owm_step(DT + 10_800, main=main)]), JSON).frame
    assert frame["precipitation_mm"].to_list() == [0.0, None]
    assert frame["has_snow_risk"].to_list() == [False, None]


@pytest.mark.parametrize("celsius", [(-40.0,), (-5.0, 0.0, 12.5), (48.0, 50.0), tuple(range(40))])
def test_kelvins_are_recognised_by_their_size_and_converted(celsius: tuple[float, ...]) -> None:
    mains = [{"temp": value + 273.15, "humidity": 70} for value in celsius]
    body = owm([owm_step(DT + 10_800 * n, main=main) for n, main in enumerate(mains)])
    assert decode(body, JSON).frame["temperature_c"].to_list() == pytest.approx(list(celsius))
    verdict = OPENWEATHERMAP.judge(body, JSON)
    assert verdict.is_sound
    assert "temperatures are in kelvins and were converted" in (verdict.warning or "")


@pytest.mark.parametrize("fahrenheit", [(46.0,), (59.0, 68.0, 77.0), (40.0, 50.0, 149.0)])
def test_temperatures_that_no_unit_asked_for_explains_are_refused(fahrenheit: tuple[float, ...]) -> None:
    steps = [owm_step(DT + 10_800 * n, main={"temp": value}) for n, value in enumerate(fahrenheit)]
    verdict = OPENWEATHERMAP.judge(owm(steps), JSON)
    assert not verdict.is_sound
    assert "neither degrees Celsius nor kelvins" in (verdict.reason or "")


def test_one_odd_temperature_changes_the_unit_of_no_other() -> None:
    def temperatures(*sent: float) -> list[float | None]:
        steps = [owm_step(DT + 10_800 * n, main={"temp": value}) for n, value in enumerate(sent)]
        return decode(owm(steps), JSON).frame["temperature_c"].to_list()

    assert temperatures(283.15, 9.5, 10.5) == [None, 9.5, 10.5]
    assert temperatures(9.5, 283.15, 284.15) == [None, pytest.approx(10.0), pytest.approx(11.0)]
    assert temperatures(5800, 283.15, 284.15) == [None, pytest.approx(10.0), pytest.approx(11.0)]


@pytest.mark.parametrize("name", ["error_401.json", "current_paris_2022-01-06_metric_fr.json"])
def test_recorded_answers_that_are_no_forecast_are_refused(recorded: Callable[[str], Path], name: str) -> None:
    assert not OPENWEATHERMAP.judge(recorded(f"openweathermap/{name}").read_bytes(), JSON).is_sound


def test_the_request_asks_for_degrees_celsius_and_keeps_the_key_apart() -> None:
    url, params, secrets = OPENWEATHERMAP.request(Settings(openweathermap_key="canary-key", _env_file=None))
    assert url == "https://api.openweathermap.org/data/2.5/forecast"
    assert params == {"lat": "48.8566", "lon": "2.3522", "units": "metric"}
    assert secrets["appid"].get_secret_value() == "canary-key"
