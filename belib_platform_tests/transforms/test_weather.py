"""The rule of weather, against an oracle that asks every forecast of every hour, and at its edges."""

from datetime import datetime, timedelta
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from belib_platform.contracts.clean import WeatherForecast
from belib_platform.contracts.contract import frame_schema
from belib_platform.transforms.weather import weather_as_known
from belib_platform_tests.examples import examples
from belib_platform_tests.transforms.polls import MIDNIGHT

HOUR = timedelta(hours=1)
NOON = MIDNIGHT + 12 * HOUR
HOURS = [MIDNIGHT + n * HOUR for n in range(24)]


def forecast(available_at: datetime, valid_at: datetime, interval: timedelta = HOUR, **changes: Any) -> dict[str, Any]:
    return {
        "available_at": available_at,
        "provider": "open_meteo",
        "location": "paris",
        "valid_at": valid_at,
        "fetched_at": available_at,
        "interval_s": int(interval.total_seconds()),
        "temperature_c": 12.0,
        "precipitation_mm": 0.0,
        **changes,
    }


def known(rows: list[dict[str, Any]], hours: list[datetime] = HOURS) -> pl.DataFrame:
    forecasts = pl.LazyFrame(rows, schema=frame_schema(WeatherForecast))
    asked = pl.LazyFrame({"hour_at": hours}, schema={"hour_at": pl.Datetime("ms", "UTC")})
    return weather_as_known(asked, forecasts).collect().sort("hour_at")


def chosen(rows: list[dict[str, Any]], hour: datetime) -> dict[str, Any] | None:
    """The rule in plain words."""
    fitting = [
        row
        for row in rows
        if row["valid_at"] - timedelta(seconds=row["interval_s"]) <= hour
        and row["valid_at"] >= hour + HOUR
        and hour - timedelta(hours=48) <= row["available_at"] <= hour
        and values_of(row) > 0
    ]
    ordered = sorted(
        fitting,
        key=lambda r: (values_of(r) < 2, -r["available_at"].timestamp(), r["interval_s"], r["provider"]),
    )
    return ordered[0] if ordered else None


def values_of(row: dict[str, Any]) -> int:
    """How many of temperature and precipitation a row has."""
    return sum(row[name] is not None for name in ("temperature_c", "precipitation_mm"))


