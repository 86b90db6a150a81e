"""Killed before every single step: the archive stays verifiable, raw stays whole or restorable, the next run heals."""

import signal

import pytest

from belib_platform.raw.archive.archive import Archive, archive_day
from belib_platform.raw.archive.restoring import restore_day
from belib_platform.raw.archive.retiring import retire_day
from belib_platform.raw.archive.verifying import verify
from belib_platform.raw.retired import RetiredDayError
from belib_platform.raw.store import RawStore
from belib_platform_tests.forks import FORKS
from belib_platform_tests.raw.archive.days import DAY, NEXT, at_noon, documents, keep_day, lose
from belib_platform_tests.raw.archive.dying import work_until_killed
from belib_platform_tests.raw.made_pages import response
from belib_platform_tests.sources.portal_records import live

pytestmark = pytest.mark.slow

MOST = 60
"""Steps none of these needs."""


def killed(work: str, mongo_url: str, archive: Archive, step: int) -> bool:
    """Whether a process that does this was killed before its step; false when it came to its end."""
    dying = FORKS.Process(target=work_until_killed, args=(work, mongo_url, str(archive.folder), DAY, step))
    dying.start()
    dying.join(60)
    assert dying.exitcode in {0, -signal.SIGKILL}
    return dying.exitcode != 0


def test_archiving(archive: Archive, store: RawStore, mongo_url: str) -> None:
    keep_day(store)
    keep_day(store, NEXT)
    archive_day(archive, store, DAY)
    archive_day(archive, store, NEXT)
    store.keep("raw_belib", [response([live(9)], at_noon(DAY).replace(hour=20))])
    before, step = documents(store), 0
    while killed("archive", mongo_url, archive, step):
        assert verify(archive).broken == []
        assert documents(store) == before
        step += 1
        assert step < MOST
    assert step > 5
    found = verify(archive)
    assert (found.broken, found.strays) == ([], [])
    assert (found.entries[0].day, found.entries[0].revision) == (DAY, 2)
    lose(store)
    restore_day(archive, store, DAY)
    assert documents(store) == before


@pytest.mark.parametrize("heal", ["go on", "restore"])
def test_retiring(archive: Archive, store: RawStore, mongo_url: str, heal: str) -> None:
    pages, step = keep_day(store), 0
    before = documents(store)
    archive_day(archive, store, DAY)
    while killed("retire", mongo_url, archive, step):
        left = sum(len(store.responses(name).all_responses(DAY, DAY)) for name in before if name != "poll_attempt")
        assert left == len(pages) or store.retired.all() == {DAY}, "noted before the first page goes"
        if heal == "go on":
            retire_day(archive, store, DAY)
            assert not any(held for name, held in documents(store).items() if name != "poll_attempt")
            with pytest.raises(RetiredDayError):
                store.responses("raw_belib").responses(DAY)
        restore_day(archive, store, DAY)
        assert documents(store) == before
        assert store.retired.all() == set()
        step += 1
        assert step < MOST
    assert step > 3
    assert documents(store)["poll_attempt"] == before["poll_attempt"]


def test_restoring(archive: Archive, store: RawStore, mongo_url: str) -> None:
    keep_day(store)
    before, step = documents(store), 0
    archive_day(archive, store, DAY)
    lose(store)
    store.retired.note(DAY, {})
    while killed("restore", mongo_url, archive, step):
        assert store.retired.all() == {DAY} or documents(store) == before, "whole before the note is lifted"
        if step % 3 == 2:
            restore_day(archive, store, DAY)
            assert documents(store) == before
            lose(store)
            store.retired.note(DAY, {})
        step += 1
        assert step < MOST
    assert step > 3
    assert documents(store) == before
