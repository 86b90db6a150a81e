"""Answers in pages: one poll when they are complete together, whatever comes first; the same as one export."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from belib_platform.raw.paged import Together, polls, put_together
from belib_platform.raw.response import Response, sha256
from belib_platform.raw.store import RawStore
from belib_platform.recordings.found import find_recordings
from belib_platform.recordings.imported import Imported
from belib_platform.recordings.importing import import_recordings
from belib_platform.recordings.recognition import recognise
from belib_platform.settings import Settings
from belib_platform.sources.belib_realtime import decode
from belib_platform.sources.explore_pages import joined
from belib_platform_tests.raw.made_pages import NOON, response
from belib_platform_tests.sources.explore_bodies import VERSIONS, pages_of, v2_0, v2_1
from belib_platform_tests.sources.portal_records import live

RAW, DAY = "raw_belib", NOON.date()
SETTINGS = Settings(_env_file=None)
RECORDS = [live(n) for n in range(30)]
STATUSES = st.sampled_from(["Disponible", "Occupé (en charge)", "no such word", None])
PARTIAL = "The snapshot is partial: its page holds 10 of 30 records."


def offered(bodies: Sequence[bytes]) -> list[tuple[Response, int | None]]:
    """Pages as an import offers them."""
    told = []
    for body in bodies:
        paging = recognise(body, "page").paging
        assert paging is not None
        told.append((Response(**{**vars(response([])), "body": body, "sha256": sha256(body)}), paging.offset))
    return told


def kept_after(kept: list[Response], together: Together) -> list[Response]:
    """What a store holds once pages were put together."""
    again = {p.id: p for p in together.judged_again}
    return sorted([*(again.get(p.id, p) for p in kept), *together.new], key=lambda p: p.page)


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
        together = put_together(kept, offered(order[:count]))
        kept, order = kept_after(kept, together), order[count:]
        assert together.answer is not None
        if together.answer.is_sound and order:
            return  # complete without the rest, which has nothing but what was there already
    [answer] = polls(kept)
    assert answer.record_count == len(sent)
    one, other = decode(joined(p.body for p in kept), answer.media_type), decode(json.dumps(sent).encode(), "x/json")
    assert one.frame.equals(other.frame)
    assert one.rejects.equals(other.rejects)


def test_as_long_as_a_page_is_missing_there_is_no_answer() -> None:
    kept = put_together([], offered(pages_of(RECORDS, 10, "v2.0"))).new
    assert [p.page for p in kept] == [0, 10, 20]
    assert len(polls(kept)) == 1
    for missing in range(3):
        assert polls(kept[:missing] + kept[missing + 1 :]) == []


def write(folder: Path, bodies: Sequence[bytes]) -> Path:
    folder.mkdir()
    for number, body in enumerate(bodies):
        (folder / f"2025-03-29T120000Z_page_{number}.json").write_bytes(body)
    return folder


def taken(folder: Path, store: RawStore) -> Imported:
    return import_recordings(find_recordings(folder), SETTINGS, store)


@pytest.mark.parametrize("version", VERSIONS)
def test_pages_are_kept_as_they_came_and_are_one_poll(store: RawStore, tmp_path: Path, version: str) -> None:
    bodies = pages_of(RECORDS, 2, version)
    result = taken(write(tmp_path / "all", bodies), store)
    assert (dict(result.sound), dict(result.new), result.days, result.refused) == (
        {"belib": 1},
        {"belib": 1},
        {"belib": {DAY}},
        [],
    )
    pages = store.responses(RAW)
    assert [metadata.sha256 for metadata in pages.all_responses(DAY, DAY)] == [sha256(body) for body in bodies]
    [metadata] = pages.responses(DAY)
    assert (metadata.record_count, metadata.page_count, metadata) == (30, 15, pages.newest("belib"))
    [(_, body)] = pages.bodies([metadata])
    export = decode(json.dumps(RECORDS).encode(), "application/json").frame
    assert decode(body, "application/json").frame.equals(export)
    [attempt] = store.ledger.attempts(DAY)
    assert (attempt["outcome"], attempt["record_count"], attempt["page_id"]) == ("sound", 30, metadata.id)
    again = taken(tmp_path / "all", store)
    assert (dict(again.sound), again.new["belib"], again.refused) == ({"belib": 1}, 0, [])
    assert len(list(store.database[RAW].find())) == 15


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


def test_what_claims_the_instant_of_an_answer_costs_only_itself(store: RawStore, tmp_path: Path) -> None:
    store.keep(RAW, [response(RECORDS)])
    result = taken(write(tmp_path / "pages", pages_of(RECORDS, 10, "v2.0")), store)
    assert dict(result.sound) == {}
    assert len(result.refused) == 3
    assert all("is kept already as a whole answer" in reason for _, reason in result.refused)
    assert len(store.responses(RAW).all_responses(DAY, DAY)) == 1


def test_another_page_for_the_same_place_or_for_a_complete_answer_conflicts(store: RawStore, tmp_path: Path) -> None:
    bodies = pages_of(RECORDS, 10, "v2.0")
    taken(write(tmp_path / "one", bodies[:1]), store)
    other = taken(write(tmp_path / "other", [v2_0(RECORDS[:9], 0, 30)]), store)
    assert ["claims the same place" in reason for _, reason in other.refused] == [True]
    assert dict(taken(write(tmp_path / "rest", bodies[1:]), store).sound) == {"belib": 1}
    before = store.responses(RAW).all_responses(DAY, DAY)
    late = taken(write(tmp_path / "late", [v2_1([live(31)], 0, 30)]), store)
    assert ["is kept already as a whole answer" in reason for _, reason in late.refused] == [True]
    assert store.responses(RAW).all_responses(DAY, DAY) == before


def test_pages_beside_an_export_of_the_same_instant_conflict_whichever_comes_first(
    store: RawStore, tmp_path: Path
) -> None:
    taken(write(tmp_path / "pages", pages_of(RECORDS, 10, "v2.0")), store)
    kept = store.keep(RAW, [response(RECORDS)])
    assert len(kept.conflicts) == 1
    assert [metadata.page_count for metadata in store.responses(RAW).responses(DAY)] == [3]


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
