"""A value of a forecast that cannot be used costs itself, whoever sent it: never its step, never another value."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from belib_platform.sources.forecast_steps import BOUNDS, Forecast
from belib_platform.sources.registry import SOURCES
from belib_platform.sources.weather import PROVIDERS
from belib_platform_tests.examples import examples
from belib_platform_tests.sources.forecast_bodies import gfs_from, open_meteo_from, owm_from

JSON = "application/json"
FIRST = datetime(2025, 4, 23, 9, tzinfo=UTC)
STEPS = 9
FEW = STEPS // 2
"""Fewer steps than would make a whole measure odd."""

Path = tuple[str, ...]


class Kind(NamedTuple):
    """A provider's body, and where in a step (Open-Meteo: in the columns) its values are, by column."""

    body: Callable[..., bytes]
    paths: dict[str, Path]


KINDS = {
    "open_meteo": Kind(
        open_meteo_from,
        {
            "temperature_c": ("temperature_2m",),
            "precipitation_mm": ("precipitation",),
            "relative_humidity_ratio": ("relative_humidity_2m",),
            "wind_speed_kmh": ("wind_speed_10m",),
            "wind_gust_kmh": ("wind_gusts_10m",),
            "wind_from_direction_deg": ("wind_direction_10m",),
            "pressure_msl_hpa": ("pressure_msl",),
            "cloud_cover_ratio": ("cloud_cover",),
            "has_snow_risk": ("snowfall",),
        },
    ),
    "infoclimat": Kind(
        gfs_from,
        {
            "temperature_c": ("temperature", "2m"),
            "precipitation_mm": ("pluie",),
            "relative_humidity_ratio": ("humidite", "2m"),
            "wind_speed_kmh": ("vent_moyen", "10m"),
            "wind_gust_kmh": ("vent_rafales", "10m"),
            "wind_from_direction_deg": ("vent_direction", "10m"),
            "pressure_msl_hpa": ("pression", "niveau_de_la_mer"),
            "cloud_cover_ratio": ("nebulosite", "totale"),
            "has_snow_risk": ("risque_neige",),
        },
    ),
    "openweathermap": Kind(
        owm_from,
        {
            "temperature_c": ("main", "temp"),
            "precipitation_mm": ("rain", "3h"),
            "relative_humidity_ratio": ("main", "humidity"),
            "wind_speed_kmh": ("wind", "speed"),
            "wind_gust_kmh": ("wind", "gust"),
            "wind_from_direction_deg": ("wind", "deg"),
            "pressure_msl_hpa": ("main", "pressure"),
            "cloud_cover_ratio": ("clouds", "all"),
        },
    ),
}


def decoded(name: str, document: Any) -> Forecast:
    return PROVIDERS[name].decode(json.dumps(document).encode(), JSON)


def sound(name: str) -> Any:
    return json.loads(KINDS[name].body(FIRST, STEPS))


def put(name: str, document: Any, step: int, path: Path, value: object) -> None:
    """Write a value into one step of a document; what stands on the way to it is made an object."""
    if name == "open_meteo":
        document["hourly"][path[0]][step] = value
        return
    steps = document["list"] if name == "openweathermap" else [v for k, v in document.items() if k[:1].isdigit()]
    place = steps[step]
    for key in path[:-1]:
        place = place.setdefault(key, {})
    place[path[-1]] = value


CASES = [(name, column) for name, kind in KINDS.items() for column in kind.paths]


@pytest.mark.parametrize(("name", "column"), CASES)
@pytest.mark.parametrize("odd", ["much", True, ["9"], {"value": 9}, 10**400], ids=str)
def test_a_value_of_the_wrong_type_is_null_and_counted(name: str, column: str, odd: object) -> None:
    document, expected = sound(name), decoded(name, sound(name)).frame
    put(name, document, 3, KINDS[name].paths[column], odd)
    forecast = decoded(name, document)
    assert forecast.frame.drop(column).equals(expected.drop(column))
    assert forecast.frame[column][3] is None
    assert forecast.rejects.is_empty()
    assert forecast.odd_values == {f"{column}_is_readable": 1}
    verdict = SOURCES[name].judge(json.dumps(document).encode(), JSON)
    assert f"values that are not taken: 1 × {column}_is_readable" in (verdict.warning or "")


