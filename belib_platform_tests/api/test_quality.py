"""Freshness and gaps are those of the table of polls, in the days before now."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import time_machine

from belib_platform.raw.archive.archive import archive_day, archive_of
from belib_platform.raw.store import RawStore
from belib_platform.sources.belib_realtime import BELIB
from belib_platform_tests.api.conftest import SETTINGS, History
from belib_platform_tests.api.served import served
from belib_platform_tests.api.test_present import ask
from belib_platform_tests.raw.made_pages import response
from belib_platform_tests.sources.portal_records import live


@pytest.fixture
def answer(history: History) -> dict[str, Any]:
    """The answer when the history has just ended."""
    with time_machine.travel(history.paris.ends_at, tick=True), served(SETTINGS, history.url) as api:
        return ask(api, "/v1/quality")


def test_polls_are_counted_by_day_and_source(history: History, answer: dict[str, Any]) -> None:
    before: dict[str, list[datetime]] = {}
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
        ended = pairwise([*before.get(day["source"], []), *sound])
        gaps = [(later - earlier).total_seconds() for earlier, later in ended]  # type: ignore[operator]
        before[day["source"]] = sound[-1:]  # type: ignore[assignment]
        assert day["longest_gap_s"] == (round(max(gaps)) if gaps else None)
        long = [gap for gap in gaps if gap > 3 * SETTINGS.cadence_s] if day["source"] in ("belib", "velib") else []
        assert day["gap_count"] == len(long)
    assert {day["source"] for day in answer["polls"]} >= {"belib", "velib", "open_meteo"}
    assert "velib" in {day["source"] for day in answer["polls"] if day["gap_count"]}


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


def test_the_head_of_the_archive_is_that_of_its_manifest(history: History, tmp_path: Path, store: RawStore) -> None:
    settings = SETTINGS.model_copy(update={"home": tmp_path})
    with time_machine.travel(history.paris.ends_at, tick=True), served(settings, history.url) as api:
        assert ask(api, "/v1/quality")["archive_head"] is None
        day = history.paris.first_day
        store.keep(BELIB.collection, [response([live(0)], datetime.combine(day, time(12), UTC))])
        archive_day(archive_of(settings), store, day)
        head = {"newest_day": day.isoformat(), "sha256": archive_of(settings).chain().head}
    with time_machine.travel(history.paris.ends_at, tick=True), served(settings, history.url) as api:
        assert ask(api, "/v1/quality")["archive_head"] == head