@st.composite
def forecasts(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Steps of several providers on a grid of half hours around the day, learned before and after; one per key."""
    steps = draw(
        st.lists(
            st.tuples(
                st.integers(-110, 48),
                st.sampled_from("abc"),
                st.integers(0, 26),
                st.sampled_from([1, 3, 6]),
                st.sampled_from(["both", "both", "temperature", "precipitation", "neither"]),
            ),
            max_size=60,
            unique_by=(lambda s: s[:3], lambda s: (s[0], s[1], s[3], s[2] // 6)),
        )
    )
    # Intervals of one provider's answer end on multiples of their length: they never cover one hour twice.
    return [
        forecast(
            MIDNIGHT + learned * HOUR / 2,
            MIDNIGHT + (end // hours * hours) * HOUR,
            hours * HOUR,
            provider=provider,
            temperature_c=float(number % 40) if known in {"both", "temperature"} else None,
            precipitation_mm=float(number) if known in {"both", "precipitation"} else None,
        )
        for number, (learned, provider, end, hours, known) in enumerate(steps)
    ]


@given(forecasts())
@settings(max_examples=examples(150))
def test_each_hour_has_the_forecast_the_rule_names(rows: list[dict[str, Any]]) -> None:
    for hour, found in zip(HOURS, known(rows).iter_rows(named=True), strict=True):
        row = chosen(rows, hour)
        expected = row and (
            row["provider"],
            row["valid_at"],
            row["available_at"],
            row["temperature_c"],
            None if row["precipitation_mm"] is None else row["precipitation_mm"] / (row["interval_s"] / 3600),
        )
        names = ("weather_provider", "weather_valid_at", "weather_available_at", "temperature_c", "precipitation_mmh")
        assert tuple(found[name] for name in names) == (expected or (None,) * 5)


@given(forecasts(), st.integers(0, 23), st.randoms(use_true_random=False))
@settings(max_examples=examples(60))
def test_what_is_learned_after_an_hour_began_changes_nothing(rows: list[dict], number: int, chance: Any) -> None:
    hour = HOURS[number]
    then = [row for row in rows if row["available_at"] <= hour]
    later = [row for row in rows if row["available_at"] > hour]
    temperatures = [chance.uniform(-50, 50) for _ in later]
    shuffled = [
        row | {"temperature_c": value, "interval_s": 3600} for row, value in zip(later, temperatures, strict=True)
    ]
    mixed = then + shuffled
    chance.shuffle(mixed)
    assert known(mixed, [hour]).equals(known(rows, [hour]))


def test_a_forecast_is_known_from_its_instant_and_for_48_hours() -> None:
    second = timedelta(seconds=1)
    for learned, is_known in (
        (NOON, True),
        (NOON + second, False),
        (NOON - 48 * HOUR, True),
        (NOON - 48 * HOUR - second, False),
    ):
        found = known([forecast(learned, NOON + HOUR)], [NOON])
        assert (found["weather_available_at"][0] is not None) == is_known


def test_only_an_interval_that_covers_the_whole_hour_speaks_of_it() -> None:
    half = HOUR / 2
    three = [forecast(MIDNIGHT, NOON + 3 * HOUR, 3 * HOUR)]
    around = [NOON + n * HOUR for n in range(-1, 4)]
    assert known(three, around)["weather_provider"].is_not_null().to_list() == [False, True, True, True, False]
    assert known([forecast(MIDNIGHT, NOON + half)], [NOON])["weather_provider"].to_list() == [None]


def test_ties_go_to_the_shorter_interval_and_then_to_the_providers_name() -> None:
    tied = [
        forecast(MIDNIGHT, NOON + 3 * HOUR, 3 * HOUR, provider="a"),
        forecast(MIDNIGHT, NOON + HOUR, provider="c"),
        forecast(MIDNIGHT, NOON + HOUR, provider="b"),
    ]
    for rows in (tied, tied[::-1]):
        assert known(rows, [NOON])["weather_provider"].to_list() == ["b"]


def test_rain_is_a_rate_and_rain_not_told_is_no_rate() -> None:
    rows = [
        forecast(MIDNIGHT, NOON + 3 * HOUR, 3 * HOUR, precipitation_mm=6.0),
        forecast(MIDNIGHT, NOON + 4 * HOUR, precipitation_mm=None),
    ]
    assert known(rows, [NOON, NOON + 3 * HOUR])["precipitation_mmh"].to_list() == [2.0, None]


def test_a_row_without_values_hides_none_that_has_some() -> None:
    nothing = {"temperature_c": None, "precipitation_mm": None}
    early, late, latest = (MIDNIGHT + n * HOUR for n in range(3))
    known_early = forecast(early, NOON + HOUR, temperature_c=7.0, precipitation_mm=1.0)
    for later in (
        [forecast(latest, NOON + HOUR, **nothing)],
        [forecast(latest, NOON + HOUR, **nothing, wind_speed_kmh=10.0)],
        [forecast(latest, NOON + HOUR, temperature_c=None)],
        [forecast(latest, NOON + HOUR, precipitation_mm=None), forecast(late, NOON + HOUR, **nothing)],
    ):
        found = known([known_early, *later], [NOON]).row(0, named=True)
        assert (found["weather_available_at"], found["temperature_c"], found["precipitation_mmh"]) == (early, 7.0, 1.0)


def test_rows_without_values_are_no_forecast() -> None:
    found = known([forecast(MIDNIGHT, NOON + HOUR, temperature_c=None, precipitation_mm=None)], [NOON])
    assert found.drop("hour_at").null_count().sum_horizontal().item() == found.width - 1


def test_without_forecasts_every_hour_is_there_with_nulls() -> None:
    found = known([])
    assert found["hour_at"].to_list() == HOURS
    assert found.drop("hour_at").null_count().sum_horizontal().item() == 24 * (found.width - 1)


@given(st.permutations(range(6)))
def test_the_order_of_the_rows_says_nothing_even_where_all_that_the_rule_names_is_equal(order: list[int]) -> None:
    """Answers whose arrival a manifest tells as one instant, and those asked for two places."""
    rows = [
        forecast(MIDNIGHT, NOON + HOUR, fetched_at=MIDNIGHT - (n % 3) * HOUR, location=place, temperature_c=float(n))
        for n, place in enumerate(["paris"] * 3 + ["lyon"] * 3)
    ]
    assert known([rows[n] for n in order], [NOON])["temperature_c"].to_list() == [3.0], "the later answer, by place"
