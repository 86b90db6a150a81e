"""Lists of records: the fast and the slow reader agree, and no value but the key costs a record."""

import json
import re
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from belib_platform.contracts.rejects import KEPT, counts_by_rule
from belib_platform.sources.belib_realtime import LAYOUT
from belib_platform.sources.bounds import PIECE_BYTES, TEXT_CHARACTERS
from belib_platform.sources.json_list import JsonList
from belib_platform.sources.json_records import read_fast
from belib_platform.sources.record_body import read_records
from belib_platform.sources.records import RECORD_LIMIT, BodyError, Decoded
from belib_platform.sources.sifting import Sieve
from belib_platform_tests.sources.portal_records import live

TEXTS = st.text(st.characters(codec="utf-8"), max_size=8)
SCALARS = st.none() | TEXTS | st.integers(-(10**17), 10**17) | st.booleans() | st.floats(-1e300, 1e300)
PLACES = st.none() | st.dictionaries(
    st.sampled_from(["lon", "lat"]), st.none() | st.floats(-180, 180) | st.integers(-180, 180)
)
ODD = SCALARS | st.lists(SCALARS, max_size=2) | st.dictionaries(TEXTS, SCALARS, max_size=2)
RECORDS = st.fixed_dictionaries(
    {"id_pdc": TEXTS},
    optional={"statut_pdc": SCALARS, "coordonneesxy": PLACES, "coordonneesXY": PLACES, "other": ODD},
)
ODD_RECORDS = RECORDS | ODD | st.fixed_dictionaries({"id_pdc": ODD, "statut_pdc": ODD, "coordonneesxy": ODD})


def sent(records: object, *, ascii_only: bool = True) -> bytes:
    return json.dumps(records, ensure_ascii=ascii_only).encode()


def read(body: bytes) -> Decoded:
    return read_records(body, "application/json", LAYOUT)


def slowly(body: bytes) -> Sieve:
    sieve, records = Sieve(LAYOUT), JsonList(body)
    while records.likely_piece() is not None:
        sieve.take(records.read_piece())
    return sieve


@given(st.lists(RECORDS, min_size=1, max_size=4), st.booleans())
def test_what_the_fast_reader_takes_the_slow_one_reads_alike(records: list[Any], ascii_only: bool) -> None:
    body = sent(records, ascii_only=ascii_only)
    fast, sieve = read_fast(body, LAYOUT), slowly(body)
    if fast is not None:
        assert (sieve.rejects().height, sieve.unreadable.total()) == (0, 0)
        assert fast.equals(sieve.frame().drop("record_index"))
        assert fast.schema == sieve.frame().drop("record_index").schema


ESCAPES = st.sampled_from([r"\ud83d", r"\ude00", r"\uDBFF", r"\u0000", r"\u0041", r"\u00e9", r"\\\\", r"\"", "x", "é"])


@given(st.lists(ESCAPES, max_size=5).map("".join))
def test_escapes_are_read_alike_whatever_they_spell(escapes: str) -> None:
    body = b'[{"id_pdc": "a", "adresse_station": "%s"}]' % escapes.encode()
    fast, sieve = read_fast(body, LAYOUT), slowly(body)
    is_storable = not re.search("[\0\ud800-\udfff]", json.loads(body)[0]["adresse_station"])
    assert (sieve.unreadable.total() == 0) == is_storable
    if fast is not None:
        assert is_storable
        assert fast.equals(sieve.frame().drop("record_index"))


def test_an_emoji_is_read_fast() -> None:
    fast = read_fast(sent([live(0, adresse_station="\U0001f600")]), LAYOUT)
    assert fast is not None
    assert fast["address"].to_list() == ["\U0001f600"]


def test_the_fast_reader_takes_what_is_as_it_should_be() -> None:
    fast = read_fast(sent([live(0), live(1, coordonneesxy=None, last_updated=...)]), LAYOUT)
    assert fast is not None
    assert fast.height == 2


@given(st.lists(ODD_RECORDS, max_size=5))
def test_every_record_is_either_a_row_or_rejected(records: list[Any]) -> None:
    decoded = read(sent(records))
    indices = [*decoded.frame["record_index"], *decoded.rejects["record_index"]]
    assert sorted(indices) == list(range(len(records)))
    assert decoded.record_count == len(records)
    assert not decoded.frame["charge_point_id"].is_null().any()
    has_nul = pl.any_horizontal(pl.col(pl.String).str.contains("\0", literal=True).fill_null(value=False).any())
    assert not decoded.frame.select(has_nul).item()


