"""The ledger: what is archived of it is put back, also of a retired day, and never corrected against the archive."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import dagster as dg
import pytest

from belib_platform.raw.archive.archive import Archive, archive_day
from belib_platform.raw.archive.restoring import restore_day
from belib_platform.raw.archive.retiring import retire_day
from belib_platform.raw.response import between
from belib_platform.raw.store import RawStore
from belib_platform.repair.doctor.finding import Remedy
from belib_platform.repair.doctor.healing import heal
from belib_platform.repair.doctor.ledger import responses_to_note, unnoted_responses
from belib_platform.repair.doctor.stores import Stores
from belib_platform_tests.raw.archive.days import DAY, documents
from belib_platform_tests.raw.made_pages import NOON, response
from belib_platform_tests.repair.doctor.conftest import Look
from belib_platform_tests.sources.portal_records import live

OF_DAY = between(DAY, DAY)
SOUND = {**OF_DAY, "outcome": "sound"}
FAILED_AT = NOON + timedelta(hours=4)

FreshStores = Callable[[], Stores]
Harm = Callable[[RawStore], Any]

HARM: dict[str, Harm] = {
    "changed": lambda s: s.ledger.collection.update_many(SOUND, {"$set": {"outcome": "failed", "record_count": 77}}),
    "deleted": lambda s: s.ledger.collection.delete_many(OF_DAY),
    "spoilt": lambda s: s.ledger.collection.update_many(SOUND, {"$unset": {"outcome": ""}}),
    "another kind of number": lambda s: s.ledger.collection.update_many(SOUND, {"$set": {"record_count": 2.0}}),
}


@pytest.mark.family
@pytest.mark.parametrize("harm", HARM.values(), ids=HARM.keys())
def test_the_attempts_of_a_retired_day_are_put_back_and_its_pages_stay_away(
    store: RawStore, archive: Archive, look: Look, fresh_stores: FreshStores, harm: Harm
) -> None:
    retire_day(archive, store, DAY)
    before = documents(store)
    assert look().is_well
    harm(store)
    found = look()
    assert [(f.layer, f.remedy) for f in found.differences] == [("archive ↔ ledger", Remedy.LEDGER)]
    with dg.DagsterInstance.ephemeral() as instance:
        assert heal(fresh_stores(), instance, found.differences) == []
    assert documents(store) == before
    assert look().is_well
    restore_day(archive, store, DAY)
    assert archive_day(archive, store, DAY) is None


def test_attempts_of_a_retired_day_whose_file_is_gone_cannot_be_compared(
    store: RawStore, archive: Archive, look: Look
) -> None:
    retire_day(archive, store, DAY)
    store.ledger.collection.delete_many(OF_DAY)
    (archive.folder / archive.entry(DAY).file).unlink()
    [finding] = look().differences
    assert "the day is retired" in finding.summary
    assert finding.remedy is None


@pytest.mark.parametrize("origin", ["poll", "import"])
def test_a_page_that_came_for_an_archived_failure_is_noted_and_archived(
    store: RawStore, archive: Archive, look: Look, fresh_stores: FreshStores, origin: str
) -> None:
    store.keep("raw_belib", [response([live(1)], FAILED_AT, origin=origin)])
    assert Remedy.LEDGER in {finding.remedy for finding in look().differences}
    store.ledger.correct(responses_to_note(fresh_stores(), DAY))
    assert unnoted_responses(store, DAY) == []
    assert archive_day(archive, store, DAY) is not None
    restore_day(archive, store, DAY)
    assert archive_day(archive, store, DAY) is None
    assert {finding.remedy for finding in look().differences} == {Remedy.REFOLD}


def test_an_outcome_that_may_follow_what_is_archived_is_noted(
    store: RawStore, archive: Archive, look: Look, fresh_stores: FreshStores
) -> None:
    later = NOON + timedelta(hours=6)
    store.keep("raw_belib", [response([live(1)], later)])
    store.ledger.collection.delete_one({"_id": f"belib/{int(later.timestamp()) * 1000}"})
    assert Remedy.LEDGER in {finding.remedy for finding in look().differences}
    store.ledger.correct(responses_to_note(fresh_stores(), DAY))
    assert unnoted_responses(store, DAY) == []
    assert archive_day(archive, store, DAY) is not None
