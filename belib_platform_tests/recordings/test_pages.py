"""Pages of records: joined into one response once they are complete, in any order; the same as one export."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from bson import json_util
from hypothesis import assume, given
from hypothesis import strategies as st

from belib_platform.raw.response import Response, sha256
from belib_platform.raw.store import RawStore
from belib_platform.recordings.finding import find_recordings
from belib_platform.recordings.import_result import ImportResult
from belib_platform.recordings.importing import import_recordings
from belib_platform.recordings.pages import Page, join
from belib_platform.recordings.recognition import recognise
from belib_platform.repair.doctor.ledger import lost_responses, unnoted_responses
from belib_platform.settings import Settings
from belib_platform.sources.belib_realtime import decode
from belib_platform_tests.raw.made_pages import NOON, response
from belib_platform_tests.sources.explore_bodies import VERSIONS, pages_of, v2_0, v2_1
from belib_platform_tests.sources.portal_records import live

RAW, DAY = "raw_belib", NOON.date()
SETTINGS = Settings(_env_file=None)
RECORDS = [live(n) for n in range(30)]
STATUSES = st.sampled_from(["Disponible", "Occupé (en charge)", "no such word", None])
PARTIAL = "The snapshot is partial: its page holds 10 of 30 records."


def offered(bodies: Sequence[bytes]) -> list[Page]:
    """Pages as an import offers them."""
    told = []
    for body in bodies:
        paging = recognise(body, "page").paging
        assert paging is not None
        told.append(Page(response(body, url=None, origin="import"), paging.offset))
    return told


def sound(kept: Sequence[Response]) -> list[Response]:
    """The responses that tables are made of."""
    return [document for document in kept if document.is_sound]


@given(
    records=st.lists(st.tuples(st.integers(0, 20), STATUSES), min_size=1, max_size=40),
    size=st.integers(1, 12),
    version=st.sampled_from(sorted(VERSIONS)),
    draw=st.data(),
)
def test_pages_that_come_in_any_portions_say_what_one_export_says(
    records: list[tuple[int, str | None]], size: int, version: str, draw: st.DataObject
) -> None:
    always = [(0, "Disponible"), (21, "Disponible")]
    sent = [live(n, statut_pdc=status, adresse_station=None) for n, status in [*always, *records]]
    if version == "v2.1":
        sent = [{**record, "statut_pdc": record["statut_pdc"] or "Inconnu"} for record in sent]
    ids = {record["id_pdc"] for record in sent}
    bodies = [
        body.replace(b'%s": %d' % (name, len(sent)), b'%s": %d' % (name, len(ids)))
        for body in pages_of(sent, size, version)
        for name in [b"nhits" if version == "v1.0" else b"total_count"]
    ]
    assume(len(set(bodies)) == len(bodies))  # the same bytes twice are one page
    # pages that do not say where they begin come in their order
    order = bodies if version == "v2.1" else draw.draw(st.permutations(bodies))
    kept: list[Response] = []
    while order:
        count = draw.draw(st.integers(1, len(order)))
        joined = join(kept, offered(order[:count]))
        kept, order = [*kept, *joined.new], order[count:]
        assert (joined.response is None) == (joined.refused is not None)
        if joined.response is not None and order:
            return  # complete without the rest, which has nothing but what was there already
    [answer] = sound(kept)
    assert (answer.page, answer.page_count, answer.record_count) == (0, 0, len(sent))
    assert sorted(page.sha256 for page in kept if page.page) == sorted(map(sha256, bodies))
    assert len({page.id for page in kept}) == len(kept)
    one, other = decode(answer.body, answer.media_type), decode(json.dumps(sent).encode(), "x/json")
    assert one.frame.equals(other.frame)
    assert one.rejects.equals(other.rejects)


def test_as_long_as_a_page_is_missing_there_is_no_response() -> None:
    pages = offered(pages_of(RECORDS, 10, "v2.0"))
    for missing in range(3):
        kept = join([], pages[:missing] + pages[missing + 1 :])
        assert kept.response is None
        assert [page.verdict for page in kept.new] == ["refused", "refused"]
        completed = join(kept.new, pages[missing : missing + 1])
        assert sorted(page.page for page in (*kept.new, *completed.new)) == [0, 1, 11, 21]
        assert completed.response == sound(completed.new)[0]


def write(folder: Path, bodies: Sequence[bytes]) -> Path:
    folder.mkdir()
    for number, body in enumerate(bodies):
        (folder / f"2025-03-29T120000Z_page_{number}.json").write_bytes(body)
    return folder


def taken(folder: Path, store: RawStore) -> ImportResult:
    return import_recordings(find_recordings(folder), SETTINGS, store)


@pytest.mark.parametrize("version", VERSIONS)
def test_pages_are_kept_as_they_came_and_are_one_response(store: RawStore, tmp_path: Path, version: str) -> None:
    bodies = pages_of(RECORDS, 2, version)
    result = taken(write(tmp_path / "all", bodies), store)
    assert (dict(result.sound), dict(result.new), result.days, result.refused) == (
        {"belib": 1},
        {"belib": 1},
        {"belib": {DAY}},
        [],
    )
    pages = store.responses(RAW)
    response, *kept = pages.all_responses(DAY, DAY)
    assert [page.sha256 for page in kept] == [sha256(body) for body in bodies]
    assert [body for _, body in pages.bodies_as_kept(kept)] == bodies
    assert {(page.verdict, page.reason) for page in kept} == {
        ("refused", f"A page of records; {response.id} holds those of all pages.")
    }
    [metadata] = pages.responses(DAY)
    assert (metadata.record_count, metadata, metadata) == (30, response, pages.newest("belib"))
    [(_, body)] = pages.bodies([metadata])
    export = decode(json.dumps(RECORDS).encode(), "application/json").frame
    assert decode(body, "application/json").frame.equals(export)
    [attempt] = store.ledger.attempts(DAY)
    assert (attempt["outcome"], attempt["record_count"], attempt["page_id"]) == ("sound", 30, metadata.id)
    again = taken(tmp_path / "all", store)
    assert (dict(again.sound), again.new["belib"], again.refused) == ({"belib": 1}, 0, [])
    assert len(list(store.database[RAW].find())) == 16


def test_a_partial_snapshot_is_kept_refused_until_the_rest_comes(store: RawStore, tmp_path: Path) -> None:
    bodies = pages_of(RECORDS, 10, "v2.0")
    result = taken(write(tmp_path / "one", bodies[1:2]), store)
    assert (dict(result.sound), [reason for _, reason in result.refused], result.days) == ({}, [PARTIAL], {})
    assert store.responses(RAW).responses(DAY) == []
    [metadata] = store.responses(RAW).all_responses(DAY, DAY)
    assert (metadata.verdict, metadata.reason) == ("refused", PARTIAL)
    assert [a["outcome"] for a in store.ledger.attempts(DAY)] == ["refused"]
    rest = taken(write(tmp_path / "rest", [bodies[2], bodies[0]]), store)
    assert (dict(rest.sound), rest.refused) == ({"belib": 1}, [])
    [attempt] = store.ledger.attempts(DAY)
    assert (attempt["outcome"], attempt["reason"], attempt["record_count"]) == ("sound", None, 30)
    [(_, body)] = store.responses(RAW).bodies(store.responses(RAW).responses(DAY))
    assert json.loads(body) == RECORDS
    late = taken(tmp_path / "one", store)
    assert (dict(late.sound), late.new["belib"], late.refused) == ({"belib": 1}, 0, [])


def test_what_claims_the_instant_of_a_response_costs_only_itself(store: RawStore, tmp_path: Path) -> None:
    store.keep(RAW, [response([*RECORDS[:29], live(29, statut_pdc="Inconnu")])])
    result = taken(write(tmp_path / "pages", pages_of(RECORDS, 10, "v2.0")), store)
    assert dict(result.sound) == {}
    assert len(result.refused) == 3
    assert all("is kept already as a whole response" in reason for _, reason in result.refused)
    assert len(store.responses(RAW).all_responses(DAY, DAY)) == 1


def test_pages_of_the_very_response_that_is_kept_are_kept_beside_it(store: RawStore, tmp_path: Path) -> None:
    store.keep(RAW, [response(RECORDS, url=None, origin="import")])
    result = taken(write(tmp_path / "pages", pages_of(RECORDS, 10, "v2.0")), store)
    assert (dict(result.sound), result.refused) == ({"belib": 1}, [])
    kept = store.responses(RAW).all_responses(DAY, DAY)
    assert [(document.page, document.verdict) for document in kept] == [
        (0, "sound"), (1, "refused"), (11, "refused"), (21, "refused"),
    ]  # fmt: skip


def test_a_refused_export_keeps_no_pages_from_being_joined(store: RawStore, tmp_path: Path) -> None:
    store.keep(RAW, [response(b"<html>", verdict="refused", reason="The body is no JSON.", record_count=None)])
    result = taken(write(tmp_path / "pages", pages_of(RECORDS, 10, "v2.0")), store)
    assert (dict(result.sound), result.refused) == ({"belib": 1}, [])
    [found] = store.responses(RAW).responses(DAY)
    [attempt] = store.ledger.attempts(DAY)
    assert (attempt["outcome"], attempt["page_id"], found.record_count) == ("sound", found.id, 30)


def test_another_page_for_the_same_place_or_for_a_complete_answer_conflicts(store: RawStore, tmp_path: Path) -> None:
    bodies = pages_of(RECORDS, 10, "v2.0")
    taken(write(tmp_path / "one", bodies[:1]), store)
    other = taken(write(tmp_path / "other", [v2_0(RECORDS[:9], 0, 30)]), store)
    assert ["claims the same place" in reason for _, reason in other.refused] == [True]
    assert dict(taken(write(tmp_path / "rest", bodies[1:]), store).sound) == {"belib": 1}
    before = store.responses(RAW).all_responses(DAY, DAY)
    late = taken(write(tmp_path / "late", [v2_1([live(31)], 0, 30)]), store)
    assert ["is kept already as a whole response" in reason for _, reason in late.refused] == [True]
    assert store.responses(RAW).all_responses(DAY, DAY) == before


def test_pages_beside_an_export_of_the_same_instant_conflict_whichever_comes_first(
    store: RawStore, tmp_path: Path
) -> None:
    taken(write(tmp_path / "pages", pages_of(RECORDS, 10, "v2.0")), store)
    kept = store.keep(RAW, [response(RECORDS[:29])])
    assert len(kept.conflicts) == 1
    assert len(store.responses(RAW).responses(DAY)) == 1


def test_snapshots_of_several_instants_are_several_polls(store: RawStore, tmp_path: Path) -> None:
    for minute in range(3):
        folder = tmp_path / f"2025-03-29T12{minute:02}00Z"
        folder.mkdir()
        for number, body in enumerate(pages_of(RECORDS, 10, "v2.1")[: 3 if minute else 2]):
            (folder / f"{number}.json").write_bytes(body)
    result = taken(tmp_path, store)
    assert dict(result.sound) == {"belib": 2}
    assert {reason for _, reason in result.refused} == {"The snapshot is partial: its 2 pages hold 20 of 30 records."}
    assert [metadata.fetched_at.minute for metadata in store.responses(RAW).responses(date(2025, 3, 29))] == [1, 2]


def test_an_export_of_raw_brings_pages_and_response_into_another_store(store: RawStore, tmp_path: Path) -> None:
    taken(write(tmp_path / "pages", pages_of(RECORDS, 10, "v2.0")), store)
    kept = list(store.database[RAW].find().sort("_id"))
    lines = [json_util.dumps(document, json_options=json_util.RELAXED_JSON_OPTIONS) for document in kept]
    (tmp_path / "raw_belib.json").write_text("\n".join(lines) + "\n")
    attempts = store.ledger.attempts(DAY)
    store.database.client.drop_database(store.database.name)
    result = taken(tmp_path / "raw_belib.json", store)
    assert (set(result.sound), result.refused) == ({"belib"}, [])
    assert store.ledger.attempts(DAY) == attempts
    assert [(d["_id"], d["sha256"], d["verdict"]) for d in store.database[RAW].find().sort("_id")] == [
        (d["_id"], d["sha256"], d["verdict"]) for d in kept
    ]


@pytest.mark.parametrize("count", [2, 3])
def test_an_import_that_was_killed_before_the_ledger_knew_is_made_good_by_the_next(
    store: RawStore, tmp_path: Path, count: int
) -> None:
    folder = write(tmp_path / "pages", pages_of(RECORDS, 10, "v2.0")[:count])
    taken(folder, store)
    attempts = store.ledger.attempts(DAY)
    assert [attempt["outcome"] for attempt in attempts] == ["sound" if count == 3 else "refused"]
    store.ledger.collection.delete_many({})
    taken(folder, store)
    assert store.ledger.attempts(DAY) == attempts


def test_pages_whose_response_was_not_kept_before_the_kill_are_joined_by_the_next_import(
    store: RawStore, tmp_path: Path
) -> None:
    folder = write(tmp_path / "pages", pages_of(RECORDS, 10, "v2.0"))
    taken(folder, store)
    attempts = store.ledger.attempts(DAY)
    store.ledger.collection.delete_many({})
    store.database[RAW].delete_one({"page": 0})
    result = taken(folder, store)
    assert (dict(result.sound), result.refused) == ({"belib": 1}, [])
    assert store.ledger.attempts(DAY) == attempts


@pytest.mark.parametrize("count", [2, 3])
def test_the_doctor_finds_pages_their_response_and_their_attempt_in_agreement(
    store: RawStore, tmp_path: Path, count: int
) -> None:
    bodies = pages_of(RECORDS, 10, "v2.0")
    for number in reversed(range(count)):
        taken(write(tmp_path / str(number), bodies[number : number + 1]), store)
    assert [document.verdict for document in store.responses(RAW).all_responses(DAY, DAY)].count("refused") == count
    assert (unnoted_responses(store, DAY), lost_responses(store, DAY)) == ([], [])
    store.database[RAW].delete_one({"verdict": "sound"} if count == 3 else {})
    assert [attempt["outcome"] for attempt in lost_responses(store, DAY)] == (["sound"] if count == 3 else [])
