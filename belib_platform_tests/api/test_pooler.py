"""The API behind PgBouncer in transaction mode, where fewer sessions than connections are shared with others."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any

import httpx
import psycopg
import pytest

from belib_platform.api.database import pool_of, rows, transaction
from belib_platform_tests.api.conftest import SETTINGS, History
from belib_platform_tests.api.served import served
from belib_platform_tests.api.test_bad_requests import problem
from belib_platform_tests.api.test_present import NOON
from belib_platform_tests.pgbouncer import SESSIONS, needs_pgbouncer, pooled
from belib_platform_tests.warehouse.test_pooler import left_in_sessions

pytestmark = needs_pgbouncer

CLIENTS, TIMES = 4 * SESSIONS, 12

AT = {"as_of": NOON.isoformat()}
DAYS = {"from": "2025-03-29T00:00:00Z", "to": "2025-03-31T00:00:00Z"}

QUESTIONS: list[tuple[str, dict[str, Any]]] = [
    ("/v1/charge-points", AT),
    ("/v1/stations", AT | {"near": "48.86,2.34", "radius": 20000}),
    ("/v1/weather", AT),
    ("/v1/availability/hourly", DAYS | {"format": "csv"}),
    ("/v1/availability/hourly", DAYS | {"format": "parquet"}),
    ("/v1/standards/irve-dynamique.csv", AT),
]

OF_THIS_TRANSACTION = """
SELECT current_setting('statement_timeout') AS timeout, current_setting('transaction_read_only') AS read_only,
    current_setting('transaction_isolation') AS isolation, current_setting('TimeZone') AS zone
"""

OF_OTHERS = {
    "statement_timeout": "0",
    "default_transaction_read_only": "off",
    "default_transaction_isolation": "'read committed'",
}


@pytest.fixture
def pooler(history: History) -> Iterator[str]:
    """URL of the history by way of a pooler, whose user may write."""
    with pooled(history.url) as url:
        yield url


def test_many_clients_at_once_get_the_answers_of_one(api: httpx.Client, pooler: str) -> None:
    alone = [api.get(path, params=asked).content for path, asked in QUESTIONS]
    with served(SETTINGS, pooler) as behind:

        def ask(number: int) -> None:
            with httpx.Client(base_url=behind.base_url, timeout=60) as client:
                for turn in range(TIMES):
                    path, asked = QUESTIONS[(number + turn) % len(QUESTIONS)]
                    answer = client.get(path, params=asked)
                    assert (answer.status_code, answer.content) == (200, alone[(number + turn) % len(QUESTIONS)])

        with ThreadPoolExecutor(CLIENTS) as threads:
            list(threads.map(ask, range(CLIENTS)))
    assert left_in_sessions(pooler) == set()


def test_what_others_left_in_the_sessions_changes_no_transaction(pooler: str) -> None:
    """Each sets its own limits, for itself alone."""
    for _ in range(2 * SESSIONS):
        with psycopg.connect(pooler, autocommit=True) as connection:
            for name, value in OF_OTHERS.items():
                connection.execute(f"SET {name} = {value}")

    async def transactions() -> list[dict[str, Any]]:
        async with pool_of(pooler) as pool:

            async def one() -> dict[str, Any]:
                async with transaction(pool) as connection:
                    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
                        async with connection.transaction():
                            await connection.execute("DELETE FROM clean.poll")
                    [row] = await rows(connection, OF_THIS_TRANSACTION, {})
                    return row

            return await asyncio.gather(*(one() for _ in range(4 * SESSIONS)))

    own = {"timeout": "5s", "read_only": "on", "isolation": "repeatable read", "zone": "UTC"}
    assert asyncio.run(transactions()) == [own] * (4 * SESSIONS)
    assert left_in_sessions(pooler) == {f"setting {name}" for name in OF_OTHERS}


@pytest.mark.slow
def test_a_query_that_waits_too_long_ends_and_the_next_one_is_answered(own_history: History) -> None:
    with (
        pooled(own_history.url) as pooler,
        served(SETTINGS, pooler) as api,
        ThreadPoolExecutor(SESSIONS) as threads,
    ):
        with psycopg.connect(own_history.url) as other:
            other.execute("LOCK TABLE clean.charge_point")
            answers = list(threads.map(lambda _: api.get("/v1/stations", params=AT), range(SESSIONS)))
        for answer in answers:
            assert "took too long" in problem(answer, HTTPStatus.SERVICE_UNAVAILABLE)["detail"]
        assert left_in_sessions(pooler) == set()
        assert api.get("/v1/stations", params=AT).status_code == HTTPStatus.OK
