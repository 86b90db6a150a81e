"""JSON Lines and GeoJSON say what the JSON list of the same records says."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belib_platform.raw.latest import records_as_sent
from belib_platform.recordings.recognition import recognise
from belib_platform.sources.belib_realtime import BELIB, LAYOUT, decode
from belib_platform.sources.belib_static import decode as decode_static
from belib_platform.sources.record_lines import GEOJSON, NDJSON
from belib_platform.sources.records import BodyError
from belib_platform_tests.sources.portal_records import live

TEXT = st.text(max_size=20)
RECORDS = st.lists(
    st.builds(
        lambda n, address, status: live(n, adresse_station=address, statut_pdc=status),
        st.integers(0, 500),
        st.none() | TEXT | st.just("one\n} \n {two"),
        st.sampled_from(["Disponible", "Inconnu", "Occupé (en charge)"]),
    ),
    min_size=1,
    max_size=8,
)


def lines(records: list[dict[str, Any]], *, end: str = "\n", ascii_only: bool = True) -> bytes:
    return "".join(json.dumps(record, ensure_ascii=ascii_only) + end for record in records).encode(errors="replace")


def features(records: list[dict[str, Any]], *, place: bool) -> bytes:
    """With the place in the geometry alone, or beside that among the properties."""
    made = []
    for record in records:
        properties = dict(record)
        at = record["coordonneesxy"] if place else properties.pop("coordonneesxy")
        geometry = {"type": "Point", "coordinates": [at["lon"], at["lat"]]}
        made.append({"type": "Feature", "geometry": geometry, "properties": properties})
    return json.dumps({"type": "FeatureCollection", "features": made}).encode()


@given(records=RECORDS, end=st.sampled_from(["\n", "\r\n", "\n\n", " \n "]), place=st.booleans(), mark=st.booleans())
def test_every_form_of_the_same_records_gives_the_same_rows(
    records: list[dict[str, Any]], end: str, *, place: bool, mark: bool
) -> None:
    begin = b"\xef\xbb\xbf" if mark else b""
    as_list = decode(json.dumps(records).encode(), "application/json")
    for body, media_type in (
        (begin + lines(records, end=end), NDJSON),
        (begin + features(records, place=place), GEOJSON),
    ):
        assert recognise(body, "export") == ("belib", media_type, None)
        found = decode(body, media_type)
        assert found.frame.equals(as_list.frame)
        assert found.rejects.height == as_list.rejects.height
        sent = records_as_sent(body.removeprefix(begin), media_type, LAYOUT.key)
        assert sent.keys() == {record["id_pdc"] for record in records}


def test_a_record_that_is_none_is_rejected_by_name_and_costs_only_itself() -> None:
    body = lines([live(0), live(1, id_pdc=...), live(2)])
    found = decode(body, NDJSON)
    assert (found.frame.height, found.rejects["rule"].to_list()) == (2, ["charge_point_id_is_present"])
    collection = json.loads(features([live(0), live(1)], place=False))
    collection["features"] += [None, 7, {"type": "Feature"}, {"type": "Feature", "properties": None}]
    found = decode(json.dumps(collection).encode(), GEOJSON)
    assert (found.frame.height, found.rejects.height) == (2, 4)


@pytest.mark.parametrize("geometry", [None, {}, {"type": "Point"}, {"type": "Point", "coordinates": []}, [1, 2], "x"])
def test_a_geometry_that_is_no_point_is_no_place(geometry: Any) -> None:
    feature = {"type": "Feature", "geometry": geometry, "properties": live(0, coordonneesxy=...)}
    body = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    assert decode(body, GEOJSON).frame.select("charge_point_id", "longitude").row(0) == (live(0)["id_pdc"], None)


@pytest.mark.parametrize(
    ("body", "media_type", "reason"),
    [
        (lines([live(0), live(1)])[:-9], NDJSON, "is not whole JSON"),
        (lines([live(0)]) + b"oops\n" + lines([live(1)]), NDJSON, "is not whole JSON"),
        (features([live(0)], place=True)[:-3], GEOJSON, "is not whole JSON"),
        (b'{"type": "FeatureCollection"}', GEOJSON, "is no GeoJSON FeatureCollection"),
        (b'{"type": "FeatureCollection", "features": {}}', GEOJSON, "is no GeoJSON FeatureCollection"),
    ],
)
def test_what_is_not_whole_is_refused(body: bytes, media_type: str, reason: str) -> None:
    with pytest.raises(BodyError, match=reason):
        decode(body, media_type)
    assert not BELIB.judge(body, media_type).is_sound


def test_the_static_set_has_these_forms_too() -> None:
    record = {"id_pdc_local": "FR*V75*EPX04*06*5", "nom_station": "Foch", "puissance_nominale": 7}
    [line] = decode_static(lines([record]), NDJSON).frame.rows(named=True)
    body = {"type": "FeatureCollection", "features": [{"geometry": None, "properties": record}]}
    [feature] = decode_static(json.dumps(body).encode(), GEOJSON).frame.rows(named=True)
    assert line == feature
    assert (line["station_name"], line["power_kw"]) == ("Foch", 7.0)
    assert recognise(lines([record]), "x") == ("belib_static", NDJSON, None)
    assert recognise(json.dumps(body).encode(), "x") == ("belib_static", GEOJSON, None)


def test_features_of_another_data_set_are_of_no_known_source() -> None:
    body = b'{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"stationcode": "1"}}]}'
    with pytest.raises(BodyError, match="is GeoJSON of no known source"):
        recognise(body, "velib.geojson")
