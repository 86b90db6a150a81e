"""Whatever is changed in the archive afterwards, wherever, is found and named."""

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymongo import MongoClient

from belib_platform.local.urls import Urls
from belib_platform.raw.archive.archive import Archive, archive_day
from belib_platform.raw.archive.entry import Entry, parse_line
from belib_platform.raw.archive.errors import BrokenError
from belib_platform.raw.archive.manifest import NAME, RULE, append
from belib_platform.raw.archive.verifying import verify
from belib_platform.raw.response import Response
from belib_platform.raw.store import RawStore
from belib_platform.warehouse.database_url import on_same_server
from belib_platform_tests.examples import examples
from belib_platform_tests.raw.archive.days import DAY, NEXT, at_noon, keep_day
from belib_platform_tests.raw.made_pages import response
from belib_platform_tests.sources.portal_records import live

MANY = settings(max_examples=examples(150), suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def three_lines(stores: Urls, tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """Two days, one of them in its second revision; no test changes it."""
    made = Archive(tmp_path_factory.mktemp("archive"))
    client: MongoClient[dict[str, object]] = MongoClient(on_same_server(stores.mongo, "test_verify"), tz_aware=True)
    with client:
        store = RawStore(client.get_default_database())
        for day in (DAY, NEXT):
            keep_day(store, day)
            archive_day(made, store, day)
        late: Response = response([live(9)], at_noon(DAY).replace(hour=20))
        store.keep("raw_belib", [late])
        archive_day(made, store, DAY)
        client.drop_database("test_verify")
    return made


@pytest.fixture
def copy(three_lines: Archive, tmp_path: Path) -> Archive:
    """One to spoil."""
    return Archive(Path(shutil.copytree(three_lines.folder, tmp_path / "copy")))


def files(archive: Archive) -> list[Path]:
    """What the archive consists of."""
    return sorted(path for path in archive.folder.rglob("*.*") if path.name != "archive.lock" and path.is_file())


def test_what_was_archived_is_sound(three_lines: Archive) -> None:
    found = verify(three_lines)
    assert (found.broken, found.absent, found.strays) == ([], [], [])
    assert [(entry.day, entry.revision) for entry in found.entries] == [(DAY, 2), (NEXT, 1)]
    assert [path.name for path in files(three_lines)] == [
        f"belib_raw_{DAY}.r2.tar.zst",
        f"belib_raw_{NEXT}.tar.zst",
        NAME,
    ]


@MANY
@given(where=st.data())
def test_a_changed_byte_anywhere_is_found_and_named(three_lines: Archive, where: st.DataObject) -> None:
    path = where.draw(st.sampled_from(files(three_lines)), label="file")
    content = path.read_bytes()
    at = where.draw(st.integers(0, len(content) - 1), label="byte")
    flipped = content[at] ^ where.draw(st.integers(1, 255), label="bits")
    try:
        path.write_bytes(content[:at] + bytes([flipped]) + content[at + 1 :])
        broken = verify(three_lines).broken
    finally:
        path.write_bytes(content)
    assert broken
    assert path.name in broken[0].file
    assert broken[0].rule == (RULE if path.name == NAME else "file_has_its_sha256")


@MANY
@given(where=st.data())
def test_a_file_cut_anywhere_is_found(three_lines: Archive, where: st.DataObject) -> None:
    path = where.draw(st.sampled_from(files(three_lines)), label="file")
    content = path.read_bytes()
    lines = [0, *(at + 1 for at, byte in enumerate(content) if byte == ord("\n"))] if path.name == NAME else []
    length = where.draw(st.integers(0, len(content) - 1).filter(lambda n: n not in lines or n == 0), label="length")
    try:
        path.write_bytes(content[:length])
        broken = verify(three_lines).broken
    finally:
        path.write_bytes(content)
    assert broken
    assert path.name in broken[0].file


@pytest.mark.parametrize("gone", [0, 1])
def test_a_line_taken_out_breaks_the_chain(copy: Archive, gone: int) -> None:
    path = copy.folder / NAME
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(line for n, line in enumerate(lines) if n != gone))
    [said] = [str(broken) for broken in verify(copy).broken if broken.rule == RULE]
    where = f"{(NEXT, DAY)[gone]}, {NAME} line {gone + 1}"
    assert said == f"{where}: {RULE} is false: the line before is not the one this line follows"


def test_the_last_line_taken_out_shows_in_the_hash_and_in_a_file_nobody_names(copy: Archive) -> None:
    head, path = verify(copy).head, copy.folder / NAME
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:-1]))
    found = verify(copy)
    assert found.head != head
    assert found.strays == [f"{DAY:%Y}/belib_raw_{DAY}.r2.tar.zst"]
    assert [broken.rule for broken in found.broken] == ["file_is_there"], "of the revision before"


def test_a_line_rewritten_with_its_own_hash_right_breaks_the_next(copy: Archive) -> None:
    path = copy.folder / NAME
    first, *others = path.read_text().splitlines()
    forged = parse_line(first).model_copy(update={"ledger_rows": 1})
    path.write_text("\n".join([forged.line(), *others, ""]))
    assert [broken.file for broken in verify(copy).broken] == [f"{NAME} line 2"]


def test_swapped_files_are_found(copy: Archive) -> None:
    one, other, _ = files(copy)
    aside = one.replace(copy.folder / "aside")
    other.replace(one)
    aside.replace(other)
    assert {broken.file.rpartition("/")[2] for broken in verify(copy).broken} == {one.name, other.name}


def test_a_day_between_without_an_entry_is_named(archive: Archive, store: RawStore) -> None:
    archive_day(archive, store, DAY)
    archive_day(archive, store, DAY.replace(day=DAY.day + 2))
    assert verify(archive).absent == [NEXT]


def test_an_empty_archive_is_not_a_sound_one(archive: Archive) -> None:
    assert [broken.rule for broken in verify(archive).broken] == ["manifest_is_there"]


def test_nothing_is_added_to_a_broken_chain(copy: Archive, store: RawStore) -> None:
    path = copy.folder / NAME
    path.write_bytes(path.read_bytes().replace(b'"revision":2', b'"revision":3'))
    before = path.read_bytes()
    with pytest.raises(BrokenError, match=f"{NAME} line 3: {RULE}"):
        archive_day(copy, store, DAY)
    with pytest.raises(BrokenError):
        append(copy.folder, copy.chain().entries[0])
    assert path.read_bytes() == before


@pytest.mark.parametrize("file", ["../../etc/passwd", "/etc/passwd", "2025/other.tar.zst"])
def test_no_entry_names_a_file_of_elsewhere(three_lines: Archive, file: str) -> None:
    entry: Entry = three_lines.chain().entries[0]
    with pytest.raises(Exception, match="the file of this day and revision is"):
        parse_line(entry.model_copy(update={"file": file}).line())
