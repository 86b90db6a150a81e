import json
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from belib_platform.simulator.errors import NotDrawnError
from belib_platform.simulator.open_meteo_body import VARIABLES
from belib_platform.simulator.paris import Paris
from belib_platform.simulator.sky import Sky


def test_values_are_plausible(full_paris: Paris) -> None:
    weather = full_paris.sky.weather(full_paris.begins_at, full_paris.ends_at)
    assert weather.height == 28 * 24
    assert weather["temperature_c"].is_between(-20, 40).all()
    assert weather["relative_humidity_ratio"].is_between(0, 1).all()
    assert weather["cloud_cover_ratio"].is_between(0, 1).all()
    assert weather["wind_from_direction_deg"].is_between(0, 360).all()
    assert weather["pressure_msl_hpa"].is_between(950, 1070).all()
    assert (weather["precipitation_mm"] >= 0).all()
    assert 0.02 < (weather["precipitation_mm"] > 0).mean() < 0.3  # type: ignore[operator]


def test_the_error_grows_with_the_lead_time() -> None:
    first = datetime(2025, 1, 1, tzinfo=UTC)
    sky = Sky(5, first, 24 * 80)
    errors = []
    for day in range(2, 70):
        forecast = sky.forecast(first + timedelta(days=day, hours=6), 168)
        truth = sky.weather(first + timedelta(days=day), first + timedelta(days=day + 7))
        errors.append((forecast["temperature_c"] - truth["temperature_c"]).abs().alias(str(day)))
    by_hour = pl.DataFrame(errors).mean_horizontal()
    first_day, third, last = by_hour[6:24].mean(), by_hour[60:84].mean(), by_hour[144:].mean()
    assert 0 < first_day < third < last < 4  # type: ignore[operator]


def test_a_run_says_the_same_until_the_next_is_out(paris: Paris) -> None:
    at = paris.begins_at + timedelta(hours=10)
    same, newer = at + timedelta(hours=5, minutes=59), at + timedelta(hours=6)
    assert paris.forecast(at, 48).equals(paris.forecast(same, 48))
    assert not paris.forecast(at, 48).equals(paris.forecast(newer, 48))


def test_the_body_is_open_meteos(paris: Paris) -> None:
    at = paris.begins_at + timedelta(hours=26, minutes=5)
    body = json.loads(paris.forecast_body(at))
    assert set(body["hourly"]) == set(body["hourly_units"]) == {"time", *VARIABLES}
    assert {len(column) for column in body["hourly"].values()} == {168}
    assert body["hourly"]["time"][0] == int(datetime(2025, 3, 30, tzinfo=UTC).timestamp())
    assert body["utc_offset_seconds"] == 0


def test_other_hours_are_refused(paris: Paris) -> None:
    with pytest.raises(NotDrawnError, match="no simulated weather"):
        paris.sky.weather(paris.begins_at - timedelta(hours=1), paris.ends_at)
