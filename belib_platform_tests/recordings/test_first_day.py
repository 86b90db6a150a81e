"""The first day is lowered before a response of an earlier day is kept, however the import ends."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from belib_platform.first_day import EARLIEST, record_first_day, recorded_first_day
from belib_platform.raw.store import RawStore
from belib_platform.recordings.finding import find_recordings
from belib_platform.recordings.importing import import_recordings
from belib_platform.settings import Settings
from belib_platform_tests.sources.explore_bodies import VERSIONS, pages_of
from belib_platform_tests.sources.portal_records import live

DAY = date(2019, 5, 6)


class Killed(BaseException):
    """What nobody catches."""


class DyingStore(RawStore):
    """A store whose process dies when the first response is to be kept."""

    def keep(self, *_: Any) -> Any:
        """Die."""
        raise Killed


def whole(folder: Path) -> None:
    (folder / f"{DAY}T120000Z.json").write_text(json.dumps([live(n) for n in range(3)]))


def in_pages(folder: Path) -> None:
    for number, body in enumerate(pages_of([live(n) for n in range(12)], 5, next(iter(VERSIONS)))):
        (folder / f"{DAY}T120000Z_page_{number}.json").write_bytes(body)


@pytest.mark.parametrize("recorded", [whole, in_pages])
def test_killed_before_the_first_page_the_day_is_lowered_and_the_next_import_goes_on(
    store: RawStore, tmp_path: Path, recorded: Any
) -> None:
    home, past = tmp_path / "home", tmp_path / "past"
    past.mkdir()
    recorded(past)
    settings = Settings(home=home, _env_file=None)
    record_first_day(settings, DAY + timedelta(days=2000))
    with pytest.raises(Killed):
        import_recordings(find_recordings(past), settings, DyingStore(store.database))
    assert recorded_first_day(home) == DAY
    assert store.recorded_days(date(2000, 1, 1), date(2030, 1, 1)) == set()
    result = import_recordings(find_recordings(past), settings, store)
    assert (result.days, result.refused) == ({"belib": {DAY}}, [])


def test_what_is_refused_lowers_nothing(store: RawStore, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", _env_file=None)
    record_first_day(settings, DAY)
    past = tmp_path / "past"
    past.mkdir()
    for name in (f"{EARLIEST - timedelta(days=1)}T120000Z.json", "2999-01-01T000000Z.json"):
        (past / name).write_text(json.dumps([live(n) for n in range(3)]))
    (past / "2018-05-06T120000Z.json").write_text("<html>")
    result = import_recordings(find_recordings(past), settings, store)
    assert len(result.refused) == 3
    assert any("before Belib' opened (2016-01-01)" in reason for _, reason in result.refused)
    assert {day for day in result.refused_days if day < recorded_first_day(tmp_path / "home")} == set()
