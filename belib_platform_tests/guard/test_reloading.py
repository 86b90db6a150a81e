"""The UI's code locations are loaded anew when the first day is no longer the one they were loaded with."""

from datetime import date
from pathlib import Path

import pytest

from belib_platform.first_day import NAME, cover, record_first_day
from belib_platform.guard.reloading import first_day, reloading
from belib_platform.local.processes import wait_until
from belib_platform.settings import Settings

DAY = date(2025, 5, 6)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A home that notes a day."""
    monkeypatch.setenv("BELIB_HOME", str(tmp_path))
    settings = Settings(home=tmp_path, _env_file=None)
    record_first_day(settings, DAY)
    return settings


def test_each_lowering_loads_them_once(settings: Settings) -> None:
    loaded: list[str] = []
    with reloading(first_day(), lambda: loaded.append(first_day()), every_s=0.01):
        for day in (date(2025, 5, 5), date(2024, 1, 1)):
            cover(settings, day)
            assert wait_until(lambda day=day: loaded[-1:] == [str(day)], 10)
    assert loaded == ["2025-05-05", "2024-01-01"]


def test_a_day_lowered_while_they_were_loaded_is_noticed(settings: Settings) -> None:
    began_at, loaded = first_day(), []
    cover(settings, date(2025, 5, 5))
    with reloading(began_at, lambda: loaded.append(first_day()), every_s=0.01):
        assert wait_until(lambda: loaded == ["2025-05-05"], 10)


def test_a_note_that_is_spoilt_and_mended_does_not_end_the_watch(settings: Settings) -> None:
    loaded: list[str] = []
    with reloading(first_day(), lambda: loaded.append(first_day()), every_s=0.01):
        (settings.home / NAME).write_text("soon")
        assert wait_until(lambda: len(loaded) == 1, 10)
        (settings.home / NAME).write_text("2025-05-01")
        assert wait_until(lambda: loaded[-1] == "2025-05-01", 10)


def test_where_the_setting_decides_nothing_is_loaded_anew(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BELIB_FIRST_DAY", "2020-01-01")
    looked: list[str] = []
    loaded: list[str] = []
    with (
        monkeypatch.context() as watched,
        reloading(first_day(), lambda: loaded.append(first_day()), every_s=0.001),
    ):
        real = first_day
        watched.setattr("belib_platform.guard.reloading.first_day", lambda: looked.append(real()) or real())
        cover(settings, date(2024, 1, 1))
        assert wait_until(lambda: len(looked) > 3, 10)
    assert loaded == []
