"""Infoclimat: Paris times resolved on the UTC grid, the contract's units, the state that is in the body."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from belib_platform.settings import Settings
from belib_platform.sources.infoclimat import INFOCLIMAT, decode, instant
from belib_platform_tests.sources.forecast_bodies import gfs, gfs_from, gfs_step

JSON = "application/json"
TIME = "2025-04-23 11:00:00"


def test_the_recorded_forecast_is_64_steps_on_the_utc_grid(recorded: Callable[[str], Path]) -> None:
    body = recorded("infoclimat/gfs_2025-04-23_run08_full.json").read_bytes()
    decoded = decode(body, JSON)
    first = datetime(2025, 4, 23, 9, tzinfo=UTC)
    assert decoded.rejects.is_empty()
    assert decoded.frame["valid_at"].to_list() == [first + timedelta(hours=3 * n) for n in range(64)]
    assert decoded.frame["wind_from_direction_deg"].max() < 360  # type: ignore[operator]
    assert decoded.frame["temperature_c"].is_between(0, 30).all()
    assert decoded.frame["pressure_msl_hpa"].is_between(990, 1040).all()
    assert decoded.frame.select("cloud_cover_ratio", "relative_humidity_ratio").max().row(0) <= (1, 1)
    verdict = INFOCLIMAT.judge(body, JSON)
    assert (verdict.is_sound, verdict.record_count, verdict.warning) == (True, 64, None)


def test_a_step_comes_in_the_contracts_units() -> None:
    row = decode(gfs({TIME: gfs_step()}), JSON).frame.row(0, named=True)
    assert row == {
        "record_index": 0,
        "valid_at": datetime(2025, 4, 23, 9, tzinfo=UTC),
        "interval_s": 10_800,
        "temperature_c": pytest.approx(10.0),
        "precipitation_mm": 1.5,
        "relative_humidity_ratio": 0.7,
        "wind_speed_kmh": 40.8,
        "wind_gust_kmh": 12.8,
        "wind_from_direction_deg": 90.0,
        "pressure_msl_hpa": 1022.2,
        "cloud_cover_ratio": 0.25,
        "has_snow_risk": False,
    }


@pytest.mark.parametrize(
    "night",
    [datetime(2025, 3, 29, 12, tzinfo=UTC), datetime(2025, 10, 25, 12, tzinfo=UTC)],
    ids=["to summer time", "to winter time, with the hour that comes twice"],
)
def test_both_nights_of_the_switch_keep_the_grid(night: datetime) -> None:
    decoded = decode(gfs_from(night, 12), JSON)
    assert decoded.rejects.is_empty()
    assert decoded.frame["valid_at"].to_list() == [night + timedelta(hours=3 * n) for n in range(12)]


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("2025-10-26 02:00:00", datetime(2025, 10, 26, 0, tzinfo=UTC)),
        ("2025-10-26 04:00:00", datetime(2025, 10, 26, 3, tzinfo=UTC)),
        ("2025-03-30 01:00:00", datetime(2025, 3, 30, 0, tzinfo=UTC)),
        ("2025-03-30 02:00:00", None),
        ("2025-10-26 03:00:00", None),
        ("2025-04-23 11:30:00", None),
        ("2025-04-31 11:00:00", None),
        ("0001-01-01 01:00:00", None),
        ("2025-04-23", None),
    ],
)
def test_an_hour_off_the_grid_or_that_paris_never_had_is_no_instant(key: str, expected: datetime | None) -> None:
    assert instant(key) == expected


@pytest.mark.parametrize(("sent", "expected"), [("oui", True), ("non", False), (None, None)])
def test_snow_is_expected_not_expected_or_not_spoken_of(sent: str | None, expected: bool | None) -> None:
    assert decode(gfs({TIME: gfs_step(risque_neige=sent)}), JSON).frame["has_snow_risk"].to_list() == [expected]


@pytest.mark.parametrize(
    ("key", "step", "rule"),
    [
        ("2025-04-23 12:00:00", gfs_step(), "time_is_readable"),
        ("tomorrow", gfs_step(), "time_is_readable"),
        ("0001-01-01 00:00:00", gfs_step(), "time_is_readable"),
        ("9999-12-31 22:00:00", gfs_step(), "time_is_readable"),
        ("2025-04-23 14:00:00", "rain", "record_is_an_object"),
    ],
)
def test_an_odd_step_costs_only_itself(key: str, step: object, rule: str) -> None:
    body = gfs({TIME: gfs_step(), key: step})
    decoded = decode(body, JSON)
    assert decoded.frame["record_index"].to_list() == [0]
    assert decoded.rejects.select("record_index", "rule").rows() == [(1, rule)]
    assert rule in (INFOCLIMAT.judge(body, JSON).warning or "")


def test_a_value_that_is_absent_is_null_and_php_writes_an_empty_list() -> None:
    step = gfs_step(temperature=[], vent_moyen=None)
    del step["pluie"]
    frame = decode(gfs({TIME: step}), JSON).frame
    assert frame.row(0, named=True)["pressure_msl_hpa"] == 1022.2
    assert frame.select("temperature_c", "wind_speed_kmh", "precipitation_mm").row(0) == (None, None, None)
    body = gfs({TIME: step, "2025-04-23 14:00:00": gfs_step(temperature=[], vent_moyen=None)})
    not_taken = "steps rejected: 1 × step_has_temperature_or_precipitation"
    assert INFOCLIMAT.judge(body, JSON).warning == f"{not_taken}; no step has temperature.2m, vent_moyen.10m"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (
            {"request_state": 400, "message": "clé"},
            "The body has the request_state '400', the key is not accepted: clé.",
        ),
        ({"request_state": 409, "message": ""}, "The body has the request_state '409', the data is being updated."),
        ({"request_state": "509"}, "The body has the request_state '509', it was asked too often."),
        ({"request_state": 500}, "The body has the request_state '500'."),
        ({TIME: gfs_step()}, "The body is an object without request_state."),
        ({"request_state": 200, "message": "OK"}, "The body is an object without steps."),
        ({"request_state": 200, TIME: {}}, "No step is taken: 1 × step_has_temperature_or_precipitation."),
        ({"request_state": 200, "2025": {}}, "No step is taken: 1 × time_is_readable."),
        ([], "The body is not an object but a list."),
    ],
)
def test_what_is_no_forecast_is_refused_with_its_state(body: Any, reason: str) -> None:
    verdict = INFOCLIMAT.judge(json.dumps(body).encode(), JSON)
    assert not verdict.is_sound
    assert verdict.reason == reason


def test_the_keys_are_asked_with_as_given_or_as_in_a_link() -> None:
    settings = Settings(infoclimat_auth="a%2Fb%3D", infoclimat_c="c" * 32, _env_file=None)
    url, params, secrets = INFOCLIMAT.request(settings)
    assert url == "https://www.infoclimat.fr/public-api/gfs/json"
    assert params == {"_ll": "48.8566,2.3522"}
    assert {name: secret.get_secret_value() for name, secret in secrets.items()} == {"_auth": "a/b=", "_c": "c" * 32}