@pytest.mark.parametrize(
    ("odd", "rule"),
    [
        ("a text", "record_is_an_object"),
        (None, "record_is_an_object"),
        ({}, "charge_point_id_is_present"),
        (live(1, id_pdc=None), "charge_point_id_is_present"),
        (live(1, id_pdc=""), "charge_point_id_is_present"),
        (live(1, id_pdc=" \u00a0\u200b\t"), "charge_point_id_is_present"),
        (live(1, id_pdc=["x"]), "field_has_its_type"),
        (live(1, statut_pdc={"fr": "Disponible"}), "field_has_its_type"),
        (live(1, statut_pdc="Disponible\0"), "field_has_its_type"),
        (live(1, statut_pdc="x" * (TEXT_CHARACTERS + 1)), "field_has_its_type"),
    ],
)
def test_a_record_without_key_or_status_costs_only_itself(odd: object, rule: str) -> None:
    decoded = read(sent([live(0), odd, live(2)]))
    assert decoded.frame["record_index"].to_list() == [0, 2]
    assert decoded.rejects.select("record_index", "rule").rows() == [(1, rule)]
    record = decoded.rejects["record"][0]
    record.encode()
    assert "\0" not in record


@pytest.mark.parametrize(
    ("odd", "rule"),
    [
        ({"coordonneesxy": "somewhere"}, "coordinates_are_readable"),
        ({"coordonneesxy": {"lon": 10**400, "lat": 48.85}}, "coordinates_are_readable"),
        ({"coordonneesxy": {"lon": 2.35, "lat": 999}}, "coordinates_are_readable"),
        ({"coordonneesxy": {"lon": 2.35, "lat": None}}, "coordinates_are_readable"),
        ({"coordonneesxy": {"x": 2.35, "y": 48.85}}, "coordinates_are_readable"),
        ({"coordonneesxy": [48.85, 2.35, 35]}, "coordinates_are_readable"),
        ({"coordonneesxy": {}}, "coordinates_are_readable"),
        ({"coordonneesxy": 7}, "coordinates_are_readable"),
        ({"adresse_station": "37\0 Rue"}, "address_is_readable"),
        ({"adresse_station": "\ud800"}, "address_is_readable"),
        ({"adresse_station": ["37 Rue"]}, "address_is_readable"),
        ({"adresse_station": "x" * 2_001}, "address_is_readable"),
        ({"adresse_station": "x" * (TEXT_CHARACTERS + 1)}, "address_is_readable"),
        ({"adresse_station": "x" * 1_900_000 + "\U0001f600"}, "address_is_readable"),
        ({"code_insee_commune": "\U0001f600" * (TEXT_CHARACTERS + 1)}, "insee_code_is_readable"),
        ({"last_updated": "2" * (TEXT_CHARACTERS + 1)}, "source_updated_at_is_readable"),
        ({"last_updated": "yesterday"}, "source_updated_at_is_readable"),
        ({"last_updated": "2026-10-06T04:30:01"}, "source_updated_at_is_readable"),
        ({"last_updated": "2026-10-06"}, "source_updated_at_is_readable"),
        ({"last_updated": "-9999-01-01T00:00:00Z"}, "source_updated_at_is_readable"),
        ({"last_updated": "+99999-01-01T00:00:00Z"}, "source_updated_at_is_readable"),
        ({"last_updated": "0000-00-00"}, "source_updated_at_is_readable"),
        ({"last_updated": 7}, "source_updated_at_is_readable"),
        ({"last_updated": {"$date": "2026-10-06T04:30:01Z"}}, "source_updated_at_is_readable"),
    ],
)
def test_another_value_that_cannot_be_read_is_null_and_counted(odd: dict[str, Any], rule: str) -> None:
    decoded = read(sent([live(0), live(1, **odd), live(2)]))
    assert decoded.rejects.is_empty()
    assert decoded.odd_values == {rule: 1}
    column = rule.replace("_are_readable", "").replace("_is_readable", "")
    assert decoded.frame[column].is_null().to_list() == [False, True, False]
    assert decoded.frame.drop(column).null_count().sum_horizontal().item() == 0


@pytest.mark.parametrize("absent", [None, "", " ", "\u00a0\u200b", ...])
def test_what_is_not_sent_is_null_and_not_counted(absent: Any) -> None:
    names = ("last_updated", "coordonneesxy", "adresse_station", "code_insee_commune", "arrondissement")
    decoded = read(sent([live(0, **dict.fromkeys(names, absent))]))
    assert (decoded.odd_values, decoded.frame.null_count().sum_horizontal().item()) == ({}, len(names))


