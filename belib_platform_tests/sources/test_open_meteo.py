"""Decoding and judging Open-Meteo's hourly forecast."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from belib_platform.settings import Settings
from belib_platform.sources.hourly_variables import MEASURES, Measure
from belib_platform.sources.open_meteo import OPEN_METEO, decode
from belib_platform.sources.records import BodyError

JSON = "application/json"
T0 = 1_790_000_000 // 3600 * 3600
VALUES = {
    "temperature_2m": [12.5, -1],
    "relative_humidity_2m": [57, 100],
    "precipitation": [0, 2.4],
    "snowfall": [0, 0.7],
    "pressure_msl": [1013.2, 998],
    "cloud_cover": [0, 100],
    "wind_speed_10m": [10, 20],
    "wind_gusts_10m": [15.5, None],
    "wind_direction_10m": [360, 359],
}


def forecast(units: dict[str, Any] | None = None, **changes: Any) -> bytes:
    hourly = {name: value for name, value in {"time": [T0, T0 + 3600], **VALUES, **changes}.items() if value is not ...}
    return json.dumps({"utc_offset_seconds": 0, "hourly_units": units or {}, "hourly": hourly}).encode()


def test_hours_come_in_the_contracts_units() -> None:
    decoded = decode(forecast(), JSON)
    assert decoded.rejects.is_empty()
    assert decoded.frame.schema == {
        "record_index": pl.UInt32,
        "valid_at": pl.Datetime("ms", "UTC"),
        "interval_s": pl.Int32,
        "temperature_c": pl.Float64,
        "precipitation_mm": pl.Float64,
        "relative_humidity_ratio": pl.Float64,
        "wind_speed_kmh": pl.Float64,
        "wind_gust_kmh": pl.Float64,
        "wind_from_direction_deg": pl.Float64,
        "pressure_msl_hpa": pl.Float64,
        "cloud_cover_ratio": pl.Float64,
        "has_snow_risk": pl.Boolean,
    }
    at = datetime.fromtimestamp(T0 + 3600, UTC)
    assert decoded.frame.row(1) == (1, at, 3600, -1, 2.4, 1, 20, None, 359, 998, 1, True)
    assert decoded.frame["wind_from_direction_deg"][0] == 0


def test_other_units_are_converted() -> None:
    units = {"temperature_2m": "°F", "wind_speed_10m": "m/s", "wind_gusts_10m": "kn", "precipitation": "inch"}
    row = decode(forecast(units), JSON).frame.row(0, named=True)
    assert row["temperature_c"] == pytest.approx(-10.8333, abs=1e-4)
    assert row["wind_speed_kmh"] == pytest.approx(36)
    assert row["wind_gust_kmh"] == pytest.approx(28.706)


OLDER_NAMES = {
    "relative_humidity_2m": "relativehumidity_2m",
    "wind_speed_10m": "windspeed_10m",
    "wind_gusts_10m": "windgusts_10m",
    "wind_direction_10m": "winddirection_10m",
    "cloud_cover": "cloudcover",
}


@pytest.mark.parametrize("renamed", [*([name] for name in OLDER_NAMES), list(OLDER_NAMES)], ids=" ".join)
def test_the_names_used_before_2023_are_read_with_their_units(renamed: list[str]) -> None:
    units = {OLDER_NAMES[name]: unit for name, unit in (("wind_speed_10m", "m/s"),) if name in renamed}
    names = {name: OLDER_NAMES[name] for name in renamed}
    older = forecast(units, **dict.fromkeys(names, ...), **{old: VALUES[name] for name, old in names.items()})
    newer = forecast({"wind_speed_10m": "m/s"} if units else {})
    assert decode(older, JSON).frame.equals(decode(newer, JSON).frame)
    assert OPEN_METEO.judge(older, JSON).warning is None


@pytest.mark.parametrize("newer", [None, [None, None], [1], "calm"])
def test_the_older_name_stands_in_where_the_newer_one_cannot_be_read(newer: object) -> None:
    body = forecast(wind_speed_10m=newer, windspeed_10m=[7, 8])
    assert decode(body, JSON).frame["wind_speed_kmh"].to_list() == [7, 8]


def test_where_both_names_have_values_the_newer_one_counts() -> None:
    assert decode(forecast(windspeed_10m=[7, 8]), JSON).frame["wind_speed_kmh"].to_list() == [10, 20]


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.source_name)
@pytest.mark.parametrize("unit", ["furlong", "", 7, ["mm"], {"mm": 1}])
def test_a_measure_in_an_unknown_unit_costs_itself_and_is_told(measure: Measure, unit: object) -> None:
    body = forecast({measure.source_name: unit})
    expected = decode(forecast(), JSON).frame.with_columns(pl.lit(None).cast(pl.Float64).alias(measure.name))
    assert decode(body, JSON).frame.equals(expected.cast({"has_snow_risk": pl.Boolean}))
    warning = OPEN_METEO.judge(body, JSON).warning or ""
    assert f"{measure.source_name} is in " in warning
    assert f"no hour has {measure.source_name}" in warning


def test_a_measure_without_values_may_be_in_any_unit() -> None:
    verdict = OPEN_METEO.judge(forecast({"snowfall": "furlong"}, snowfall=[None, None]), JSON)
    assert (verdict.is_sound, verdict.warning) == (True, "no hour has snowfall")


def test_an_answer_that_loses_temperature_and_precipitation_is_refused_with_the_reasons() -> None:
    body = forecast({"temperature_2m": "K?", "precipitation": "furlong"})
    assert OPEN_METEO.judge(body, JSON).reason == (
        "No hour is taken: 2 × step_has_temperature_or_precipitation; temperature_2m is in 'K?', a unit that is not "
        "known, so none of its values is taken; precipitation is in 'furlong', a unit that is not known, so none of "
        "its values is taken."
    )


@pytest.mark.parametrize(
    ("times", "offset", "first"),
    [
        (["2024-08-17T00:00", "2024-08-17T01:00"], 7200, datetime(2024, 8, 16, 22, tzinfo=UTC)),
        (["2024-08-17T00:00", "2024-08-17T01:00"], 0, datetime(2024, 8, 17, tzinfo=UTC)),
        (["2024-08-17T00:00Z", "2024-08-17T01:00Z"], None, datetime(2024, 8, 17, tzinfo=UTC)),
        ([1723852800, 1723856400], 7200, datetime(2024, 8, 17, tzinfo=UTC)),
    ],
)
def test_times_are_instants(times: list[Any], offset: int | None, first: datetime) -> None:
    document = {**json.loads(forecast(time=times)), "utc_offset_seconds": offset}
    decoded = decode(json.dumps(document).encode(), JSON)
    assert decoded.frame["valid_at"][0] == first
    assert decoded.frame["interval_s"].to_list() == [3600, 3600]


def test_local_times_without_an_offset_are_not_guessed() -> None:
    document = {**json.loads(forecast(time=["2024-08-17T00:00", "2024-08-17T01:00"])), "utc_offset_seconds": None}
    with pytest.raises(BodyError, match="local times, but no utc_offset_seconds"):
        decode(json.dumps(document).encode(), JSON)


def test_an_odd_time_costs_its_hour_and_no_other() -> None:
    decoded = decode(forecast(time=[T0, "soon"]), JSON)
    assert decoded.frame["record_index"].to_list() == [0]
    assert decoded.rejects.select("record_index", "rule").rows() == [(1, "time_is_readable")]
    assert '"time": "soon", "temperature_2m": -1' in decoded.rejects["record"][0]
    assert OPEN_METEO.judge(forecast(time=["x", "y"]), JSON).reason == "No hour is taken: 2 × time_is_readable."


def test_an_odd_time_does_not_change_the_length_of_the_other_hours() -> None:
    times = [T0, T0 + 3600, T0 + 3660, T0 + 7200, T0 + 10_800]
    body = forecast(time=times, **{name: [5] * len(times) for name in VALUES})
    assert decode(body, JSON).frame["interval_s"].unique().to_list() == [3600]


def test_a_bare_nan_beside_a_sound_forecast_is_a_warning() -> None:
    body = forecast().replace(b'"utc_offset_seconds"', b'"latitude": -nan, "longitude": nan, "utc_offset_seconds"')
    verdict = OPEN_METEO.judge(body, JSON)
    assert (verdict.is_sound, verdict.record_count, verdict.warning) == (True, 2, "2 bare nan read as null")


def test_an_absent_measure_is_a_warning_and_no_measure_a_refusal() -> None:
    verdict = OPEN_METEO.judge(forecast(snowfall=None), JSON)
    assert (verdict.is_sound, verdict.warning) == (True, "no hour has snowfall")
    assert OPEN_METEO.judge(forecast(**dict.fromkeys(VALUES)), JSON).reason == (
        "No hour is taken: 2 × step_has_temperature_or_precipitation."
    )


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b'{"error": true, "reason": "Invalid timezone"}', "The body says: Invalid timezone."),
        (b'{"daily": {"time": [1]}}', "without hours"),
        (b'{"hourly": {"time": []}}', "without hours"),
        (b"[]", "is not an object but a list"),
        (forecast()[:150] + b" timeoutReached", "at character 151 of 165, where it says 'timeoutReached'"),
    ],
)
def test_what_is_no_forecast_is_refused(body: bytes, told: str) -> None:
    verdict = OPEN_METEO.judge(body, JSON)
    assert not verdict.is_sound
    assert told in (verdict.reason or "")


@pytest.mark.parametrize("values", [[1], [1, 2, 3], [], "cloudy", 3, {"0": 1}])
def test_a_measure_that_has_not_one_value_per_hour_costs_itself(values: object) -> None:
    verdict, frame = (
        OPEN_METEO.judge(forecast(cloud_cover=values), JSON),
        decode(forecast(cloud_cover=values), JSON).frame,
    )
    assert frame["cloud_cover_ratio"].to_list() == [None, None]
    assert frame.drop("cloud_cover_ratio").equals(decode(forecast(), JSON).frame.drop("cloud_cover_ratio"))
    assert "no hour has cloud_cover" in (verdict.warning or "")


def test_the_request_asks_for_utc() -> None:
    url, params, secrets = OPEN_METEO.request(Settings(_env_file=None))
    assert not secrets
    assert url == "https://api.open-meteo.com/v1/forecast"
    assert (params["timezone"], params["timeformat"], params["forecast_days"]) == ("UTC", "unixtime", "7")
    assert set(params["hourly"].split(",")) == set(VALUES)


def test_the_recorded_forecast_in_local_time(recorded: Callable[[str], Path]) -> None:
    body = recorded("openmeteo/forecast_hourly_paris_2024-08-17.json").read_bytes()
    decoded = decode(body, JSON)
    assert decoded.frame["valid_at"][0] == datetime(2024, 8, 16, 22, tzinfo=UTC)
    assert decoded.frame.select("temperature_c", "precipitation_mm", "wind_speed_kmh").row(11) == (19.8, 5.4, 3.9)
    assert OPEN_METEO.judge(body, JSON).is_sound
