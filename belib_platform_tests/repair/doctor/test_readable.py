"""Documents that nothing of ours wrote are named, and cost their own day only the layers that would read them."""

from collections.abc import Callable
from typing import Any

import pytest

from belib_platform.raw.archive.archive import Archive
from belib_platform.raw.response import between, epoch_ms
from belib_platform.raw.store import RawStore
from belib_platform.repair.doctor.finding import Remedy
from belib_platform_tests.raw.archive.days import DAY
from belib_platform_tests.raw.made_pages import NOON
from belib_platform_tests.repair.doctor.conftest import Look

OF_DAY = between(DAY, DAY)
STRAY = {"_id": "stray", "fetched_at_ms": epoch_ms(NOON)}

Harm = Callable[[RawStore], Any]

STRAYS: list[Harm] = [
    lambda s: s.database["raw_belib"].insert_one({**STRAY, "source": "belib"}),
    lambda s: s.database["raw_meteo"].insert_one(dict(STRAY)),
    lambda s: s.ledger.collection.insert_one(dict(STRAY)),
]

SPOILT: list[Harm] = [
    lambda s: s.database["raw_belib"].update_many(OF_DAY, {"$unset": {"received_at": ""}}),
    lambda s: s.database["raw_belib"].update_many(OF_DAY, {"$set": {"received_at": "noon"}}),
    lambda s: s.database["raw_belib"].update_many(OF_DAY, {"$unset": {"verdict": ""}}),
    *(
        lambda s, name=name: s.ledger.collection.update_many(OF_DAY, {"$unset": {name: ""}})
        for name in ("source", "outcome", "origin")
    ),
    lambda s: s.ledger.collection.update_many(OF_DAY, {"$set": {"record_count": "two"}}),
    lambda s: s.ledger.collection.update_many(OF_DAY, {"$set": {"outcome": 1}}),
]


@pytest.mark.family
@pytest.mark.parametrize("harm", [*STRAYS, *SPOILT])
def test_of_a_day_that_is_not_archived_they_are_named_and_nothing_is_made(
    store: RawStore, archive: Archive, look: Look, harm: Harm
) -> None:
    (archive.folder / archive.entry(DAY).file).unlink()
    (archive.folder / "manifest.jsonl").unlink()
    harm(store)
    found = look()
    assert found.unreadable == {}
    assert "raw" in {finding.layer for finding in found.differences}
    assert {finding.remedy for finding in found.differences} <= {None, Remedy.ARCHIVE}


@pytest.mark.parametrize("harm", STRAYS)
def test_strays_on_an_archived_day_are_named(store: RawStore, look: Look, harm: Harm) -> None:
    harm(store)
    found = look()
    assert {finding.layer for finding in found.differences} == {"raw", "archive ↔ raw"}
    assert {finding.remedy for finding in found.differences} == {None}
    assert any("stray" in finding.example for finding in found.differences)


@pytest.mark.family
@pytest.mark.parametrize("harm", SPOILT)
def test_what_is_spoilt_and_archived_is_restored(store: RawStore, look: Look, harm: Harm) -> None:
    harm(store)
    found = look()
    assert {finding.remedy for finding in found.differences} == {Remedy.RESTORE}
