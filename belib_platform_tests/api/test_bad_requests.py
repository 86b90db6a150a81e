"""A wrong request is answered with a problem that names the parameter; a store that is away with one that names it."""

import socket
from datetime import datetime
from typing import Any

import httpx
import psycopg
import pytest

from belib_platform.api.cursors import Position, cursor_of
from belib_platform.warehouse.schema import ensure_schema
from belib_platform_tests.api.conftest import SETTINGS, History
from belib_platform_tests.api.served import served

AT = "2025-03-30T12:00:00Z"

WRONG: dict[str, dict[str, Any]] = {
    "as_of": {"as_of": "yesterday"},
    "as_of without offset": {"as_of": "2025-03-30T12:00:00"},
    "as_of before the first response": {"as_of": "2024-01-01T00:00:00Z"},
    "as_of in the future": {"as_of": "2999-01-01T00:00:00Z"},
    "as_of outside of years": {"as_of": "0001-01-01T00:00:00+14:00"},
    "limit": {"limit": "0"},
    "limit of words": {"limit": "many"},
    "limit too large": {"limit": 10**30},
    "cursor": {"cursor": "x"},
    "cursor of nothing": {"cursor": "W10"},
    "cursor too long": {"cursor": "a" * 5000},
    "near": {"near": "Bastille"},
    "near on the moon": {"near": "999,2"},
    "near injected": {"near": "48.8,2.3); DROP TABLE clean.poll; --"},
    "radius": {"near": "48.8,2.3", "radius": -1},
    "bbox": {"bbox": "1,2,3"},
    "bbox upside down": {"bbox": "2.4,48.9,2.3,48.8"},
    "arrondissement": {"arrondissement": 21},
    "power_min": {"power_min": "nan"},
    "power_max": {"power_max": -1},
    "connector": {"connector": "type_2' OR '1'='1"},
    "location_type": {"location_type": "x" * 201},
    "opening_hours of NUL": {"opening_hours": "\0"},
    "format": {"format": "xml"},
}


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == status
    assert told["detail"].endswith(".")
    assert "Traceback" not in answer.text
    return told


@pytest.mark.parametrize("path", ["/v1/charge-points", "/v1/stations"])
@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_parameter_is_named(api: httpx.Client, path: str, wrong: str) -> None:
    told = problem(api.get(path, params={"as_of": AT} | WRONG[wrong]), 400)
    assert told["parameter"] == wrong.split()[0]


@pytest.mark.parametrize("text", ["' OR 1=1 --", "%s", "%(at)s", "{at}", "\\", "\ud7ff", "𝕏"])
def test_a_text_is_a_text(api: httpx.Client, text: str) -> None:
    answer = api.get("/v1/charge-points", params={"as_of": AT, "location_type": text})
    assert (answer.status_code, answer.json()["items"]) == (200, [])


def test_a_cursor_continues_its_own_question_only(api: httpx.Client) -> None:
    cursor = api.get("/v1/stations", params={"as_of": AT, "limit": 1}).json()["next_cursor"]
    other = {"as_of": AT, "limit": 1, "arrondissement": 11, "cursor": cursor}
    assert problem(api.get("/v1/stations", params=other), 400)["parameter"] == "cursor"
    assert problem(api.get("/v1/charge-points", params={"as_of": AT, "cursor": cursor}), 400)["parameter"] == "cursor"


def test_what_is_not_there_is_said(api: httpx.Client) -> None:
    assert "/v1/nothing" in problem(api.get("/v1/nothing"), 404)["detail"]
    assert api.post("/v1/stations").headers["allow"] == "GET"
    problem(api.post("/v1/stations"), 405)


def test_a_body_on_a_get_is_refused(api: httpx.Client) -> None:
    problem(api.request("GET", "/v1/stations", params={"as_of": AT}, content=b"x" * 10), 400)
    problem(api.request("GET", "/v1/stations", params={"as_of": AT}, content=iter([b"x", b"y"])), 400)


