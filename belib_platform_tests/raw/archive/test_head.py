"""The head of the archive, noted elsewhere: with it a rollback shows, and a chain that somebody signed again."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from belib_platform.local.addresses import Addresses
from belib_platform.monitoring.health import facts
from belib_platform.monitoring.observer import Observer
from belib_platform.raw.archive.archive import Archive, archive_day, archive_of
from belib_platform.raw.archive.entry import NOTHING_BEFORE
from belib_platform.raw.archive.errors import BrokenError
from belib_platform.raw.archive.head import HEAD_RULE, ArchiveHead, archive_head, archive_head_if_sound
from belib_platform.raw.archive.manifest import NAME
from belib_platform.raw.archive.verifying import verify
from belib_platform.raw.response import sha256
from belib_platform.raw.store import RawStore
from belib_platform.settings import Settings
from belib_platform_tests.raw.archive.days import DAY, NEXT, at_noon, keep_day, sign_again
from belib_platform_tests.raw.made_pages import response
from belib_platform_tests.sources.portal_records import live


@pytest.fixture
def archived(archive: Archive, store: RawStore) -> Archive:
    """Two days; the older is archived last, so that the newest day is not that of the last line."""
    for day in (NEXT, DAY):
        keep_day(store, day, 1)
        archive_day(archive, store, day)
    return archive


def broken_rules(archive: Archive, noted: str) -> list[str]:
    return [broken.rule for broken in verify(archive, noted_head=noted).broken]


def test_it_names_the_newest_day_and_the_last_hash(archived: Archive) -> None:
    assert archive_head(archived) == ArchiveHead(NEXT, archived.chain().head)


def test_before_anything_is_archived_there_is_none(archive: Archive) -> None:
    assert archive_head(archive) is None
    assert broken_rules(archive, NOTHING_BEFORE) == [HEAD_RULE, "manifest_is_there"]


def test_a_head_noted_earlier_is_still_in_the_chain(archived: Archive, store: RawStore) -> None:
    noted = archived.chain().head
    archive_day(archived, store, NEXT + timedelta(days=1))
    assert archived.chain().head != noted
    assert broken_rules(archived, noted) == []
    assert broken_rules(archived, noted.upper()) == []


def test_a_rollback_shows(archived: Archive, store: RawStore, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(archived.folder, tmp_path / "copy"))
    archive_day(archived, store, NEXT + timedelta(days=1))
    noted = archived.chain().head
    assert verify(Archive(copy)).broken == [], "sound by itself"
    assert broken_rules(Archive(copy), noted) == [HEAD_RULE]


def test_days_with_a_newer_revision_since_are_named(archived: Archive, store: RawStore) -> None:
    noted = archived.chain().head
    assert verify(archived, noted_head=noted).superseded == []
    store.keep("raw_belib", [response([live(9)], at_noon(DAY).replace(hour=20), origin="import")])
    archive_day(archived, store, DAY)
    found = verify(archived, noted_head=noted)
    assert (found.broken, found.superseded) == ([], [DAY])


def test_a_line_in_another_spelling_is_none(archived: Archive) -> None:
    [first, *others] = (archived.folder / NAME).read_text().splitlines(keepends=True)
    hashed = first.partition(',"entry_sha256"')[0].replace('"format":1,', '"format":1,"format":1,')
    spelled = f'{hashed},"entry_sha256":"{sha256(hashed.encode())}"}}\n'
    (archived.folder / NAME).write_text("".join([spelled, *others]))
    assert "another spelling" in verify(archived).broken[0].reason


def test_a_chain_that_was_signed_again_shows(archived: Archive) -> None:
    noted = archived.chain().head
    sign_again(archived, lambda entry: {"made_at": entry.made_at + timedelta(seconds=1)})
    assert verify(archived).broken == [], "sound by itself"
    assert broken_rules(archived, noted) == [HEAD_RULE]


def test_a_broken_manifest_has_no_head(archived: Archive) -> None:
    manifest = archived.folder / NAME
    manifest.write_bytes(manifest.read_bytes().replace(b'"revision":1', b'"revision":2', 1))
    with pytest.raises(BrokenError):
        archive_head(archived)
    assert archive_head_if_sound(archived) is None


def test_the_health_of_the_platform_carries_it(store: RawStore, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, _env_file=None)
    observer = Observer(settings, Addresses(settings), kept_s=0)
    assert facts(observer.observe())["archive_head"] is None
    archive = archive_of(settings)
    archive_day(archive, store, DAY)
    said = {"newest_day": str(DAY), "sha256": archive.chain().head}
    assert facts(observer.observe())["archive_head"] == said
