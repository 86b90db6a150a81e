"""Files of the archive that a disk spoilt: noticed within thirty days, written again where raw allows it, else red."""

import os
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belib_platform.checks.archive import archived_files_are_whole
from belib_platform.raw.archive.archive import Archive, archive_day
from belib_platform.raw.archive.due import archive_days
from belib_platform.raw.archive.retiring import retire_day
from belib_platform.raw.archive.rotation import EVERY_DAYS, NAME, due_for_comparison, read_compared
from belib_platform.raw.archive.verifying import verify
from belib_platform.raw.store import RawStore
from belib_platform_tests.raw.archive.days import DAY, NEXT, keep_day, sign_again

LATER = NEXT + timedelta(days=1)

NIGHTS = 4
"""Of two days one is compared each night."""


@pytest.fixture
def archived(archive: Archive, store: RawStore) -> Archive:
    """Two days in the archive, compared the night after."""
    for day in (DAY, NEXT):
        keep_day(store, day, 1)
        archive_day(archive, store, day)
    archive_days(archive, store, [], today=LATER)
    return archive


def file_of(archive: Archive, day: date = DAY) -> Path:
    return archive.folder / archive.entry(day).file


def flip_a_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 4
    path.write_bytes(content)


def flip_the_first_byte(path: Path) -> None:
    path.write_bytes(b"\0" + path.read_bytes()[1:])


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def nothing_in_it(path: Path) -> None:
    path.write_bytes(b"")


