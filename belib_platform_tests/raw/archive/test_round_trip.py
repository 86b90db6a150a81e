"""What comes back is what was there: every document field by field, every body byte by byte."""

import hashlib
import io
import json
import tarfile
from pathlib import Path

import pytest
import zstandard

from belib_platform.raw.archive.archive import Archive, archive_day
from belib_platform.raw.archive.errors import ArchiveError
from belib_platform.raw.archive.restoring import restore_day
from belib_platform.raw.archive.verifying import verify
from belib_platform.raw.store import DISPLACED, RawStore
from belib_platform_tests.raw.archive.days import DAY, NEXT, at_noon, documents, keep_day, lose
from belib_platform_tests.raw.made_pages import response
from belib_platform_tests.sources.portal_records import live


def test_a_dropped_database_comes_back_document_by_document(archive: Archive, store: RawStore) -> None:
    pages = [*keep_day(store, DAY), *keep_day(store, NEXT, 40)]
    before = documents(store, DAY, NEXT)
    assert sum(map(len, before.values())) == 2 * len(pages) + 4
    for day in (DAY, NEXT):
        assert archive_day(archive, store, day) is not None
    lose(store)
    assert restore_day(archive, store, DAY) == {"belib", "belib_static", "open_meteo", "infoclimat"}
    restore_day(archive, store, NEXT)
    assert documents(store, DAY, NEXT) == before
    restore_day(archive, store, NEXT)
    assert documents(store, DAY, NEXT) == before
    assert archive_day(archive, store, DAY) is None, "what came back is what was archived"


def test_any_tool_reads_the_file(archive: Archive, store: RawStore) -> None:
    pages = keep_day(store)
    entry = archive_day(archive, store, DAY)
    assert entry is not None
    content = (archive.folder / entry.file).read_bytes()
    assert hashlib.sha256(content).hexdigest() == entry.sha256
    raw = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(content)).read()
    with tarfile.open(fileobj=io.BytesIO(raw)) as tar:
        files = {member.name: tar.extractfile(member).read() for member in tar}  # type: ignore[union-attr]
    heads = [json.loads(line) for line in files["pages.jsonl"].splitlines()]
    assert {(head["source"], head["sha256"]) for head in heads} == {(p.source, p.sha256) for p in pages}
    assert all(hashlib.sha256(files[head["file"]]).hexdigest() == head["sha256"] for head in heads)
    assert sorted(files) == sorted(["pages.jsonl", "ledger.jsonl", *(head["file"] for head in heads)])
    rows = [json.loads(line) for line in files["ledger.jsonl"].splitlines()]
    assert rows == store.ledger.attempts(DAY)
    assert hashlib.sha256(files["pages.jsonl"] + files["ledger.jsonl"]).hexdigest() == entry.content_sha256
    order = [(head["collection"], head["source"], head["fetched_at"]) for head in heads]
    assert order == sorted(order)


def test_the_same_content_is_the_same_bytes(store: RawStore, tmp_path: Path) -> None:
    keep_day(store)
    entries = [archive_day(Archive(tmp_path / name), store, DAY) for name in ("one", "other")]
    assert len({entry.sha256 for entry in entries if entry}) == 1


def test_a_day_without_anything_is_an_entry_too(archive: Archive, store: RawStore) -> None:
    entry = archive_day(archive, store, DAY)
    assert entry is not None
    assert (entry.page_count, entry.ledger_rows, entry.pages) == (0, 0, {})
    assert verify(archive).broken == []
    assert restore_day(archive, store, DAY) == set()


def test_a_late_page_makes_a_new_revision_and_the_chain_holds(archive: Archive, store: RawStore) -> None:
    keep_day(store)
    first = archive_day(archive, store, DAY)
    archive_day(archive, store, NEXT)
    assert archive_day(archive, store, DAY) is None
    store.keep("raw_belib", [response([live(9)], at_noon(DAY).replace(hour=20), origin="import")])
    second = archive_day(archive, store, DAY)
    assert first is not None
    assert second is not None
    assert (second.revision, second.page_count) == (2, first.page_count + 1)
    found = verify(archive)
    assert (found.broken, found.strays) == ([], [])
    assert [entry.day for entry in archive.chain().entries] == [DAY, NEXT, DAY]
    assert not (archive.folder / first.file).exists()
    before = documents(store)
    lose(store)
    restore_day(archive, store, DAY)
    assert documents(store) == before


def test_a_lost_file_is_made_again(archive: Archive, store: RawStore) -> None:
    keep_day(store)
    first = archive_day(archive, store, DAY)
    assert first is not None
    (archive.folder / first.file).unlink()
    assert [broken.rule for broken in verify(archive).broken] == ["file_is_there"]
    again = archive_day(archive, store, DAY)
    assert again is not None
    assert (again.revision, again.sha256) == (2, first.sha256)
    assert verify(archive).broken == []


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ({"$set": {"body": zstandard.compress(b"[]")}}, "another body than the one whose SHA-256 it holds"),
        ({"$set": {"body": b"not zstd"}}, "has no body that can be read"),
        ({"$set": {"weight": 3}}, "holds weight, which the archive would lose"),
    ],
)
def test_a_damaged_document_is_named_and_not_archived(
    archive: Archive, store: RawStore, damage: dict[str, object], said: str
) -> None:
    pages = keep_day(store)
    store.database["raw_belib"].update_one({"_id": pages[1].id}, damage)
    with pytest.raises(ArchiveError, match=f"{pages[1].id} of raw_belib .*{said}"):
        archive_day(archive, store, DAY)
    assert archive.chain().entries == []


def test_a_ledger_row_that_json_cannot_hold_is_named(archive: Archive, store: RawStore) -> None:
    keep_day(store)
    [row, *_] = store.ledger.attempts(DAY)
    store.ledger.collection.update_one({"_id": row["_id"]}, {"$set": {"at": ["noon"]}})
    with pytest.raises(ArchiveError, match=f"^{DAY} cannot be archived: {row['_id']} of poll_attempt at"):
        archive_day(archive, store, DAY)


def test_what_stands_in_the_place_of_an_archived_page_is_displaced_and_kept(archive: Archive, store: RawStore) -> None:
    pages = keep_day(store)
    archive_day(archive, store, DAY)
    before = documents(store)
    lose(store)
    other = response([live(8)], pages[0].fetched_at)
    store.keep("raw_belib", [other])
    store.retired.note(DAY, {})
    restore_day(archive, store, DAY)
    assert documents(store) == before
    assert store.retired.all() == set()
    [displaced] = store.database[DISPLACED].find({"collection": "raw_belib"})
    assert (displaced["document"]["_id"], displaced["document"]["sha256"]) == (pages[0].id, other.sha256)
