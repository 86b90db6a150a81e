"""Raw that was changed after it was archived: found, named, never followed by the archive, and healed from it."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import zstandard

from belib_platform.checks.archive import raw_keeps_what_was_archived
from belib_platform.raw.archive.archive import Archive, DamagedRawError, archive_day
from belib_platform.raw.archive.changes import changes
from belib_platform.raw.archive.due import archive_days, unequal_days
from belib_platform.raw.archive.errors import ArchiveError
from belib_platform.raw.archive.raw_day import COLLECTIONS, raw_day
from belib_platform.raw.archive.restoring import restore_day
from belib_platform.raw.archive.retiring import retire_day
from belib_platform.raw.archive.verifying import verify
from belib_platform.raw.response import BodyError, between, body_of
from belib_platform.raw.store import RawStore
from belib_platform.recordings.pages import Page, keep_pages
from belib_platform_tests.raw.archive.days import DAY, NEXT, at_noon, documents, keep_day, lose
from belib_platform_tests.raw.archive.harm import HARM, STRAYS, first_of, set_field, update
from belib_platform_tests.raw.made_pages import response
from belib_platform_tests.sources.explore_bodies import pages_of
from belib_platform_tests.sources.portal_records import live

LATER = NEXT + timedelta(days=1)


def late_page(store: RawStore) -> None:
    store.keep("raw_belib", [response([live(9)], at_noon(DAY).replace(hour=20), origin="import")])


@pytest.fixture
def archived(archive: Archive, store: RawStore) -> Archive:
    """Two days in the archive."""
    for day, count in ((DAY, 3), (NEXT, 1)):
        keep_day(store, day, count)
        archive_day(archive, store, day)
    return archive


def state_of(archive: Archive) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in archive.folder.rglob("*belib_raw_*")} | {
        archive.folder / "manifest.jsonl": (archive.folder / "manifest.jsonl").read_bytes()
    }


def everything_in(store: RawStore) -> list[dict[str, Any]]:
    return [document for name in (*COLLECTIONS, "poll_attempt") for document in store.database[name].find()]


def refused(archive: Archive, store: RawStore, harm: str) -> None:
    """Whoever would archive or retire the day refuses, names it, and changes neither side."""
    files, harmed = state_of(archive), everything_in(store)
    with pytest.raises(DamagedRawError, match=f"(?s)^{DAY}: raw was changed .* `belib archive restore {DAY}`"):
        archive_day(archive, store, DAY)
    done = archive_days(archive, store, [DAY], today=LATER)
    assert DAY in done.damaged_raw, harm
    assert not raw_keeps_what_was_archived(done).passed
    assert list(unequal_days(archive, store, [DAY])) == [DAY]
    with pytest.raises(ArchiveError):
        retire_day(archive, store, DAY)
    assert state_of(archive) == files, harm
    assert everything_in(store) == harmed, harm


@pytest.mark.parametrize("group", [0, *(pytest.param(group, marks=pytest.mark.slow) for group in range(1, 6))])
def test_the_archive_never_follows_damage_and_heals_it(archived: Archive, store: RawStore, group: int) -> None:
    before = documents(store, DAY, NEXT)
    for harm in list(HARM)[group::6]:
        HARM[harm](store)
        refused(archived, store, harm)
        restore_day(archived, store, DAY)
        assert documents(store, DAY, NEXT) == before, harm
        assert archive_day(archived, store, DAY) is None, harm
    assert verify(archived).broken == []


@pytest.mark.family
@pytest.mark.parametrize("stray", STRAYS)
def test_what_nothing_of_ours_wrote_is_not_archived_and_a_restore_moves_it_away(
    archived: Archive, store: RawStore, stray: str
) -> None:
    before, files = documents(store, DAY, NEXT), state_of(archived)
    STRAYS[stray](store)
    with pytest.raises(ArchiveError, match=f"^{DAY} cannot be archived: "):
        archive_day(archived, store, DAY)
    assert DAY in archive_days(archived, store, [DAY], today=LATER).refused
    with pytest.raises(ArchiveError):
        retire_day(archived, store, DAY)
    assert state_of(archived) == files
    restore_day(archived, store, DAY)
    assert documents(store, DAY, NEXT) == before
    assert archive_day(archived, store, DAY) is None
    assert store.database["displaced_document"].count_documents({}) == 1


def other_body(body: bytes) -> list[Any]:
    """What a disk or a hand may leave of a body: a bit of its head flipped, and what is none."""
    flipped = [bytes([*body[: n // 8], body[n // 8] ^ 1 << n % 8, *body[n // 8 + 1 :]]) for n in range(96)]
    return [
        *(kept for kept in flipped if is_other(kept, body_of({"body": body}))),
        b"",
        b"no zstd",
        body[:-1],
        None,
        "text",
        zstandard.compress(b"[]"),
    ]


def is_other(kept: bytes, body: bytes) -> bool:
    """Whether it is read as something else than before: some bits of a head say nothing."""
    try:
        return body_of({"body": kept}) != body
    except BodyError:
        return True


@pytest.mark.slow
def test_whatever_becomes_of_a_body_the_night_names_it_and_a_restore_heals_it(
    archived: Archive, store: RawStore
) -> None:
    before, pages = documents(store, DAY, NEXT), store.database["raw_belib"]
    found = first_of(store, "raw_belib")
    for body in other_body(found["body"]):
        pages.update_one({"_id": found["_id"]}, {"$set": {"body": body}})
        (archived.folder / "compared.json").unlink(missing_ok=True)
        assert found["_id"] in archive_days(archived, store, [], today=LATER).damaged_raw[DAY]
        restore_day(archived, store, DAY)
    assert documents(store, DAY, NEXT) == before
    late_page(store)
    pages.update_one({"_id": found["_id"]}, {"$set": {"body": None}})
    with pytest.raises(ArchiveError, match="has no body that can be read"):
        archive_day(archived, store, DAY)


def test_attempts_of_a_retired_day_are_compared(archived: Archive, store: RawStore) -> None:
    before = store.ledger.attempts(DAY)
    retire_day(archived, store, DAY)
    store.ledger.collection.delete_one({"_id": before[0]["_id"]})
    done = archive_days(archived, store, [], today=LATER)
    assert f"{before[0]['_id']} is missing" in done.damaged_raw[DAY]
    restore_day(archived, store, DAY)
    assert store.ledger.attempts(DAY) == before


@pytest.mark.parametrize("is_cut", [True, False], ids=["cut", "gone"])
def test_a_manifest_that_forgot_a_day_costs_no_archived_file(archived: Archive, store: RawStore, is_cut: bool) -> None:
    manifest, files = archived.folder / "manifest.jsonl", state_of(archived)
    lines = manifest.read_bytes().splitlines(keepends=True)
    set_field("gap_limit_s", 86_400)(store)
    store.database["raw_belib"].update_many(between(NEXT, NEXT), {"$set": {"gap_limit_s": 86_400}})
    manifest.write_bytes(lines[0]) if is_cut else manifest.unlink()
    done = archive_days(archived, store, [DAY, NEXT], today=LATER)
    if is_cut:
        assert "is newer than the manifest says, and raw is not what it holds" in done.damaged_raw[NEXT]
    else:
        [broken] = archived.chain().broken
        assert "it is not there, although the archive has 2 files" in broken.reason
    manifest.write_bytes(b"".join(lines))
    assert state_of(archived) == files


def test_a_file_that_a_kill_left_is_replaced(archived: Archive, store: RawStore) -> None:
    lines = (archived.folder / "manifest.jsonl").read_bytes().splitlines(keepends=True)
    (archived.folder / "manifest.jsonl").write_bytes(lines[0])
    store.keep("raw_belib", [response([live(9)], at_noon(NEXT).replace(hour=20), origin="import")])
    entry = archive_day(archived, store, NEXT)
    assert entry is not None
    assert verify(archived).broken == []


@pytest.mark.family
@pytest.mark.parametrize(
    "harm",
    ["pages: other gap_limit_s", "pages: other bodies, with their hash", "pages: none", "attempts: record_count is 0"],
)
def test_a_late_page_hides_no_damage_and_stays(archived: Archive, store: RawStore, harm: str) -> None:
    before = documents(store)
    HARM[harm](store)
    late_page(store)
    refused(archived, store, harm)
    restore_day(archived, store, DAY)
    entry = archive_day(archived, store, DAY)
    assert entry is not None
    assert entry.revision == 2
    after = documents(store)
    assert [len(after[name]) - len(before[name]) for name in ("raw_belib", "poll_attempt")] == [1, 1]
    assert all(document in after[name] for name, of_name in before.items() for document in of_name)
    assert verify(archived).broken == []


def test_what_only_python_finds_equal_is_another_value(store: RawStore) -> None:
    keep_day(store)
    held = raw_day(store, DAY)
    first, *others = held.responses
    headers = replace(first, headers={"b": "2", "a": "1"}), replace(first, headers={"a": "1", "b": "2"})
    assert changes([headers[0], *others], held.rows, replace(held, responses=[headers[1], *others])).is_damage
    one, *more = sorted(held.rows, key=lambda row: row.get("record_count") != 1)
    assert one["record_count"] == 1
    for value in (True, 1.0):
        assert changes(held.responses, held.rows, replace(held, rows=[{**one, "record_count": value}, *more])).is_damage


def test_the_fields_are_named_with_both_values(archived: Archive, store: RawStore) -> None:
    [first, *_] = store.responses("raw_belib").all_responses(DAY, DAY)
    store.database["raw_belib"].update_one({"_id": first.id}, {"$set": {"gap_limit_s": 86_400, "cadence_s": 60}})
    said = f"in 1 document: {first.id}: cadence_s is 60 and was 300, gap_limit_s is 86400 and was 900"
    with pytest.raises(DamagedRawError, match=said):
        archive_day(archived, store, DAY)


def test_a_changed_day_of_as_many_pages_is_found_although_nobody_asks_for_it(
    archived: Archive, store: RawStore
) -> None:
    assert archive_days(archived, store, [], today=LATER).damaged_raw == {}
    set_field("gap_limit_s", 86_400)(store)
    found = [
        night for night in range(4) if archive_days(archived, store, [], LATER + timedelta(days=night)).damaged_raw
    ]
    assert found, "of two days one is compared each night"
    assert found == list(range(found[0], 4)), "and each night from then on"
    restore_day(archived, store, DAY)
    assert archive_days(archived, store, [], LATER + timedelta(days=4)).damaged_raw == {}


def test_an_attempt_that_gets_its_outcome_is_a_new_revision(archived: Archive, store: RawStore) -> None:
    [asking] = [row for row in store.ledger.attempts(DAY) if row["outcome"] == "asking"]
    store.ledger.end("open_meteo", at_noon(DAY).replace(hour=16), "failed", reason="It never came.")
    assert store.ledger.collection.find_one({"_id": asking["_id"]})["outcome"] == "failed"
    entry = archive_day(archived, store, DAY)
    assert entry is not None
    assert entry.revision == 2
    restore_day(archived, store, DAY)
    assert store.ledger.collection.find_one({"_id": asking["_id"]})["outcome"] == "failed"


def test_attempts_are_settled_before_a_day_is_archived(archive: Archive, store: RawStore) -> None:
    pages = keep_day(store)
    store.ledger.collection.update_one(
        {"_id": pages[0].id.rpartition("/")[0]},
        {"$set": {"outcome": "asking"}, "$unset": {"page_id": "", "record_count": "", "received_at_ms": ""}},
    )
    archive_days(archive, store, [DAY], today=LATER)
    assert store.ledger.attempts(DAY)[3]["outcome"] == "sound"
    assert archive_day(archive, store, DAY) is None


def import_pages(store: RawStore, bodies: list[bytes]) -> None:
    at = at_noon(DAY).replace(hour=21)
    keep_pages(store, [Page(response(body, at, origin="import"), None) for body in bodies])


def test_pages_that_complete_a_response_add_it_in_a_new_revision(archive: Archive, store: RawStore) -> None:
    first, *others = pages_of([live(n) for n in range(30)], 10, "v2.1")
    import_pages(store, [first])
    assert store.ledger.attempts(DAY)[0]["outcome"] == "refused"
    archive_day(archive, store, DAY)
    import_pages(store, others)
    assert store.ledger.attempts(DAY)[0]["outcome"] == "sound"
    entry = archive_day(archive, store, DAY)
    assert entry is not None
    assert entry.pages == {"raw_belib": {"refused": 3, "sound": 1}}
    before = documents(store)
    assert {document["body"] for document in before["raw_belib"]} > {first, *others}
    lose(store)
    restore_day(archive, store, DAY)
    assert documents(store) == before


@pytest.mark.parametrize(
    ("collection", "field", "of"), [("poll_attempt", "outcome", {"outcome": "refused"}), ("raw_belib", "verdict", {})]
)
def test_what_was_refused_is_not_sound_because_somebody_says_so(
    archive: Archive, store: RawStore, collection: str, field: str, of: dict[str, str]
) -> None:
    import_pages(store, pages_of([live(n) for n in range(30)], 10, "v2.1")[:2])
    archive_day(archive, store, DAY)
    update(collection, {"$set": {field: "sound"}}, **of)(store)
    late_page(store)
    with pytest.raises(DamagedRawError, match=f"{field} is 'sound' and was 'refused'"):
        archive_day(archive, store, DAY)


def test_a_loss_that_somebody_accepts_is_no_damage(archive: Archive, store: RawStore) -> None:
    [lost, *_] = keep_day(store)
    store.database["raw_belib"].delete_one({"_id": lost.id})
    archive_day(archive, store, DAY)
    store.ledger.end("belib", lost.fetched_at, "failed", reason="lost", page_id=None, record_count=None)
    assert archive_day(archive, store, DAY) is not None
    store.ledger.end("belib", lost.fetched_at, "failed", reason="found again")
    with pytest.raises(DamagedRawError):
        archive_day(archive, store, DAY)
