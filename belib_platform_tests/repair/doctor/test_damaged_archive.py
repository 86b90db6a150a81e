"""Raw and the archive damaged at once: nothing is made of raw, or given up, that nobody knows to be as it was."""

from collections.abc import Callable
from itertools import product

import pytest
import zstandard

from belib_platform.raw.archive.archive import Archive, DamagedRawError, archive_day
from belib_platform.raw.archive.errors import ArchiveError
from belib_platform.raw.archive.restoring import restore_day
from belib_platform.raw.response import between, sha256
from belib_platform.raw.store import RawStore
from belib_platform.repair.doctor.examining import Examined
from belib_platform.repair.doctor.finding import Remedy
from belib_platform.repair.doctor.unreadable import ARCHIVE
from belib_platform_tests.raw.archive.days import DAY
from belib_platform_tests.raw.made_pages import NOON, response
from belib_platform_tests.repair.doctor.conftest import Look
from belib_platform_tests.sources.portal_records import live

OF_DAY = between(DAY, DAY)
SOUND = {**OF_DAY, "verdict": "sound"}
FORBIDDEN = {Remedy.REFOLD, Remedy.ACCEPT, Remedy.LEDGER, Remedy.ARCHIVE}
"""What makes something of raw as it is."""


def bodies_and_hashes(store: RawStore) -> None:
    body = response([live(n) for n in range(5)]).body
    change = {"body": zstandard.compress(body), "sha256": sha256(body)}
    store.database["raw_belib"].update_many(SOUND, {"$set": change})


def bodies_only(store: RawStore) -> None:
    store.database["raw_belib"].update_many(SOUND, {"$set": {"body": zstandard.compress(b"[]")}})


def pages_gone(store: RawStore) -> None:
    store.database["raw_belib"].delete_many({})


def rows_gone(store: RawStore) -> None:
    store.database["poll_attempt"].delete_many({})


def no_harm(_: object) -> None:
    pass


def flip_head(archive: Archive) -> None:
    _flip(archive, 60)


def flip_body(archive: Archive) -> None:
    _flip(archive, -9)


def file_gone(archive: Archive) -> None:
    (archive.folder / archive.entry(DAY).file).unlink()


def flip_manifest(archive: Archive) -> None:
    path = archive.folder / "manifest.jsonl"
    content = bytearray(path.read_bytes())
    content[60] ^= 4
    path.write_bytes(content)


def file_and_manifest(archive: Archive) -> None:
    flip_head(archive)
    flip_manifest(archive)


def _flip(archive: Archive, at: int) -> None:
    path = archive.folder / archive.entry(DAY).file
    content = bytearray(path.read_bytes())
    content[at] ^= 4
    path.write_bytes(content)


HARM_OF_RAW: list[Callable[[RawStore], None]] = [bodies_and_hashes, bodies_only, pages_gone, rows_gone]
HARM_OF_FILE: list[Callable[[Archive], None]] = [flip_head, flip_body, file_gone]
HARM_OF_MANIFEST: list[Callable[[Archive], None]] = [flip_manifest, file_and_manifest]


def remedies(found: Examined) -> set[Remedy]:
    return {finding.remedy for finding in found.differences if finding.remedy}


@pytest.mark.family
@pytest.mark.parametrize("raw", HARM_OF_RAW)
def test_raw_alone_is_restored_and_nothing_else(
    store: RawStore, archive: Archive, look: Look, raw: Callable[[RawStore], None]
) -> None:
    raw(store)
    assert remedies(look()) & (FORBIDDEN | {Remedy.RESTORE}) == {Remedy.RESTORE}
    restore_day(archive, store, DAY)
    assert remedies(look()) == {Remedy.REFOLD}


@pytest.mark.family
@pytest.mark.parametrize(("raw", "file"), list(product(HARM_OF_RAW, HARM_OF_FILE)))
def test_raw_and_the_file_are_for_a_person_to_judge(
    store: RawStore,
    archive: Archive,
    look: Look,
    raw: Callable[[RawStore], None],
    file: Callable[[Archive], None],
) -> None:
    raw(store)
    file(archive)
    found = look()
    assert remedies(found) & (FORBIDDEN | {Remedy.RESTORE}) == set()
    layers = {finding.layer for finding in found.differences}
    assert layers >= {"archive ↔ raw"}
    with pytest.raises(ArchiveError):  # and rightly so: neither would succeed
        restore_day(archive, store, DAY)
    with pytest.raises(ArchiveError):
        archive_day(archive, store, DAY)


@pytest.mark.family
@pytest.mark.parametrize(("raw", "manifest"), list(product([no_harm, *HARM_OF_RAW], HARM_OF_MANIFEST)))
def test_while_the_manifest_is_broken_nothing_is_made_of_raw(
    store: RawStore,
    archive: Archive,
    look: Look,
    raw: Callable[[RawStore], None],
    manifest: Callable[[Archive], None],
) -> None:
    raw(store)
    manifest(archive)
    found = look()
    assert remedies(found) & (FORBIDDEN | {Remedy.RESTORE}) == set()
    assert ARCHIVE in found.unreadable
    assert raw not in {bodies_only, pages_gone} or "ledger ↔ raw" in {f.layer for f in found.differences}


@pytest.mark.family
@pytest.mark.parametrize("file", HARM_OF_FILE)
def test_the_file_alone_is_made_again_from_raw(
    store: RawStore, archive: Archive, look: Look, file: Callable[[Archive], None]
) -> None:
    file(archive)
    assert remedies(look()) == {Remedy.ARCHIVE, Remedy.REFOLD}
    archive_day(archive, store, DAY)
    assert remedies(look()) == {Remedy.REFOLD}


def test_a_day_whose_bodies_are_damaged_is_not_to_be_archived(store: RawStore, archive: Archive, look: Look) -> None:
    store.keep("raw_belib", [response([live(1)], NOON.replace(hour=20))])
    assert Remedy.ARCHIVE in remedies(look())
    added = {"_id": response([], NOON.replace(hour=20)).id}
    store.database["raw_belib"].update_one(added, {"$set": {"body": zstandard.compress(b"[]")}})
    assert remedies(look()) == set()
    with pytest.raises(ArchiveError) as refused:
        archive_day(archive, store, DAY)
    assert not isinstance(refused.value, DamagedRawError)