def test_evidence_is_bounded_and_legible() -> None:
    record = read(sent([{"adresse_station": "é" * 5000}])).rejects["record"][0]
    assert record.startswith('{"adresse_station": "éé')
    assert RECORD_LIMIT - 1 <= len(record.encode()) <= RECORD_LIMIT


def test_of_many_rejects_some_are_kept_and_the_others_counted() -> None:
    decoded = read(sent([live(0), *[7] * KEPT, *[{}] * 30, *["x"] * 5, live(1)]))
    assert decoded.rejects.height == KEPT + 2
    assert counts_by_rule(decoded.rejects) == {"record_is_an_object": KEPT + 5, "charge_point_id_is_present": 30}
    assert decoded.rejects.tail(2).rows() == [
        (KEPT + 1, "charge_point_id_is_present", '{"further_records": 30}'),
        (KEPT + 31, "record_is_an_object", '{"further_records": 5}'),
    ]
    assert (decoded.record_count, decoded.frame["record_index"].to_list()) == (KEPT + 37, [0, KEPT + 36])


def test_numbers_and_booleans_are_taken_as_their_text() -> None:
    records = [live(0, code_insee_commune=75108, arrondissement=True, adresse_station=7.0)]
    odd = [*records, None]
    for body in (sent(records), sent(odd)):
        row = read(body).frame.row(0, named=True)
        assert (row["insee_code"], row["arrondissement_label"], row["address"]) == ("75108", "true", "7")


NESTED = [{"a": [{"b": 1}, {"b": {"c": "},{"}}] * 30_000}, "}, {", {"lon": 1}]


@pytest.mark.family
@pytest.mark.parametrize(
    "odd", [live(7), "}, {", None, 7, live(8, other=NESTED), live(9, adresse_station="é},{" * 300)]
)
@pytest.mark.parametrize("gap", ["", " ", "\n  "])
def test_a_body_of_several_pieces_is_read_like_a_small_one(odd: Any, gap: str) -> None:
    records = [live(n, adresse_station=f"Rue n° {n} }},{{") for n in range(11_000)]
    records[4_000:4_000] = [odd]
    body = f"[{gap}{f'{gap},{gap}'.join(map(json.dumps, records))}{gap}]{gap}".encode()
    assert len(body) > 3 * PIECE_BYTES
    decoded = read(body)
    wrong = [] if isinstance(odd, dict) else [4_000]
    assert decoded.rejects["record_index"].to_list() == wrong
    rows = [n for n in range(len(records)) if n not in wrong]
    assert decoded.frame["record_index"].to_list() == rows
    assert decoded.frame["charge_point_id"].to_list() == [records[n]["id_pdc"] for n in rows]


@pytest.mark.family
@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (b",]", "is not whole JSON: Expecting value at character"),
        (b"", "where it ends"),
        (b"][]", "Extra data at character"),
        (b'{"id_pdc": 1}]', "Expecting ',' delimiter at character"),
        (b', {"id_pdc": "', "Unterminated string starting at character"),
        (b', {"id_pdc": "\x01"}]', "Invalid control character at character"),
        (b', "\xff"]', "is not UTF-8: invalid start byte at byte"),
        (b"}]", "at character"),
    ],
)
@pytest.mark.parametrize("count", [1, 11_000])
def test_wherever_a_body_breaks_off_it_is_refused_with_the_position(broken: bytes, told: str, count: int) -> None:
    body = sent([live(n) for n in range(count)])[:-1]
    with pytest.raises(BodyError, match=rf"(?s){told}.*") as caught:
        read(body + broken)
    at = int(re.findall(r"at (?:character|byte) ([\d,]+) of", str(caught.value))[0].replace(",", ""))
    assert len(body) <= at <= len(body + broken)


@pytest.mark.parametrize("odd", [{}, {"adresse_station": 5}], ids=["read at once", "read one by one"])
@pytest.mark.parametrize("indent", [None, 1])
def test_no_beginning_of_a_body_is_taken_for_the_whole(odd: dict[str, object], indent: int | None) -> None:
    body = json.dumps([{**live(n), **odd} for n in range(3)], indent=indent).encode()
    for size in range(1, len(body)):
        with pytest.raises(BodyError, match="is not whole JSON"):
            read(body[:size])


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b'{"id_pdc": "a"}', "is not a list of records but an object with id_pdc"),
        (b'{"error_code": "E", "message": "Unknown field"}', "an object that says: Unknown field"),
        (b'"a"', "is not a list of records but a str"),
        (b"{}", "an object with nothing"),
    ],
)
def test_what_is_no_list_is_refused(body: bytes, told: str) -> None:
    with pytest.raises(BodyError) as caught:
        read(body)
    assert told in str(caught.value)
