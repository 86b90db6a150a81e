"""`belib export`: what the tables hold, as files below the home."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from belib_platform.simulator.paris import Paris
from belib_platform.simulator.recordings import write_recordings
from belib_platform_tests.cli.conftest import Belib

DAY = date(2025, 5, 6)
WHOLE = ("charge_point", "city_daily", "station", "bike_station", "bike_city_daily")
BY_MONTH = ("charge_point_status", "station_availability_hourly")
"""Without bikes the tables of bikes that have one file are written without rows, and the others have no month."""
FILES = {
    "README.md",
    *(f"{table}.{kind}" for table in WHOLE for kind in ("csv", "csv-metadata.json", "parquet")),
    *(f"{table}/{table}_2025-05.parquet" for table in BY_MONTH),
    "episode/episode_2025-05.parquet",
    "episode/episode_going_on.parquet",
}


@pytest.mark.slow
def test_an_archive_imported_is_exported_on_demand_and_only_once(belib: Belib, tmp_path: Path) -> None:
    archive, exports = tmp_path / "archive", tmp_path / "home" / "exports"
    start = datetime(DAY.year, DAY.month, DAY.day, 4, tzinfo=UTC)
    write_recordings(Paris.draw(11, first_day=DAY, days=1, stations=3), archive, start, start + timedelta(hours=1))
    assert belib("import", str(archive)).returncode == 0
    assert not exports.exists()
    first = belib("export")
    assert first.returncode == 0, first.stdout + first.stderr
    assert str(exports) in first.stdout
    assert {path.relative_to(exports).as_posix() for path in exports.rglob("*") if path.is_file()} == FILES
    before = {path: path.stat().st_ino for path in exports.rglob("*")}
    assert belib("export").returncode == 0
    assert {path: path.stat().st_ino for path in exports.rglob("*")} == before
