"""Where partitions begin: BELIB_FIRST_DAY, else what the home notes, which is only ever lowered."""

import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belib_platform.first_day import (
    DEFAULT_FIRST_DAY,
    EARLIEST,
    NAME,
    FirstDayError,
    cover,
    earliest_day,
    first_day_of,
    record_first_day,
    recorded_first_day,
    why_too_early,
)
from belib_platform.settings import Settings

DAY = date(2025, 5, 6)
DAYS = st.dates(EARLIEST, DAY + timedelta(days=400))


def settings_of(home: Path, first_day: date | None = None) -> Settings:
    return Settings(home=home, first_day=first_day, _env_file=None)


def today() -> date:
    return datetime.now(UTC).date()


def test_where_all_stores_are_elsewhere_and_nothing_is_noted_the_setting_decides(tmp_path: Path) -> None:
    urls = {"mongo_url": "mongodb://host", "postgres_url": "postgresql://host", "elasticsearch_url": "http://host"}
    settings = Settings(home=tmp_path / "home", **urls, _env_file=None)
    assert (first_day_of(settings), earliest_day(settings)) == (DEFAULT_FIRST_DAY, DEFAULT_FIRST_DAY)
    cover(settings, DAY)
    assert not settings.home.exists()
    with pytest.raises(FirstDayError, match=r"2021-12-31 is before BELIB_FIRST_DAY \(2022-01-01\)"):
        cover(settings, DEFAULT_FIRST_DAY - timedelta(days=1))
    record_first_day(settings, DAY)
    assert (first_day_of(settings), earliest_day(settings)) == (DAY, EARLIEST)


def test_the_setting_wins_and_a_note_is_lowered_all_the_same(tmp_path: Path) -> None:
    record_first_day(settings_of(tmp_path), today())
    settings = settings_of(tmp_path, first_day=DAY)
    assert (first_day_of(settings), earliest_day(settings)) == (DAY, DAY)
    cover(settings, DAY)
    assert recorded_first_day(tmp_path) == DAY
    with pytest.raises(FirstDayError, match="before BELIB_FIRST_DAY"):
        cover(settings, DAY - timedelta(days=1))
    assert recorded_first_day(tmp_path) == DAY


@given(st.lists(DAYS, min_size=1))
def test_a_note_is_the_earliest_day_of_all_in_any_order(days: list[date]) -> None:
    with tempfile.TemporaryDirectory() as home:
        settings = settings_of(Path(home))
        record_first_day(settings, days[0])
        for day in days[1:]:
            cover(settings, day)
        assert first_day_of(settings) == min(days)
        assert sorted(path.name for path in Path(home).iterdir()) == [NAME, f"{NAME}.lock"]


def test_of_many_at_once_the_earliest_stays(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    record_first_day(settings, DAY)
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda n: cover(settings, DAY - timedelta(days=n * 7 % 97)), range(97)))
    assert recorded_first_day(tmp_path) == DAY - timedelta(days=96)


def test_a_day_before_there_was_anything_is_a_mistake_unless_the_setting_asks_for_it(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    record_first_day(settings, date(1970, 1, 1))  # a clock that was not set yet
    assert recorded_first_day(tmp_path) == EARLIEST
    assert why_too_early(settings, EARLIEST) is None
    with pytest.raises(FirstDayError, match="only BELIB_FIRST_DAY goes further back"):
        cover(settings, date(1999, 12, 31))
    assert why_too_early(settings_of(tmp_path, first_day=date(1999, 1, 1)), date(1999, 12, 31)) is None


def test_a_clock_that_was_ahead_leaves_no_home_without_partitions(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    record_first_day(settings, today() + timedelta(days=3000))
    assert first_day_of(settings) == today()
    cover(settings, today())
    assert recorded_first_day(tmp_path) == today()


@pytest.mark.parametrize("text", ["", "2025", "yesterday", "2025-02-30", "\0"])
def test_a_note_that_is_no_day_is_a_sentence_that_says_what_to_do(tmp_path: Path, text: str) -> None:
    (tmp_path / NAME).write_text(text)
    for use in (first_day_of, earliest_day, lambda settings: cover(settings, DAY)):
        with pytest.raises(FirstDayError, match=r"first_day should contain the first UTC day .* If you remove it"):
            use(settings_of(tmp_path))
