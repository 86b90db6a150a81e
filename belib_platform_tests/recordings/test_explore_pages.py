"""Pages of the Explore API: what they say of the whole, and which are none of a snapshot."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from belib_platform.recordings.finding import find_recordings
from belib_platform.recordings.pages import judge_pages
from belib_platform.recordings.recognition import recognise
from belib_platform.recordings.recording import Unreadable
from belib_platform.sources.belib_realtime import decode
from belib_platform.sources.belib_static import DATASET as STATIC_DATASET
from belib_platform.sources.explore_pages import Paging, gathered, joined
from belib_platform.sources.records import BodyError
from belib_platform_tests.sources.explore_bodies import PORTAL, VERSIONS, pages_of, v1_0, v2_0, v2_1
from belib_platform_tests.sources.portal_records import live

RECORDS = [live(n) for n in range(7)]
STATIC: dict[str, Any] = {
    "id_pdc_local": "FR*V75*EPX04*06*5",
    "id_station_local": "FR*V75*PPX04*06",
    "statut_pdc": "En service",
}


@pytest.mark.parametrize("version", VERSIONS)
def test_a_page_shows_its_source_and_its_records_are_those_of_an_export(version: str) -> None:
    bodies = pages_of(RECORDS, 3, version)
    for start, body in zip((0, 3, 6), bodies, strict=True):
        kind = recognise(body, "page.json")
        assert (kind.source, kind.media_type) == ("belib", "application/json")
        assert kind.paging == Paging(7, None if version == "v2.1" else start)
    records, count = gathered(bodies)
    assert (len(records), count) == (7, 7)
    read = [decode(body, "application/json") for body in (joined(bodies), json.dumps(RECORDS).encode())]
    assert read[0].frame.equals(read[1].frame)
    assert read[0].odd_values == {}


@pytest.mark.parametrize("dataset", ["mine", STATIC_DATASET])
def test_pages_of_the_static_set_are_known_by_their_name_or_by_their_fields(dataset: str) -> None:
    for body in (v1_0([STATIC], 0, 1, dataset), v2_0([STATIC], 0, 1, dataset), v2_1([STATIC], 0, 1)):
        assert recognise(body, "page.json").source == "belib_static"
    assert recognise(v1_0([{"n": 1}], 0, 1, STATIC_DATASET), "x").source == "belib_static"


def test_the_url_tells_where_a_page_of_v2_1_begins() -> None:
    kind = recognise(v2_1(RECORDS, 0, 9), "x", url=f"{PORTAL}/records?limit=7&offset=70")
    assert kind.paging == Paging(9, 70)
    assert recognise(v2_1(RECORDS, 0, 9), "x", url=f"{PORTAL}/records?limit=7").paging == Paging(9, 0)


@pytest.mark.parametrize(
    ("body", "url", "said"),
    [
        (v2_0(RECORDS, 0, 7, where="x%3E1"), None, "Explore v2.0 records narrowed by where=x>1, which is no snapshot"),
        (v2_0(RECORDS, 0, 7, group_by="adresse"), None, "narrowed by group_by=adresse"),
        (v2_0(RECORDS, 0, 7, refine="a:b"), None, "narrowed by refine=a:b"),
        (v1_0(RECORDS, 0, 7, q="Foch"), None, "Explore v1.0 records narrowed by q=Foch"),
        (v1_0(RECORDS, 0, 7, refine={"statut_pdc": "Inconnu"}), None, "narrowed by refine="),
        (v1_0(RECORDS, 0, 7, **{"geofilter.distance": "1,2,3"}), None, "narrowed by geofilter.distance=1,2,3"),
        (v2_1(RECORDS, 0, 7), f"{PORTAL}/records?where=a", "Explore v2.1 records narrowed by where=a"),
        (v2_1(RECORDS, 0, 7), f"{PORTAL}/records?refine.statut=a", "narrowed by refine.statut=a"),
        (b'{"results": [{"n": 1}]}', None, "v2.1 records that does not say how many there are"),
        (b'{"links": null, "records": []}', None, "v2.0 records that does not say how many there are"),
        (b'{"nhits": "many", "records": []}', None, "v1.0 records that does not say how many there are"),
        (b'{"total_count": -1, "results": []}', None, "does not say how many there are"),
        (v2_1([], 0, 7), None, "v2.1 records without any record"),
        (v2_1([{"a": 1, "b": 2}], 0, 7), None, "v2.1 records of no known source (a, b)"),
        (b'{"total_count": 1, "results": [7]}', None, "v2.1 records of no known source (no fields)"),
    ],
)
def test_what_is_no_page_of_a_snapshot_is_refused_by_name(body: bytes, url: str | None, said: str) -> None:
    with pytest.raises(BodyError) as refused:
        recognise(body, "page.json", url=url)
    assert said in str(refused.value)
    if "narrowed" in said:
        with pytest.raises(BodyError):
            recognise(body, "page.json", url=url, source="belib")


def test_odd_records_of_a_page_are_judged_one_by_one() -> None:
    odd: list[Any] = [RECORDS[0], 7, None, {"record": {"fields": []}}, {"fields": {"id_pdc": None, "p": [1, 2, 3]}}]
    body = json.dumps({"total_count": 5, "links": [], "records": odd}).encode()
    records, _ = gathered([body])
    assert records == [RECORDS[0], 7, None, {"record": {"fields": []}}, {"id_pdc": None, "p": [1, 2, 3]}]
    verdict = judge_pages("belib", [body])
    assert (verdict.is_sound, verdict.record_count) == (False, 5)


@pytest.mark.parametrize(("held", "is_sound"), [(99, True), (98, False)])
def test_pages_are_complete_with_99_of_100_distinct_ids(held: int, is_sound: bool) -> None:
    records = [live(n) for n in range(held)]
    twice = [v2_1(records[:60], 0, 100), v2_1([*records[30:], records[0]], 0, 100)]
    verdict = judge_pages("belib", twice)
    assert verdict.is_sound is is_sound
    assert verdict.record_count == held + 31
    if not is_sound:
        assert verdict.reason == "The snapshot is partial: its 2 pages hold 98 of 100 records."


def test_the_most_that_any_page_announces_counts() -> None:
    verdict = judge_pages("belib", [v2_1(RECORDS, 0, 7), v2_1(RECORDS, 0, 8)])
    assert verdict.reason == "The snapshot is partial: its 2 pages hold 7 of 8 records."
    assert judge_pages("belib", [b"[]"]).reason == "A page is no page of records."
    assert judge_pages("open_meteo", [v2_1(RECORDS, 0, 7)]).reason == "open_meteo does not answer in pages of records."


def test_the_recorded_pages_are_narrowed_ones(recorded: Callable[[str], Path]) -> None:
    found = list(find_recordings(recorded("belib_realtime/explore_v2.0_records")))
    assert len(found) == 12
    assert {str(item.reason)[:67] for item in found if isinstance(item, Unreadable)} == {
        "is a page of Explore v2.0 records narrowed by where=last_updated > "
    }
