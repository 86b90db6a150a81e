"""Files of episodes: each episode in one file, and no file written again that would be the same."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import polars as pl
import pytest

from belib_platform.contracts.clean import ChargePointStatus
from belib_platform.contracts.contract import column_docs, conform
from belib_platform.contracts.exports import Episode
from belib_platform.exports.episodes import episode_files
from belib_platform.exports.files import write_files
from belib_platform.transforms.episodes import episodes
from belib_platform.transforms.runs import merge_runs
from belib_platform.warehouse.partition import write_partitions
from belib_platform.warehouse.warehouse import Table, Warehouse
from belib_platform_tests.transforms.polls import POINTS, runs, sighting
from belib_platform_tests.warehouse.daily_windows import partition

FIRST, TODAY = date(2026, 9, 29), date(2026, 12, 2)
DAYS = [FIRST + timedelta(days=n) for n in range((TODAY - FIRST).days)]
LOST, BUSY, DEAD = POINTS
HOURLY, LIMIT = timedelta(hours=1), timedelta(hours=3)
DOWN_AT, UP_AT = datetime(2026, 9, 30, 7, tzinfo=UTC), datetime(2026, 11, 3, 22, tzinfo=UTC)
GOING_ON = "episode/episode_going_on.parquet"


def file_of(month: str) -> str:
    return f"episode/episode_{month}.parquet"


FILES = [*(file_of(f"2026-{month}") for month in ("09", "10", "11", "12")), GOING_ON]


def polled(day: date) -> pl.DataFrame:
    """Hourly polls of a day: one point is down for 34 days, one alternates every two days, one is never up."""
    rows = []
    for hour in range(24):
        at = datetime.combine(day, time(hour), UTC)
        statuses = {
            LOST: "OUTOFORDER" if DOWN_AT <= at < UP_AT else "AVAILABLE",
            BUSY: "CHARGING" if (day - FIRST).days // 2 % 2 else "AVAILABLE",
            DEAD: "UNKNOWN",
        }
        rows += [sighting(point, at, status, LIMIT) for point, status in statuses.items()]
    return merge_runs(runs(rows).lazy()).collect()


def write(house: Warehouse, *days: date, run: str = "run", frame: pl.DataFrame | None = None) -> None:
    """Write days as a run does, with what was polled of each, or with these rows."""
    own = Table(house, ChargePointStatus)
    partitions = [
        partition(own, day, conform(ChargePointStatus, polled(day) if frame is None else frame)) for day in days
    ]
    write_partitions(house, ChargePointStatus, partitions, run)


@pytest.fixture
def history(warehouse: Warehouse) -> Warehouse:
    write(warehouse, *DAYS)
    return warehouse


def export(house: Warehouse, folder: Path, today: date = TODAY) -> list[str]:
    return write_files(folder, episode_files(house, today, is_simulated=False))


def held(folder: Path, path: str = "episode/*.parquet") -> pl.DataFrame:
    return conform(Episode, pl.read_parquet(folder / path)).sort(Episode.primary_key())


def at_once(house: Warehouse, today: date = TODAY) -> pl.DataFrame:
    """Episodes of all days over, from one reading of the whole table."""
    over = house.read(ChargePointStatus).filter(pl.col("first_seen_at").dt.date() < today)
    until = datetime.combine(over["first_seen_at"].max().date() + timedelta(days=1), time(), UTC)
    return episodes(over.lazy(), until).collect()


def test_each_episode_is_in_one_file_as_if_read_at_once(history: Warehouse, folder: Path) -> None:
    assert export(history, folder) == FILES
    assert held(folder).equals(at_once(history))
    for month in ("09", "10", "11", "12"):
        ended = held(folder, file_of(f"2026-{month}"))
        assert set(ended["last_seen_at"].dt.month()) <= {int(month)}
        assert not ended["is_going_on"].any()
    assert held(folder, GOING_ON)["is_going_on"].all()
    assert held(folder, GOING_ON)["charge_point_id"].to_list() == [DEAD, LOST, BUSY]


def test_an_outage_over_two_ends_of_months_is_one_row_of_the_month_it_ended_in(
    history: Warehouse, folder: Path
) -> None:
    export(history, folder)
    [outage] = held(folder).filter(status="OUTOFORDER").to_dicts()
    assert outage in held(folder, file_of("2026-11")).to_dicts()
    assert (outage["first_seen_at"], outage["ended_by_at"]) == (DOWN_AT, UP_AT)
    assert outage["observed_s"] == (UP_AT - DOWN_AT).total_seconds()
    assert outage["poll_count"] == (UP_AT - DOWN_AT) / HOURLY


@pytest.mark.slow
def test_night_by_night_the_files_are_those_of_one_export_and_past_months_stay(
    history: Warehouse, folder: Path
) -> None:
    for n in range(1, len(DAYS) + 1, 7):
        today = FIRST + timedelta(days=n)
        written = set(export(history, folder, today))
        assert held(folder).equals(at_once(history, today))
        past = {path for path in FILES[:-1] if path[-15:-8] < (today - timedelta(days=9)).isoformat()[:7]}
        assert written.isdisjoint(past)
        assert GOING_ON in written
        assert export(history, folder, today) == []


@pytest.mark.slow
def test_a_day_made_again_rewrites_the_files_that_depend_on_it_and_no_others(history: Warehouse, folder: Path) -> None:
    export(history, folder)
    write(history, date(2026, 10, 10), run="later")
    dependent = export(history, folder)
    assert dependent == [file_of("2026-10"), file_of("2026-11"), file_of("2026-12"), GOING_ON], (
        "in each later one an episode of the point that is never up might have begun before that day"
    )
    hole = date(2026, 11, 20)
    write(history, hole, frame=polled(hole).clear(), run="no polls")
    assert export(history, folder) == [file_of("2026-11"), file_of("2026-12"), GOING_ON]
    assert held(folder).equals(at_once(history))
    write(history, date(2026, 10, 10), run="later still")
    assert export(history, folder) == [file_of("2026-10"), file_of("2026-11")], "the hole ended every episode"
    write(history, hole, run="imported")
    assert export(history, folder) == [file_of("2026-11"), file_of("2026-12"), GOING_ON]
    assert held(folder).equals(at_once(history))


def test_what_today_brings_changes_no_file_and_a_history_without_days_has_none(
    warehouse: Warehouse, folder: Path
) -> None:
    write(warehouse, TODAY)
    assert export(warehouse, folder) == []
    write(warehouse, DAYS[-1])
    assert export(warehouse, folder) == [file_of("2026-12"), GOING_ON]
    write(warehouse, TODAY, frame=polled(TODAY).head(1), run="five minutes later")
    assert export(warehouse, folder) == []


def test_a_file_that_somebody_broke_is_written_again(history: Warehouse, folder: Path) -> None:
    export(history, folder)
    path = folder / GOING_ON
    path.write_bytes(path.read_bytes()[:-20])
    assert export(history, folder) == [GOING_ON]
    assert held(folder).equals(at_once(history))


def test_the_files_say_what_their_columns_are(history: Warehouse, folder: Path) -> None:
    export(history, folder)
    for path in FILES:
        said = pl.read_parquet_metadata(folder / path)
        assert "ODbL 1.0" in said["licence"]
        assert said["table"] == "exports.episode"
        assert all(meaning in said["columns"] for meaning in column_docs(Episode).values())
