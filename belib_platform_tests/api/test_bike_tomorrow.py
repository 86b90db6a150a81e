"""The forecast of the newest evening is answered as it was made, with how right such forecasts were."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest
import time_machine
from psycopg.rows import dict_row

from belib_platform.contracts.bikes.mart import BikeTomorrow, BikeTomorrowSkill
from belib_platform.contracts.contract import frame_schema
from belib_platform.warehouse.schema import ensure_schema
from belib_platform_tests.api.conftest import SETTINGS
from belib_platform_tests.api.served import served

PATH = "/v1/bike-tomorrow"
EVENING = datetime(2025, 9, 2, 17, tzinfo=UTC)
TOMORROW = date(2025, 9, 3)
LATER = EVENING + timedelta(hours=3)


def insert(connection: psycopg.Connection[Any], table: str, columns: list[str], **values: Any) -> None:
    places = ", ".join(f"%({column})s" for column in columns)
    row = dict.fromkeys(columns) | values
    connection.execute(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})".encode(), row)


@pytest.fixture
def told(postgres_url: str) -> str:
    """Two stations, the forecasts of two evenings, and the skill of two dates."""
    ensure_schema(postgres_url)
    forecast, skill = list(frame_schema(BikeTomorrow)), list(frame_schema(BikeTomorrowSkill))
    with psycopg.connect(postgres_url, autocommit=True, row_factory=dict_row) as connection:
        for code, longitude in (("1001", 2.34), ("9001", 2.30)):
            connection.execute(
                "INSERT INTO clean.bike_station (station_code, station_name, longitude, latitude, first_seen_date, "
                "last_seen_date, insee_code, arrondissement) VALUES (%s, 'N', %s, 48.86, '2025-09-01', '2025-09-02', "
                "'75056', %s)",
                (code, longitude, int(code) // 1000),
            )
            for evening in (EVENING - timedelta(days=1), EVENING):
                for number, part in enumerate(("06-10", "10-16", "16-20", "20-24")):
                    known = {"no_bike_ratio": 0.1 * number, "no_dock_ratio": 0.0, "date_count": 13}
                    ratios = {"no_bike_climatology_ratio": 0.1, "no_dock_climatology_ratio": 0.0, "observed_ratio": 0.9}
                    when = {"issued_at": evening, "target_date": evening.date() + timedelta(days=1)}
                    rest = {"station_code": code, "part": part, "is_weather_used": False, "weather_date_count": 0}
                    insert(connection, "mart.bike_tomorrow", forecast, **when, **rest, **known, **ratios)
        errors = dict.fromkeys((c for c in skill if c.endswith("error")), 0.2) | {"climatology_absolute_error": 0.3}
        for target in (date(2025, 8, 31), date(2025, 9, 1), date(2025, 7, 1)):
            key = {"target_date": target, "part": "06-10", "lacking": "bike", "station_count": 2}
            shares = dict.fromkeys(("observed_share", "forecast_share", "over_climatology", "over_last_week"), 0.1)
            better = {"is_better_than_climatology": True, "is_better_than_last_week": False}
            insert(connection, "mart.bike_tomorrow_skill", skill, **key, **shares, **errors, **better)
    return postgres_url


def ask(url: str, **asked: Any) -> Any:
    with time_machine.travel(LATER, tick=True), served(SETTINGS, url) as api:
        answer = api.get(PATH, params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_newest_evening_is_answered_with_its_skill(told: str) -> None:
    answer = ask(told)
    assert (answer["issued_at"], answer["target_date"]) == ("2025-09-02T17:00:00.000Z", "2025-09-03")
    assert [(item["station_code"], item["part"]) for item in answer["items"]] == [
        (code, part) for code in ("1001", "9001") for part in ("06-10", "10-16", "16-20", "20-24")
    ]
    assert [item["no_bike_ratio"] for item in answer["items"][:4]] == pytest.approx([0, 0.1, 0.2, 0.3])
    [skill] = answer["skill"]
    assert (skill["part"], skill["lacking"], skill["n"]) == ("06-10", "bike", 2)
    assert skill["climatology_absolute_error"] == pytest.approx(0.3)
    assert (skill["over_climatology_dates"], skill["over_last_week_dates"]) == (2, 0)


def test_a_place_a_part_and_an_earlier_evening_can_be_asked_for(told: str) -> None:
    assert {item["station_code"] for item in ask(told, arrondissement=9)["items"]} == {"9001"}
    assert {item["part"] for item in ask(told, part="16-20")["items"]} == {"16-20"}
    assert {item["station_code"] for item in ask(told, near="48.86,2.34", radius=500)["items"]} == {"1001"}


def test_without_a_forecast_the_answer_is_empty(postgres_url: str) -> None:
    ensure_schema(postgres_url)
    answer = ask(postgres_url)
    assert (answer["issued_at"], answer["items"], answer["skill"]) == (None, [], [])


@pytest.mark.parametrize(("asked", "status"), [({"part": "00-06"}, 400), ({"station": "404"}, 404)])
def test_what_is_not_there_is_a_problem(told: str, asked: dict[str, str], status: int) -> None:
    with time_machine.travel(LATER, tick=True), served(SETTINGS, told) as api:
        assert api.get(PATH, params=asked).status_code == status


def test_csv_has_the_same_rows(told: str) -> None:
    with time_machine.travel(LATER, tick=True), served(SETTINGS, told) as api:
        answer = api.get(PATH, params={"format": "csv"})
    assert len(answer.text.splitlines()) == 9
