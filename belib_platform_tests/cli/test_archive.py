"""`belib archive`: what a user sees of it, and what it says when something is wrong."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from pymongo import MongoClient

from belib_platform.raw.archive.archive import Archive, archive_day
from belib_platform.raw.archive.retiring import retire_day
from belib_platform.raw.response import between
from belib_platform.raw.store import RawStore
from belib_platform.recordings.finding import find_recordings
from belib_platform.recordings.importing import import_recordings
from belib_platform.settings import Settings
from belib_platform.simulator.paris import Paris
from belib_platform.simulator.recordings import write_recordings
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.cli.conftest import Belib
from belib_platform_tests.raw.archive.days import documents
from belib_platform_tests.warehouse.days import assert_same, rows_of

pytestmark = pytest.mark.slow

DAY = date(2025, 5, 6)
DAYS = [DAY, DAY + timedelta(days=1)]


@pytest.fixture
def archive(store: RawStore, tmp_path: Path) -> Archive:
    """An hour of each of two days, archived in the home of the command."""
    first = datetime(DAY.year, DAY.month, DAY.day, 23, 30, tzinfo=UTC)
    paris = Paris.draw(11, first_day=DAY, days=2, stations=3)
    write_recordings(paris, tmp_path / "recordings", first, first + timedelta(hours=1))
    settings = Settings(mongo_url=None, postgres_url=None, _env_file=None)
    import_recordings(find_recordings(tmp_path / "recordings"), settings, store)
    made = Archive(tmp_path / "home" / "archive")
    for day in DAYS:
        archive_day(made, store, day)
    return made


def test_lost_stores_come_back_and_a_sound_archive_is_verified(
    belib: Belib, archive: Archive, store: RawStore, postgres_url: str, mongo_url: str
) -> None:
    assert belib("rebuild", str(DAY), str(DAYS[1])).returncode == 0
    warehouse = Warehouse(postgres_url)
    rows, kept = rows_of(warehouse), documents(store, *DAYS)
    client: MongoClient[dict[str, Any]] = MongoClient(mongo_url)
    with client:
        client.drop_database(client.get_default_database().name)
    verified = belib("archive", "verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert f"2 days, 0.0 MB. The chain's last hash: {archive.chain().head}" in verified.stdout
    restored = belib("archive", "restore", str(DAY), str(DAYS[1]))
    assert restored.returncode == 0, restored.stdout + restored.stderr
    assert "2 of 2 days are restored in the raw store." in restored.stdout
    assert documents(store, *DAYS) == kept
    assert_same(rows_of(warehouse), rows)
    warehouse.close()


def test_a_broken_file_is_named_and_costs_only_its_own_day(belib: Belib, archive: Archive, store: RawStore) -> None:
    path = archive.folder / archive.entry(DAY).file
    content = path.read_bytes()
    path.write_bytes(content[:1000] + bytes([content[1000] ^ 4]) + content[1001:])
    listed = belib("archive", "list")
    assert listed.returncode == 0, listed.stderr
    assert str(DAY) in listed.stdout
    verified = belib("archive", "verify")
    assert verified.returncode == 1
    assert f"damaged {DAY}, 2025/{path.name}: file_has_its_sha256 is false" in verified.stdout
    assert "Traceback" not in verified.stderr
    retire_day(archive, store, DAYS[1])
    restored = belib("archive", "restore", str(DAY), "2025-05-08")
    assert restored.returncode == 1
    assert f"not restored {DAY}: {DAY}, 2025/{path.name}: file_has_its_sha256" in restored.stdout
    assert "not restored 2025-05-08: 2025-05-08 is not in the archive" in restored.stdout
    assert "1 of 3 days" in restored.stdout
    assert store.retired.all() == set()


def made_and_retired(belib: Belib, archive: Archive, store: RawStore, warehouse: Warehouse) -> dict[str, pl.DataFrame]:
    """All rows, of whose days the first is retired."""
    assert belib("rebuild", str(DAY), str(DAYS[1])).returncode == 0
    retire_day(archive, store, DAY)
    return rows_of(warehouse)


def test_migrate_drops_nothing_that_retired_pages_would_be_needed_for(
    belib: Belib, archive: Archive, store: RawStore, warehouse: Warehouse
) -> None:
    rows = made_and_retired(belib, archive, store, warehouse)
    assert belib("migrate").returncode == 0, "nothing changed, nothing to refuse"
    of_another_contract(warehouse, "clean.charge_point_status")
    refused = belib("migrate")
    assert refused.returncode == 1
    assert f"`belib archive restore {DAY}` brings them back" in refused.stderr
    assert "Traceback" not in refused.stderr
    read = warehouse.query("SELECT count(*) AS n FROM clean.charge_point_status")["n"][0]
    assert read == rows["charge_point_status"].height


def test_migrate_makes_what_needs_no_responses_again_for_retired_days_too(
    belib: Belib, archive: Archive, store: RawStore, warehouse: Warehouse, postgres_url: str
) -> None:
    rows = made_and_retired(belib, archive, store, warehouse)
    for table in ("clean.charge_point", "mart.station_availability_hourly", "mart.change"):
        of_another_contract(warehouse, table)
    migrated = belib("migrate")
    assert migrated.returncode == 0, migrated.stdout + migrated.stderr
    assert "Created again: clean.charge_point, mart.station_availability_hourly, mart.change." in migrated.stdout
    later = Warehouse(postgres_url)
    assert_same(rows, rows_of(later))
    later.close()


def of_another_contract(warehouse: Warehouse, table: str) -> None:
    """Give a table a column that no contract has."""
    with warehouse.transaction() as cursor:
        cursor.execute(f"ALTER TABLE {table} ADD COLUMN gone text")
        cursor.execute(f"COMMENT ON TABLE {table} IS 'of another contract'")


def test_raw_that_was_changed_is_named_by_the_doctor_who_restores_it_and_never_archives_it(
    belib: Belib, archive: Archive, store: RawStore, postgres_url: str
) -> None:
    assert belib("rebuild", str(DAY), str(DAYS[1])).returncode == 0
    warehouse = Warehouse(postgres_url)
    rows, kept = rows_of(warehouse), documents(store, *DAYS)
    store.database["raw_belib"].update_many(between(DAY, DAY), {"$set": {"gap_limit_s": 86_400}})
    told = belib("doctor", str(DAY), str(DAYS[1]))
    assert told.returncode == 1
    said = " ".join(told.stdout.split())
    assert f"belib archive restore {DAY}" in said
    assert "gap_limit_s is 86400 and was 900" in said
    assert f"archive make {DAY}" not in said
    assert f"rebuild {DAY}" not in said
    made = belib("archive", "make", str(DAY))
    assert made.returncode == 1
    assert "raw was changed after it was archived" in made.stderr
    assert belib("rebuild", str(DAY), "--full-refresh").returncode == 0, "the damage reaches the tables"
    fixed = belib("doctor", str(DAY), str(DAYS[1]), "--fix")
    assert fixed.returncode == 0, fixed.stdout + fixed.stderr
    assert documents(store, *DAYS) == kept
    assert_same(rows_of(warehouse), rows)
    assert archive.entry(DAY).revision == 1
    warehouse.close()


def test_a_head_is_printed_and_proved_later(belib: Belib, archive: Archive) -> None:
    printed = belib("archive", "head")
    assert printed.stdout == f"{DAYS[1]} {archive.chain().head}\n"
    proved = belib("archive", "verify", "--head", printed.stdout.split()[1])
    assert proved.returncode == 0, proved.stdout
    assert f"The head {archive.chain().head} is in the chain." in " ".join(proved.stdout.split())
    unknown = belib("archive", "verify", "--head", "0" * 64)
    assert unknown.returncode == 1
    assert "noted_head_is_in_the_chain is false" in unknown.stdout


def test_nothing_archived_has_no_head(belib: Belib) -> None:
    printed = belib("archive", "head")
    assert (printed.returncode, printed.stdout) == (1, "Nothing is archived yet.\n")


def test_an_archive_that_is_not_there_is_a_sentence(belib: Belib) -> None:
    verified = belib("archive", "verify")
    assert verified.returncode == 1
    assert "manifest_is_there is false" in verified.stdout