def fifo(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def link_to_a_device(path: Path) -> None:
    path.unlink()
    path.symlink_to("/dev/zero")


def link_to_itself_elsewhere(path: Path) -> None:
    path.symlink_to(path.rename(path.with_name("elsewhere")))


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


SPOILS = [
    flip_a_byte,
    flip_the_first_byte,
    cut,
    nothing_in_it,
    fifo,
    link_to_a_device,
    link_to_itself_elsewhere,
    folder,
]


@pytest.mark.family
@pytest.mark.parametrize("spoil", SPOILS)
def test_a_damaged_file_is_noticed_by_itself_and_written_again_from_raw(
    archived: Archive, store: RawStore, spoil: Callable[[Path], None]
) -> None:
    before = archived.entry(DAY)
    spoil(file_of(archived))
    assert verify(archived).broken
    nights: list[int] = []
    for night in range(NIGHTS):
        done = archive_days(archived, store, [], LATER + timedelta(days=night))
        if done.repaired:
            nights.append(night)
            assert list(done.repaired) == [DAY]
            finding = archived_files_are_whole(done)
            assert (finding.passed, finding.is_warning) == (False, True), "somebody should look at the disk"
    assert len(nights) == 1
    assert (archived.entry(DAY).revision, archived.entry(DAY).content_sha256) == (2, before.content_sha256)
    assert verify(archived).broken == []


@pytest.mark.slow
@pytest.mark.parametrize("spoil", SPOILS)
def test_a_retired_day_whose_file_is_damaged_stays_red(
    archived: Archive, store: RawStore, spoil: Callable[[Path], None]
) -> None:
    retire_day(archived, store, DAY)
    kept = file_of(archived).read_bytes()
    spoil(file_of(archived))
    red = []
    for night in range(NIGHTS):
        done = archive_days(archived, store, [], LATER + timedelta(days=night))
        finding = archived_files_are_whole(done)
        assert finding.passed is not bool(done.damaged_files)
        if done.damaged_files:
            red.append(night)
            assert not finding.is_warning
            assert "The day is retired, so that raw cannot make its file again" in done.damaged_files[DAY]
    assert red == list(range(red[0], NIGHTS)), "noticed, and not forgotten"
    path = file_of(archived)
    path.rmdir() if path.is_dir() else path.unlink()
    path.write_bytes(kept)
    assert archived_files_are_whole(archive_days(archived, store, [], LATER + timedelta(days=40))).passed


def test_a_folder_in_a_files_place_is_named(archived: Archive, store: RawStore) -> None:
    retire_day(archived, store, DAY)
    folder(file_of(archived))
    assert "it is a folder, which is not opened" in archive_days(archived, store, [], LATER).damaged_files[DAY]


@pytest.mark.parametrize(
    ("spoil", "kind"), [(fifo, "a FIFO, which is not opened"), (link_to_a_device, "a symbolic link, which is not foll")]
)
def test_a_manifest_that_is_no_regular_file_is_refused(
    archived: Archive, store: RawStore, spoil: Callable[[Path], None], kind: str
) -> None:
    spoil(archived.folder / "manifest.jsonl")
    [broken, *_] = verify(archived).broken
    assert f"it is {kind}" in str(broken)


@pytest.mark.family
@pytest.mark.parametrize(
    "noted",
    [b"", b"[]", b"{", b'{"2025": 3}', b'{"2025-03-29": null}', b'{"2025-03-29": 7}', b"\xff", b"[" * 100_000],
)
def test_dates_of_comparisons_that_cannot_be_read_are_written_anew(
    archived: Archive, store: RawStore, noted: bytes
) -> None:
    (archived.folder / NAME).write_bytes(noted)
    assert read_compared(archived.folder) == {}
    flip_a_byte(file_of(archived))
    assert list(archive_days(archived, store, [], LATER).repaired) == [DAY]
    assert set(read_compared(archived.folder)) == {DAY, NEXT}


@given(count=st.integers(0, 800), missed=st.sets(st.integers(0, 70), max_size=20))
def test_every_day_is_compared_within_thirty_days_in_which_the_job_runs(count: int, missed: set[int]) -> None:
    first = date(2022, 1, 1)
    archived = [first + timedelta(days=n) for n in range(count)]
    start = first + timedelta(days=count)
    compared = dict.fromkeys(archived, start)
    for night in range(1, 71):
        today = start + timedelta(days=night)
        if night in missed:
            continue
        due = due_for_comparison(archived, compared, today)
        compared |= dict.fromkeys(due, today)
        oldest = min(compared.values(), default=today)
        assert (today - oldest).days < EVERY_DAYS
        if not missed and night > EVERY_DAYS:
            assert len(due) <= count / (EVERY_DAYS - 1) + 1, "each night an even share"


@pytest.mark.slow
def test_a_date_that_a_clock_ahead_noted_keeps_nothing_from_being_compared(archived: Archive, store: RawStore) -> None:
    for night in range(NIGHTS):
        archive_days(archived, store, [], LATER.replace(year=2035) + timedelta(days=night))
    flip_a_byte(file_of(archived))
    done = [archive_days(archived, store, [], LATER + timedelta(days=night)).repaired for night in range(NIGHTS)]
    assert [DAY] in map(list, done)


@pytest.mark.family
@pytest.mark.parametrize(
    "name", [".manifest.jsonl.part", ".compared.json.part", f"{DAY:%Y}/.belib_raw_{DAY}.r2.tar.zst.part"]
)
@pytest.mark.parametrize("put", [os.mkfifo, lambda path: path.symlink_to("elsewhere")], ids=["fifo", "link"])
def test_nothing_is_written_through_what_lies_where_a_file_begins(
    archived: Archive, store: RawStore, name: str, put: Callable[[Path], None]
) -> None:
    put(archived.folder / name)
    flip_a_byte(file_of(archived))
    for night in range(NIGHTS):
        archive_days(archived, store, [DAY], LATER + timedelta(days=night))
    assert verify(archived).broken == []
    assert not (archived.folder / "elsewhere").exists()


def test_a_manifest_of_blank_lines_is_read_no_further_than_needed(archived: Archive) -> None:
    (archived.folder / "manifest.jsonl").write_bytes(b"\n" * 2**22)
    assert len(archived.chain().broken) == 100


def test_a_retired_days_file_of_other_content_than_the_manifest_says_costs_no_other_day(
    archived: Archive, store: RawStore
) -> None:
    retire_day(archived, store, DAY)
    sign_again(archived, lambda entry: {"content_sha256": "0" * 64} if entry.day == DAY else {})
    (archived.folder / NAME).unlink()
    done = archive_days(archived, store, [], LATER)
    assert list(done.damaged_files) == [DAY]
    assert done.unchanged == [NEXT]
