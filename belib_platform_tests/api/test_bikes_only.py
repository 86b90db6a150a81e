"""Where only bike stations are asked for, questions about charge points have empty answers, and the weather is told."""

from datetime import UTC, datetime

import psycopg
import pytest
import time_machine

from belib_platform.warehouse.schema import ensure_schema
from belib_platform_tests.api.conftest import SETTINGS
from belib_platform_tests.api.served import served

NOON = datetime(2025, 9, 2, 12, tzinfo=UTC)


@pytest.fixture
def bikes_only(postgres_url: str) -> str:
    ensure_schema(postgres_url)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO clean.poll (fetched_at, source, origin, outcome, is_folded) "
            "VALUES (%s, 'velib', 'poll', 'sound', true)",
            (NOON,),
        )
    return postgres_url


@pytest.mark.parametrize(
    "path", ["/v1/weather", "/v1/totals", "/v1/stations", "/v1/charge-points", "/v1/bike-stations"]
)
def test_every_question_of_now_is_answered(bikes_only: str, path: str) -> None:
    with time_machine.travel(NOON, tick=True), served(SETTINGS, bikes_only) as api:
        answer = api.get(path)
    assert answer.status_code == 200, answer.text
