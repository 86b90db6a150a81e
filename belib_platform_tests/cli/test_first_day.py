"""Days before the first: an import, a rebuild, a restore and the doctor lower the first day before they begin."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from belib_platform.contracts.clean import Poll
from belib_platform.contracts.mart import StationAvailabilityHourly
from belib_platform.first_day import NAME, recorded_first_day
from belib_platform.raw.store import RawStore
from belib_platform.simulator.paris import Paris
from belib_platform.simulator.recordings import write_recordings
from belib_platform.warehouse.station_availability_hourly import STATION_HOURS
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.cli.conftest import Belib

pytestmark = pytest.mark.slow

DAY, EARLIER = date(2018, 5, 6), date(2017, 5, 6)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home that was started today."""
    folder = tmp_path / "home"
    folder.mkdir()
    begin_today(folder)
    return folder


def begin_today(home: Path) -> None:
    (home / NAME).write_text(f"{datetime.now(UTC).date()}\n")


def recorded(folder: Path, day: date, hours: int = 1) -> str:
    """Recordings of a day's first hours, in a folder."""
    paris = Paris.draw(11, first_day=day, days=1, stations=3)
    write_recordings(paris, folder, paris.begins_at, paris.begins_at + timedelta(hours=hours))
    return str(folder)


def is_folded(warehouse: Warehouse) -> bool:
    """Whether the tables are made from every poll of the feed."""
    polls = warehouse.read(Poll).filter(source="belib")
    return polls.height > 0 and bool(polls["is_folded"].all())


def test_an_import_of_earlier_days_makes_them_and_a_rebuild_says_what_it_did(
    fresh_belib: Belib, home: Path, tmp_path: Path, warehouse: Warehouse
) -> None:
    imported = fresh_belib("import", recorded(tmp_path / "past", DAY))
    assert imported.returncode == 0, imported.stdout + imported.stderr
    assert f"Partitions now begin on {DAY}" in imported.stdout
    assert recorded_first_day(home) == DAY
    assert is_folded(warehouse)
    assert set(warehouse.read(StationAvailabilityHourly)["hour_at"].dt.date()) == {DAY}

    said = fresh_belib("rebuild", str(DAY - timedelta(days=2)), str(DAY)).stdout
    assert f"From 2018-05-04 to {DAY}: 1 day up to date, 2 days without responses." in said
    again = fresh_belib("rebuild", str(DAY), "--full-refresh").stdout
    assert f"From {DAY} to {DAY}: 1 day made again." in again
    nothing = fresh_belib("rebuild", str(EARLIER))
    assert (nothing.returncode, recorded_first_day(home)) == (0, DAY)
    assert f"From {EARLIER} to {EARLIER}: 1 day without responses." in nothing.stdout
    assert (
        warehouse.query("SELECT count(*) AS n FROM clean.written_window WHERE window_key < '2018-05-06'")["n"][0] == 0
    )

    begin_today(home)  # pages that came some other way
    assert f"{DAY}: 1 day up to date" in fresh_belib("rebuild", str(DAY)).stdout
    assert recorded_first_day(home) == DAY


def test_the_archive_says_what_it_holds_and_a_restored_day_is_a_partition(
    fresh_belib: Belib, home: Path, tmp_path: Path, store: RawStore, warehouse: Warehouse
) -> None:
    assert fresh_belib("import", recorded(tmp_path / "past", DAY)).returncode == 0
    before = warehouse.read(Poll).sort("fetched_at", "source")
    begin_today(home)
    made = fresh_belib("archive", "make", str(DAY - timedelta(days=1)), str(DAY))
    assert f"From 2018-05-05 to {DAY}: 1 day archived, 1 day without responses." in made.stdout, made.stderr
    assert recorded_first_day(home) == DAY

    store.database.client.drop_database(store.database.name)
    begin_today(home)
    restored = fresh_belib("archive", "restore", str(DAY - timedelta(days=1)), str(DAY))
    assert restored.returncode == 1
    assert f"not restored {DAY - timedelta(days=1)}" in restored.stdout
    assert "1 of 2 days are restored in the raw store." in restored.stdout
    assert recorded_first_day(home) == DAY
    assert warehouse.read(Poll).sort("fetched_at", "source").equals(before)


def test_the_doctor_heals_a_day_before_the_first(
    fresh_belib: Belib, home: Path, tmp_path: Path, warehouse: Warehouse
) -> None:
    assert fresh_belib("import", recorded(tmp_path / "past", DAY)).returncode == 0
    with warehouse.transaction() as cursor:
        cursor.execute("DELETE FROM clean.poll WHERE outcome = 'sound'")
    begin_today(home)
    fixed = fresh_belib("doctor", "--fix")
    assert fixed.returncode == 0, fixed.stdout + fixed.stderr
    assert recorded_first_day(home) == DAY
    assert is_folded(warehouse)


def test_two_imports_at_once_leave_the_earliest_day_and_all_rows(
    fresh_belib: Belib, home: Path, tmp_path: Path, warehouse: Warehouse
) -> None:
    folders = [recorded(tmp_path / str(day), day) for day in (DAY, EARLIER)]
    with ThreadPoolExecutor() as pool:
        done = list(pool.map(lambda folder: fresh_belib("import", folder), folders))
    assert [result.returncode for result in done] == [0, 0], [result.stdout + result.stderr for result in done]
    assert recorded_first_day(home) == EARLIER
    assert is_folded(warehouse)
    assert set(warehouse.read(Poll)["fetched_at"].dt.date()) == {DAY, EARLIER}


def test_stale_days_before_the_first_that_a_process_knows_are_made_too(
    fresh_belib: Belib, home: Path, tmp_path: Path, warehouse: Warehouse
) -> None:
    later = DAY + timedelta(days=2)
    assert fresh_belib("import", recorded(tmp_path / "past", DAY)).returncode == 0
    with warehouse.transaction() as cursor:
        cursor.execute("DELETE FROM clean.written_window WHERE asset = 'station_availability_hourly'")
        cursor.execute("DELETE FROM mart.station_availability_hourly")
    begin_today(home)
    imported = fresh_belib("import", recorded(tmp_path / "later", later))
    assert imported.returncode == 0, imported.stdout + imported.stderr
    assert recorded_first_day(home) == DAY
    assert set(warehouse.read(StationAvailabilityHourly)["hour_at"].dt.date()) == {DAY, later}
    assert not STATION_HOURS.stale_days(warehouse, before=later + timedelta(days=1))
