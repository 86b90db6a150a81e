"""A table that is declared once is known everywhere, and a day of it is made, kept up to date and repaired."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from belib_platform.local.urls import Urls
from belib_platform_tests.end_to_end.platform import new_platform

PROJECT = Path(__file__).parents[2]
AT_NOON = [["12:00", "AVAILABLE", 2], ["12:00", "CHARGING", 1]]
LATER = [["12:05", "AVAILABLE", 1]]


@pytest.fixture(scope="module")
def told(stores: Urls) -> dict[str, Any]:
    """What a process says that has one more table, on stores of its own."""
    with new_platform(stores):
        ended = subprocess.run(
            [sys.executable, "-m", "belib_platform_tests.recipes.with_two_tables"],
            cwd=PROJECT, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
    assert ended.returncode == 0, ended.stderr[-4000:]
    answer: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return answer


def test_a_declared_table_is_known_to_all_that_work_on_tables(told: dict[str, Any]) -> None:
    assert told["status_count"] == {
        "jobs": ["belib_five_minutely", "close_day_daily", "rebuild"],
        "upstream": ["raw_belib"],
        "is by day": True,
        "is closed": True,
        "can be named to `belib rebuild --only`": True,
        "schedule": [],
    }


def test_so_is_one_that_is_made_from_a_table_once_a_day_is_over(told: dict[str, Any]) -> None:
    assert told["status_day"] == {
        "jobs": ["close_day_daily", "rebuild"],
        "upstream": ["status_count"],
        "is by day": True,
        "is closed": False,
        "can be named to `belib rebuild --only`": True,
        "schedule": ["stale_status_daily"],
    }


def test_its_past_days_are_made_without_a_command(told: dict[str, Any]) -> None:
    assert told["stale before"] == ["2025-03-29"]
    assert told["stale after"] == []
    assert told["rows"] == AT_NOON


def test_a_new_response_is_added_to_its_day(told: dict[str, Any]) -> None:
    assert told["stale with a new response"] == ["2025-03-29"]
    assert told["rows with a new response"] == AT_NOON + LATER
    assert told["rows of the table made from it"] == [["AVAILABLE", 2], ["CHARGING", 1]]


def test_the_doctor_finds_and_repairs_changed_rows(told: dict[str, Any]) -> None:
    assert [(layer, said) for layer, said, _ in told["found"]] == [
        ("clean.status_count ↔ what it is made from", "rows differ"),
        ("clean.status_day ↔ what it is made from", "rows differ"),
    ]
    assert told["found"][0][2] == "2025-03-29 12:00:00+00:00 CHARGING: point_count is 7, not 1"
    assert told["found after repair"] == []
    assert told["rows after repair"] == AT_NOON + LATER
    assert told["rows after repair of the table made from it"] == [["AVAILABLE", 2], ["CHARGING", 1]]


def test_its_checks_are_those_of_its_contract_and_its_own(told: dict[str, Any]) -> None:
    assert told["checks"] == {"rows_keep_their_contract": True, "every_poll_saw_a_free_point": True}
    assert told["checks of a poll without a free point"] == {
        "rows_keep_their_contract": True,
        "every_poll_saw_a_free_point": False,
    }
