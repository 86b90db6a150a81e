"""Thirty days of a simulated Paris: archived, verified, raw dropped, restored, and the warehouse as before."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from belib_platform.jobs import DERIVED
from belib_platform.raw.archive.archive import Archive, archive_day
from belib_platform.raw.archive.restoring import restore_day
from belib_platform.raw.archive.verifying import verify
from belib_platform.recordings.finding import find_recordings
from belib_platform.recordings.importing import import_recordings
from belib_platform.repair.rebuild import rebuild_days
from belib_platform.settings import load_settings
from belib_platform.simulator.paris import Paris
from belib_platform.simulator.recordings import write_recordings
from belib_platform_tests.end_to_end.platform import Platform
from belib_platform_tests.raw.archive.days import documents, lose
from belib_platform_tests.warehouse.days import assert_same, rows_of

FIRST = date(2025, 3, 15)
DAYS = [FIRST + timedelta(days=n) for n in range(30)]


@pytest.mark.fault
def test_thirty_days_survive_the_loss_of_raw(platform: Platform, tmp_path: Path) -> None:
    paris = Paris.draw(2, first_day=FIRST, days=len(DAYS), stations=2)
    write_recordings(paris, tmp_path / "recordings", paris.begins_at, paris.ends_at, cadence_s=7200)
    import_recordings(find_recordings(tmp_path / "recordings"), load_settings(), platform.store)
    rebuild_days(platform.instance, DAYS, DERIVED)
    archive = Archive(tmp_path / "archive")
    for day in DAYS:
        archive_day(archive, platform.store, day)
    kept, rows = documents(platform.store, DAYS[0], DAYS[-1]), rows_of(platform.warehouse)
    assert len(kept["raw_belib"]) > 300
    found = verify(archive)
    assert (found.broken, found.absent, len(found.entries)) == ([], [], len(DAYS))
    lose(platform.store)
    for day in reversed(DAYS):
        restore_day(archive, platform.store, day)
    assert documents(platform.store, DAYS[0], DAYS[-1]) == kept
    rebuild_days(platform.instance, DAYS, DERIVED, full_refresh=True)
    assert_same(rows_of(platform.warehouse), rows)
