"""Bodies of Vélib' in every form in which people have kept them give the same rows, and odd ones say what is odd."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from belib_platform.recordings.recognition import recognise
from belib_platform.sources import explore_pages, velib_information, velib_realtime
from belib_platform.sources.gbfs import GBFS
from belib_platform.sources.record_body import CSV
from belib_platform.sources.records import BodyError
from belib_platform.sources.registry import SOURCES
from belib_platform.sources.velib_realtime import VELIB
from belib_platform_tests.sources.bike_records import LABELS, bikes, gbfs_information, gbfs_status

JSON = "application/json"
SOME = [
    bikes(0),
    bikes(1, 0, 0),
    bikes(150, 12, 1, code_insee_commune="93048", nom_arrondissement_communes="Montreuil"),
]
STATE = ["station_code", "mechanical", "ebike", "docks", "bikes", "is_installed", "is_renting", "is_returning"]


def told(body: bytes, file_name: str = "a.json") -> pl.DataFrame:
    kind = recognise(body, file_name)
    assert kind.source == "velib"
    if kind.paging:
        body = explore_pages.joined([body])
    assert VELIB.judge(body, kind.media_type).is_sound
    return velib_realtime.decode(body, kind.media_type).frame


def changed(changes: dict[str, Any]) -> dict[str, Any]:
    record = bikes(7) | changes
    return {name: value for name, value in record.items() if value is not ...}


def as_csv(records: list[dict[str, Any]], titles: dict[str, str], delimiter: str = ";") -> bytes:
    text = io.StringIO()
    written = csv.DictWriter(text, ["", *titles.values()], delimiter=delimiter)
    written.writeheader()
    for index, record in enumerate(records):
        place = record.get("coordonnees_geo")
        flat = record | ({"coordonnees_geo": f"{place['lat']},{place['lon']}"} if place else {})
        written.writerow({"": index, **{title: flat.get(name) for name, title in titles.items()}})
    return text.getvalue().encode()


def pages_v1(records: list[dict[str, Any]]) -> bytes:
    fields = [r | {"coordonnees_geo": [r["coordonnees_geo"]["lat"], r["coordonnees_geo"]["lon"]]} for r in records]
    return json.dumps(
        {"nhits": len(records), "parameters": {"start": 0}, "records": [{"fields": f} for f in fields]}
    ).encode()


def one_and_zero(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    flags = ("is_installed", "is_renting", "is_returning")
    return [record | {flag: str(int(record[flag] == "OUI")) for flag in flags} for record in records]


NAMES = {name: name for name in LABELS}
PLAIN = json.dumps(SOME).encode()


@pytest.mark.parametrize(
    ("body", "file_name"),
    [
        (pages_v1(SOME), "v1.json"),
        (
            json.dumps({"total_count": 3, "links": [], "records": [{"record": {"fields": r}} for r in SOME]}).encode(),
            "v20",
        ),
        (json.dumps({"total_count": 3, "results": SOME}).encode(), "v21.json"),
        (as_csv(SOME, LABELS), "labels.csv"),
        (as_csv(SOME, NAMES, ","), "names.csv"),
        (as_csv(one_and_zero(SOME), LABELS, ","), "flags.csv"),
        (b"\n".join(json.dumps(record).encode() for record in SOME), "lines.jsonl"),
        (
            json.dumps([{name: str(v) if isinstance(v, int) else v for name, v in r.items()} for r in SOME]).encode(),
            "t",
        ),
        (json.dumps([r | {"is_renting": "oui", "is_installed": "Oui"} for r in SOME]).encode(), "case.json"),
    ],
    ids=["v1.0", "v2.0", "v2.1", "labels", "names", "1 and 0", "JSON Lines", "counts as texts", "case"],
)
def test_the_same_records_give_the_same_rows_in_every_form(body: bytes, file_name: str) -> None:
    assert_frame_equal(told(body, file_name), told(PLAIN))


def test_a_scraped_file_may_have_latitude_longitude_and_town_instead() -> None:
    titles = {name: LABELS[name] for name in LABELS if not name.startswith(("coordonnees", "nom_", "code_"))}
    titles |= {"lat": "Lattitude", "lon": "Longitude", "town": "Ville", "weather": "Temperature"}
    records = [record | {"lat": 48.85, "lon": 2.35, "town": "Paris", "weather": 12.3} for record in SOME]
    body = as_csv(records, titles, ",")
    same = ["latitude", "longitude", *STATE]
    assert_frame_equal(told(body, "scraped.csv").select(same), told(PLAIN).select(same))
    assert told(body, "scraped.csv")["commune"].to_list() == ["Paris"] * 3


def test_the_operators_status_gives_the_same_state_and_its_information_the_same_places() -> None:
    status, information = (json.dumps(made(*SOME)).encode() for made in (gbfs_status, gbfs_information))
    assert_frame_equal(told(status).select(STATE), told(PLAIN).select(STATE))
    assert told(status)["source_updated_at"].to_list() == told(PLAIN)["source_updated_at"].to_list()
    kind = recognise(information, "station_information.json")
    assert (kind.source, kind.media_type) == ("velib_information", GBFS)
    assert SOURCES[kind.source].judge(information, GBFS).is_sound
    placed = ["station_code", "station_name", "capacity", "latitude", "longitude"]
    assert_frame_equal(velib_information.decode(information, GBFS).frame.select(placed), told(PLAIN).select(placed))


def test_a_poll_as_usual_warns_of_nothing() -> None:
    assert VELIB.judge(PLAIN, JSON).warning is None


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"mechanical": -1, "numbikesavailable": 2}, "counts_are_not_negative"),
        ({"numdocksavailable": 4000}, "counts_are_those_of_a_station"),
        ({"mechanical": "four"}, "counts_are_present"),
        ({"numdocksavailable": 2.5}, "counts_are_present"),
        ({"numbikesavailable": 9}, "bikes_are_mechanical_or_electric"),
        ({"is_renting": "PEUT-ÊTRE"}, "flags_are_known"),
        ({"is_installed": ...}, "flags_are_known"),
        ({"stationcode": "213688169"}, "station_code_fits_its_pattern"),
        ({"stationcode": "Paris"}, "station_code_fits_its_pattern"),
    ],
)
def test_a_record_that_breaks_a_rule_is_rejected_by_its_name_and_costs_no_other(
    change: dict[str, Any], rule: str
) -> None:
    verdict = VELIB.judge(json.dumps([*SOME, changed(change)]).encode(), JSON)
    assert verdict.is_sound
    assert f"records rejected: 1 × {rule}" in str(verdict.warning)


@pytest.mark.parametrize("change", [{"capacity": 0}, {"capacity": 2}, {"numbikesavailable": ...}, {"name": None}])
def test_a_record_that_is_odd_and_can_be_used_is_used(change: dict[str, Any]) -> None:
    verdict = VELIB.judge(json.dumps([*SOME, changed(change)]).encode(), JSON)
    assert verdict.is_sound
    assert "rejected" not in (verdict.warning or "")


@pytest.mark.parametrize(
    "change",
    [
        lambda record, index: record | {"stationcode": str(213_688_169 + index)},
        lambda record, index: (
            record | {"stationcode": str(36_255 + index) if index % 3 == 0 else str(85_002_689 + index)}
        ),
    ],
    ids=["all", "most"],
)
def test_a_file_with_the_operators_numbers_instead_of_codes_is_refused(
    change: Callable[[dict[str, Any], int], dict[str, Any]],
) -> None:
    body = json.dumps([change(bikes(number), number) for number in range(60)]).encode()
    verdict = VELIB.judge(body, JSON)
    assert not verdict.is_sound
    assert "stationcode" in str(verdict.reason) or "station_code" in str(verdict.reason)


def test_a_body_without_stations_is_refused() -> None:
    with pytest.raises(BodyError, match="GBFS of no known source"):
        recognise(b'{"ttl": 1, "data": {"stations": []}}', "a.json")
    assert not VELIB.judge(b'{"data": {"stations": []}}', GBFS).is_sound
    assert not VELIB.judge(b'{"data": {"stations": {}}}', GBFS).is_sound


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from([*LABELS]), ODD)
def test_any_value_in_any_field_costs_at_most_its_own_record(field: str, value: Any) -> None:
    body = json.dumps([*SOME, changed({field: value})]).encode()
    assert VELIB.judge(body, JSON).is_sound
    decoded = velib_realtime.decode(body, JSON)
    assert_frame_equal(decoded.frame.head(3), told(PLAIN))
    assert decoded.record_count == 4


@given(st.sampled_from(["stationCode", "num_bikes_available_types", "last_reported", "is_renting"]), ODD)
def test_any_value_in_the_operators_status_costs_at_most_its_own_station(field: str, value: Any) -> None:
    document = gbfs_status(*SOME, bikes(7))
    document["data"]["stations"][3][field] = value
    body = json.dumps(document).encode()
    assert VELIB.judge(body, GBFS).is_sound
    assert_frame_equal(velib_realtime.decode(body, GBFS).frame.head(3).select(STATE), told(PLAIN).select(STATE))


def test_a_large_csv_of_many_stations_is_read(tmp_path: Any) -> None:
    many = [bikes(n, stationcode=str(10_000 + n)) for n in range(12_000)]
    assert told(as_csv(many, LABELS), "many.csv").height == 12_000
    assert recognise(as_csv(many, LABELS), "many.csv").media_type == CSV