@pytest.mark.parametrize(("name", "column"), [case for case in CASES if case[1] in BOUNDS])
@pytest.mark.parametrize(("odd", "bound"), [(1e9, "max"), (-1e9, "min")])
def test_a_value_out_of_its_bounds_is_null_and_counted(name: str, column: str, odd: float, bound: str) -> None:
    if column == "wind_from_direction_deg":
        odd, bound = 1e308, ""  # any number of degrees is a direction
    document, expected = sound(name), decoded(name, sound(name)).frame
    put(name, document, 3, KINDS[name].paths[column], odd)
    forecast = decoded(name, document)
    others = pl.col("record_index") != 3
    assert forecast.frame.drop(column).equals(expected.drop(column))
    assert forecast.frame.filter(others).equals(expected.filter(others))
    assert forecast.odd_values == ({f"{column}|{bound}": 1} if bound else {})
    assert (forecast.frame[column][3] is None) == bool(bound)


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda below: st.lists(below, max_size=2) | st.dictionaries(st.text(max_size=3), below, max_size=2),
    max_leaves=4,
)


@pytest.mark.parametrize("name", KINDS)
@settings(max_examples=examples(50))
@given(data=st.data())
def test_whatever_stands_in_some_values_no_other_step_and_no_other_measure_changes(name: str, data: Any) -> None:
    paths = KINDS[name].paths
    touched = data.draw(
        st.lists(st.tuples(st.integers(0, STEPS - 1), st.sampled_from(sorted(paths))), max_size=FEW, unique=True)
    )
    document, expected = sound(name), decoded(name, sound(name)).frame
    for step, column in touched:
        put(name, document, step, paths[column], data.draw(ODD))
    found = decoded(name, document).frame
    assert found["record_index"].to_list() == list(range(STEPS))
    for column in expected.columns:
        odd = [step for step, other in touched if other == column]
        if name == "openweathermap" and column in {"precipitation_mm", "has_snow_risk"}:
            odd = [step for step, _ in touched]  # whether a step without rain stays dry depends on what else it tells
        kept = ~pl.col("record_index").is_in(odd)
        assert found.filter(kept)[column].equals(expected.filter(kept)[column]), column
    for column, (low, high) in BOUNDS.items():
        assert found[column].drop_nulls().is_between(low, high).all()


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("temperature_2m", [283.0] * STEPS),
        ("temperature_2m", [283.0] * (FEW + 1) + [20.0] * FEW),
        ("pressure_msl", [101_300.0] * STEPS),
        ("relative_humidity_2m", [700.0, 700.0, 70.0] + [None] * (STEPS - 3)),
    ],
)
def test_a_measure_of_which_most_values_cannot_be_is_not_believed_at_all(column: str, values: list[Any]) -> None:
    document = sound("open_meteo")
    document["hourly"][column] = values
    name = next(name for name, path in KINDS["open_meteo"].paths.items() if path == (column,))
    forecast = decoded("open_meteo", document)
    assert forecast.frame[name].null_count() == STEPS
    assert any(remark.startswith(f"most values of {name} are not between") for remark in forecast.remarks)


def test_an_answer_whose_steps_are_all_turned_away_is_refused_with_the_rule() -> None:
    for name, kind in KINDS.items():
        document = sound(name)
        for step in range(STEPS):
            for column in ("temperature_c", "precipitation_mm"):
                put(name, document, step, kind.paths[column], "none")
        verdict = SOURCES[name].judge(json.dumps(document).encode(), JSON)
        assert not verdict.is_sound
        assert f"{STEPS} × step_has_temperature_or_precipitation" in (verdict.reason or "")
        assert verdict.record_count == STEPS


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("open_meteo", {"hourly": {"time": list(range(10_001))}}),
        ("openweathermap", {"list": [{}] * 10_001}),
        ("infoclimat", {"request_state": 200, **{f"2{n}": {} for n in range(10_001)}}),
    ],
    ids=KINDS,
)
def test_more_steps_than_a_forecast_has_are_refused_before_they_are_read(name: str, body: Any) -> None:
    verdict = SOURCES[name].judge(json.dumps(body).encode(), JSON)
    assert verdict.reason == "The body holds 10,001 steps, more than any forecast (10,000)."


def test_an_answer_that_speaks_of_each_hour_twice_is_refused() -> None:
    document = sound("open_meteo")
    document["hourly"] = {name: values * 2 for name, values in document["hourly"].items()}
    verdict = SOURCES["open_meteo"].judge(json.dumps(document).encode(), JSON)
    assert (verdict.is_sound, verdict.reason) == (False, f"No hour is taken: {2 * STEPS} × primary_key.")
