"""Lists of records: the fast and the slow reader agree, and good rows always survive."""

import json
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from belib_platform.sources.belib_realtime import LAYOUT
from belib_platform.sources.json_records import read_fast, read_json_records, read_slowly
from belib_platform.sources.records import RECORD_LIMIT, BodyError
from belib_platform_tests.sources.portal_records import live

TEXTS = st.text(st.characters(codec="utf-8"), max_size=8)
SCALARS = st.none() | TEXTS | st.integers(-(10**17), 10**17) | st.booleans() | st.floats(-1e300, 1e300)
PLACES = st.none() | st.dictionaries(
    st.sampled_from(["lon", "lat"]), st.none() | st.floats(-180, 180) | st.integers(-180, 180)
)
ODD = SCALARS | st.lists(SCALARS, max_size=2) | st.dictionaries(TEXTS, SCALARS, max_size=2)
RECORDS = st.fixed_dictionaries(
    {"id_pdc": TEXTS.filter(bool)},
    optional={"statut_pdc": SCALARS, "coordonneesxy": PLACES, "coordonneesXY": PLACES, "other": ODD},
)
ODD_RECORDS = RECORDS | ODD | st.fixed_dictionaries({"id_pdc": ODD, "statut_pdc": ODD, "coordonneesxy": ODD})


def sent(records: object, *, ascii_only: bool = True) -> bytes:
    return json.dumps(records, ensure_ascii=ascii_only).encode()


@given(st.lists(RECORDS, max_size=4), st.booleans())
def test_both_readers_agree_on_what_is_as_it_should_be(records: list[Any], ascii_only: bool) -> None:
    body = sent(records, ascii_only=ascii_only)
    fast, slow = read_fast(body, LAYOUT), read_slowly(body, LAYOUT)
    has_rare_escapes = b"\\u0000" in body or b"\\ud" in body
    assert (fast is None) == has_rare_escapes
    if fast is not None:
        assert slow.rejects.is_empty()
        assert fast.equals(slow.frame)
        assert fast.schema == slow.frame.schema


@given(st.lists(ODD_RECORDS, max_size=5))
def test_every_record_is_either_a_row_or_rejected(records: list[Any]) -> None:
    decoded = read_json_records(sent(records), LAYOUT)
    indices = [*decoded.frame["record_index"], *decoded.rejects["record_index"]]
    assert sorted(indices) == list(range(len(records)))
    assert not decoded.frame["charge_point_id"].is_null().any()
    assert (
        not decoded.frame.select(pl.col(pl.String).str.contains("\0", literal=True).any())
        .select(pl.any_horizontal(pl.all()))
        .item()
    )


@pytest.mark.parametrize(
    ("odd", "rule"),
    [
        ("a text", "record_is_an_object"),
        (None, "record_is_an_object"),
        ({}, "charge_point_id_is_present"),
        (live(1, id_pdc=None), "charge_point_id_is_present"),
        (live(1, id_pdc=""), "charge_point_id_is_present"),
        (live(1, id_pdc=["x"]), "field_has_its_type"),
        (live(1, statut_pdc={"fr": "Disponible"}), "field_has_its_type"),
        (live(1, coordonneesxy=[48.85, 2.35]), "field_has_its_type"),
        (live(1, coordonneesxy="48.85, 2.35"), "field_has_its_type"),
        (live(1, coordonneesxy={"lon": "2.35", "lat": 48.85}), "field_has_its_type"),
        (live(1, coordonneesxy={"lon": 10**400, "lat": 48.85}), "field_has_its_type"),
        (live(1, adresse_station="37\0 Rue"), "field_has_its_type"),
        (live(1, adresse_station="\ud800"), "field_has_its_type"),
    ],
)
def test_one_odd_record_costs_only_itself(odd: object, rule: str) -> None:
    decoded = read_json_records(sent([live(0), odd, live(2)]), LAYOUT)
    assert decoded.frame["record_index"].to_list() == [0, 2]
    assert decoded.rejects.select("record_index", "rule").rows() == [(1, rule)]
    record = decoded.rejects["record"][0]
    record.encode()
    assert "\0" not in record


def test_an_odd_field_costs_only_those_who_read_it() -> None:
    body = sent([live(0, coordonneesxy=[48.85, 2.35])])
    assert read_json_records(body, LAYOUT).frame.is_empty()
    assert read_json_records(body, LAYOUT.required).rejects.is_empty()


def test_evidence_is_bounded_and_legible() -> None:
    decoded = read_json_records(sent([{"adresse_station": "é" * 5000}]), LAYOUT)
    record = decoded.rejects["record"][0]
    assert record.startswith('{"adresse_station": "éé')
    assert RECORD_LIMIT - 1 <= len(record.encode()) <= RECORD_LIMIT


def test_numbers_and_booleans_are_taken_as_their_text() -> None:
    records = [live(0, code_insee_commune=75108, arrondissement=True, adresse_station=7.0)]
    odd = [*records, None]
    for body in (sent(records), sent(odd)):
        row = read_json_records(body, LAYOUT).frame.row(0, named=True)
        assert (row["insee_code"], row["arrondissement_label"], row["address"]) == ("75108", "true", "7")


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b'{"id_pdc": "a"}', "is not a list of records but an object with id_pdc"),
        (b'{"error_code": "E", "message": "Unknown field"}', "an object that says: Unknown field"),
        (b'"a"', "is not a list of records but a str"),
        (b"{}", "an object with nothing"),
        (b'[{"id_pdc": "a"}, {"id_p', "is not whole JSON"),
        (b'[{"id_pdc": "a"}][{"id_pdc": "a"}]', "is not whole JSON: Extra data at character 17"),
    ],
)
def test_what_is_no_whole_list_is_refused(body: bytes, told: str) -> None:
    with pytest.raises(BodyError) as caught:
        read_json_records(body, LAYOUT)
    assert told in str(caught.value)
