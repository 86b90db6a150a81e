"""CSV exports of the portal."""

import pytest

from belib_platform.sources.belib_realtime import BELIB, decode
from belib_platform.sources.bounds import ROW_CHARACTERS
from belib_platform.sources.records import BodyError

TECHNICAL = "id_pdc;statut_pdc;last_updated;coordonneesXY;adresse_station\r\n"
ROW = 'FR*V75*EPX08*11*6;Inconnu;2022-06-13T04:30:01+02:00;48.8737, 2.314663;"37; Rue ""la"" Boétie"\r\n'


def rows(text: str, encoding: str = "utf-8") -> list[dict[str, object]]:
    return decode(text.encode(encoding), "text/csv").frame.rows(named=True)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_technical_names_and_quoted_cells(encoding: str) -> None:
    (row,) = rows(TECHNICAL + ROW, encoding)
    assert row["charge_point_id"] == "FR*V75*EPX08*11*6"
    assert (row["longitude"], row["latitude"]) == (2.314663, 48.8737)
    assert row["address"] == '37; Rue "la" Boétie'
    assert row["insee_code"] is None


def test_commas_may_separate_too() -> None:
    (row,) = rows('id_pdc,statut_pdc,coordonneesxy\na,Inconnu,"48.8737,2.314663"\n')
    assert (row["charge_point_id"], row["longitude"]) == ("a", 2.314663)


def test_empty_cells_are_null_and_empty_lines_nothing() -> None:
    decoded = decode((TECHNICAL + "a; ;;;\n\n;Inconnu;;;\n").encode(), "text/csv")
    assert decoded.frame.select("record_index", "charge_point_id", "status_word").rows() == [(0, "a", None)]
    assert decoded.rejects.select("record_index", "rule").rows() == [(1, "charge_point_id_is_present")]


def test_odd_rows_cost_only_themselves() -> None:
    decoded = decode((TECHNICAL + "a;Inconnu\n" + ROW + "b;Inconnu;;somewhere;\n").encode(), "text/csv")
    assert decoded.frame["record_index"].to_list() == [1, 2]
    assert decoded.rejects["rule"].to_list() == ["record_is_an_object"]
    assert decoded.odd_values == {"coordinates_are_readable": 1}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "has no CSV header"),
        ("a;a;b\n1;2;3\n", "has no CSV header of distinct columns"),
        ("id_borne;statut_pdc\na;b\n", "has no column id_pdc or ID PDC local"),
        ('id_pdc;statut_pdc\na;"b\n', "is not whole CSV"),
        ("id_pdc;statut_pdc\na;" + "b" * 2**20 + "\n", "has a row of more than 1,048,576 characters"),
        ("id_pdc;statut_pdc\n" + 'a;"\n"' + ';"\n"' * 2**19, "has a row of more than 1,048,576 characters"),
        pytest.param(
            "id_pdc;statut_pdc\n" + "a;b\n" * 200_001, "holds more than 200,000 records", marks=pytest.mark.slow
        ),
    ],
)
def test_what_is_no_table_is_refused(text: str, told: str) -> None:
    with pytest.raises(BodyError, match=told):
        decode(text.encode(), "text/csv")
    assert not BELIB.judge(text.encode(), "text/csv").is_sound


@pytest.mark.parametrize("at", [0, 20, 2**20 - 1, 2**20, 3 * 2**20])
def test_what_is_no_utf8_is_refused_with_its_position(at: int) -> None:
    body = bytearray(TECHNICAL.encode() + b"a;Inconnu;;;\n" * 300_000)
    body[at] = 0xFF
    with pytest.raises(BodyError, match=f"is not UTF-8: invalid start byte at byte {at:,} of {len(body):,}"):
        decode(bytes(body), "text/csv")


def test_a_header_alone_is_empty() -> None:
    assert BELIB.judge(TECHNICAL.encode(), "text/csv").reason == "The body is an empty list."


@pytest.mark.parametrize("characters", [131_072, 131_073, 500_000, ROW_CHARACTERS - 100])
def test_a_long_cell_is_read_up_to_the_bound_of_a_row(characters: int) -> None:
    decoded = decode(f"{TECHNICAL}a;Inconnu;;;{'x' * characters}\n{ROW}".encode(), "text/csv")
    assert decoded.frame["charge_point_id"].to_list() == ["a", "FR*V75*EPX08*11*6"]