def test_a_client_that_asks_too_often_waits(history: History) -> None:
    with served(SETTINGS, history.url, requests_a_minute=5) as api:
        answers = [api.get("/v1/stations", params={"as_of": AT}) for _ in range(12)]
        # a minute may end in between, and then five more are answered
        assert sum(answer.status_code == 200 for answer in answers) in range(5, 11)
        refused = next(answer for answer in answers if answer.status_code == 429)
        assert problem(refused, 429)
        assert 1 <= int(refused.headers["retry-after"]) <= 60


def test_an_empty_warehouse_is_named(postgres_url: str) -> None:
    with served(SETTINGS, postgres_url) as api:
        assert "no tables yet" in problem(api.get("/v1/stations"), 503)["detail"]


def test_a_warehouse_that_is_away_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with served(SETTINGS, f"postgresql://nobody@127.0.0.1:{port}/x?connect_timeout=1") as api:
        told = problem(api.get("/v1/stations", params={"as_of": AT}), 503)
        assert told["detail"] == "PostgreSQL does not answer."
        assert problem(api.get("/v1/stations", params={"limit": 0}), 400)


def test_connections_that_the_server_ended_are_replaced(own_history: History) -> None:
    with served(SETTINGS, own_history.url) as api:
        for _ in range(3):
            assert api.get("/v1/stations", params={"as_of": AT}).status_code == 200
            own_history.sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


FORGED: dict[str, tuple[str, list[Any]]] = {
    "NUL": ("/v1/stations", [0.0, "a\0b"]),
    "half a character": ("/v1/stations", [0.0, "\ud800"]),
    "no number": ("/v1/stations", [float("nan"), "a"]),
    "infinity": ("/v1/charge-points", [float("inf"), "a"]),
    "a list": ("/v1/charge-points", [0.0, ["a"]]),
    "too short": ("/v1/charge-points", [0.0]),
    "no instant": ("/v1/charge-points/{id}/history", [float("nan")]),
    "beyond all years": ("/v1/charge-points/{id}/history", [1e300]),
}


@pytest.mark.parametrize("forged", FORGED)
def test_a_cursor_that_somebody_made_up_is_refused(api: httpx.Client, history: History, forged: str) -> None:
    path, key = FORGED[forged]
    [point] = history.sql("SELECT charge_point_id FROM clean.charge_point LIMIT 1")
    path = path.format(id=point["charge_point_id"])
    question = repr([path, [("as_of", AT)]])
    cursor = cursor_of(question, Position(datetime.fromisoformat(AT), key))
    assert problem(api.get(path, params={"as_of": AT, "cursor": cursor}), 400)["parameter"] == "cursor"


def test_a_range_of_long_ago_is_empty_and_costs_nothing(api: httpx.Client) -> None:
    asked = {"from": "0005-01-01T00:00:00Z", "to": "0005-01-03T00:00:00Z"}
    assert api.get("/v1/availability/hourly", params=asked).json()["items"] == []


def test_a_fault_of_the_api_is_told_without_its_cause(own_history: History) -> None:
    with served(SETTINGS, own_history.url) as api:
        with psycopg.connect(own_history.url) as connection:
            connection.execute("ALTER TABLE clean.poll ALTER fetched_at TYPE text")
        assert problem(api.get("/v1/stations", params={"as_of": AT}), 500)["detail"] == "This is a fault of the API."


def test_a_warehouse_of_an_earlier_version_is_away_until_it_is_completed(own_history: History) -> None:
    with served(SETTINGS, own_history.url) as api, psycopg.connect(own_history.url, autocommit=True) as connection:
        connection.execute("ALTER TABLE clean.written_window DROP COLUMN revised_at")
        connection.execute("COMMENT ON TABLE clean.written_window IS 'Rows. [contract 0123456789ab]'")
        assert "earlier version" in problem(api.get("/v1/stations", params={"as_of": AT}), 503)["detail"]
        ensure_schema(own_history.url)
        assert api.get("/v1/stations", params={"as_of": AT}).status_code == 200
