"""Freshness and gaps are those of the table of polls, in the days before now."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
import time_machine

from belib_platform_tests.api.conftest import SETTINGS, History
from belib_platform_tests.api.served import served
from belib_platform_tests.api.test_present import ask


@pytest.fixture
def answer(history: History) -> dict[str, Any]:
    """The answer when the history has just ended."""
    with time_machine.travel(history.paris.ends_at, tick=True), served(SETTINGS, history.url) as api:
        return ask(api, "/v1/quality")


def test_polls_are_counted_by_day_and_source(history: History, answer: dict[str, Any]) -> None:
    for day in answer["polls"]:
        attempts = history.sql(
            "SELECT fetched_at, outcome FROM clean.poll "
            "WHERE source = %(source)s AND fetched_at::date = %(day)s ORDER BY fetched_at",
            source=day["source"],
            day=day["utc_date"],
        )
        sound = [attempt["fetched_at"] for attempt in attempts if attempt["outcome"] == "sound"]
        assert day["sound_count"] == len(sound)
        assert day["refused_count"] + day["failed_count"] == len(attempts) - len(sound)
        gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(sound)]  # type: ignore[operator]
        assert day["longest_gap_s"] == (round(max(gaps)) if gaps else None)
    assert {day["source"] for day in answer["polls"]} >= {"belib", "open_meteo"}


def test_each_hop_is_named(history: History, answer: dict[str, Any]) -> None:
    hops = {hop["hop"]: hop["at"] for hop in answer["hops"]}
    assert list(hops) == ["operator", "response", "warehouse"]
    assert hops["response"] == answer["newest_response_at"]
    assert timedelta() < datetime.fromisoformat(hops["response"]) - datetime.fromisoformat(hops["operator"])


def test_rejected_records_are_counted_by_rule(history: History, answer: dict[str, Any]) -> None:
    rows = history.sql(
        "SELECT source, rule, count(*) AS record_count FROM clean.rejected_record GROUP BY 1, 2 ORDER BY 1, 2"
    )
    assert answer["rejected"] == rows
