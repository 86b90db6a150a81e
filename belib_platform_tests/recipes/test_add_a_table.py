"""A table that is declared once is known everywhere, and a day of it is made, kept up to date and repaired."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from belib_platform.local.urls import Urls
from belib_platform_tests.end_to_end.platform import new_platform

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).parents[2]
AT_NOON = [["12:00", "AVAILABLE", 2], ["12:00", "CHARGING", 1]]
LATER = [["12:05", "AVAILABLE", 1]]


@pytest.fixture(scope="module")
def told(stores: Urls) -> dict[str, Any]:
    """What a process says that has one more table, on stores of its own."""
    with new_platform(stores):
        ended = subprocess.run(
            [sys.executable, "-m", "belib_platform_tests.recipes.with_status_count"],
            cwd=PROJECT, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
    assert ended.returncode == 0, ended.stderr[-4000:]
    answer: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return answer


def test_a_declared_table_is_known_to_all_that_work_on_tables(told: dict[str, Any]) -> None:
    assert told["known to"] == {
        "belib_five_minutely": True,
        "close_day_daily": True,
        "rebuild": True,
        "weather_hourly": False,
        "upstream": True,
        "days": True,
        "closing of days": True,
        "belib rebuild --only": True,
    }


def test_its_past_days_are_made_without_a_command(told: dict[str, Any]) -> None:
    assert told["stale before"] == ["2025-03-29"]
    assert told["stale after"] == []
    assert told["rows"] == AT_NOON


def test_a_new_response_is_added_to_its_day(told: dict[str, Any]) -> None:
    assert told["stale with a new response"] == ["2025-03-29"]
    assert told["rows with a new response"] == AT_NOON + LATER


def test_the_doctor_finds_and_repairs_a_changed_row(told: dict[str, Any]) -> None:
    [[layer, said, example]] = told["found"]
    assert (layer, said) == ("clean.status_count ↔ what it is made from", "rows differ")
    assert example == "2025-03-29 12:00:00+00:00 CHARGING: point_count is 7, not 1"
    assert told["found after repair"] == []
    assert told["rows after repair"] == AT_NOON + LATER


def test_its_checks_are_those_of_its_contract_and_its_own(told: dict[str, Any]) -> None:
    assert told["checks"] == {"rows_keep_their_contract": True, "every_poll_saw_a_free_point": True}
    assert told["checks of a poll without a free point"] == {
        "rows_keep_their_contract": True,
        "every_poll_saw_a_free_point": False,
    }
