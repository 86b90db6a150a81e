"""Decoding the static data set in its changing shapes."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from belib_platform.sources.belib_realtime import decode as decode_live
from belib_platform.sources.belib_static import BELIB_STATIC, FLAGS, decode, missing_columns

RECORD = {
    "id_pdc_local": "FR*V75*EPX04*06*5",
    "id_station_local": "FR*V75*PPX04*06",
    "coordonneesXY": {"lon": 2.345341, "lat": 48.8542},
    "puissance_nominale": "7",
    "station_deux_roues": "False",
    "prise_type_ef": "True",
    "prise_type_2": "true",
    "prise_type_3": "peut-être",
    "date_mise_en_service": "2021-08-17T11:57:30+02:00",
}


def decoded_row(**changes: Any) -> dict[str, Any]:
    return decode(json.dumps([{**RECORD, **changes}]).encode(), "application/json").frame.row(0, named=True)


def test_types_are_read_and_what_is_absent_is_null() -> None:
    row = decoded_row()
    assert (row["longitude"], row["latitude"], row["power_kw"]) == (2.345341, 48.8542, 7.0)
    assert [row[flag] for flag in FLAGS] == [False, True, True, None, None, None]
    assert row["commissioned_at"] == datetime(2021, 8, 17, 9, 57, 30, tzinfo=UTC)
    assert row["station_name"] is None


@pytest.mark.parametrize(
    ("sent", "read"), [(7, 7.0), (7.4, 7.4), ("22", 22.0), ("3,7", None), ("NaN", None), ("inf", None), (None, None)]
)
def test_power_is_a_finite_number_or_null(sent: object, read: float | None) -> None:
    assert decoded_row(puissance_nominale=sent)["power_kw"] == read


def test_a_bare_date_begins_in_paris() -> None:
    assert decoded_row(date_mise_en_service="2021-04-14")["commissioned_at"] == datetime(2021, 4, 13, 22, tzinfo=UTC)


def test_a_missing_optional_column_is_a_warning_and_a_missing_key_a_refusal() -> None:
    body = json.dumps([RECORD]).encode()
    verdict = BELIB_STATIC.judge(body, "application/json")
    assert verdict.is_sound
    assert "nom_station" in (verdict.warning or "")
    assert {"nom_station", "horaires"} <= set(missing_columns(body, "application/json"))
    assert "coordonneesxy" not in missing_columns(body, "application/json")
    renamed = BELIB_STATIC.judge(body.replace(b"id_pdc_local", b"id_borne"), "application/json")
    assert not renamed.is_sound
    assert "id_pdc_local" in (renamed.reason or "")


def test_the_recorded_edition_of_2024(recorded: Callable[[str], Path]) -> None:
    body = recorded("belib_static/2024-12_export.json").read_bytes()
    decoded = decode(body, "application/json")
    assert (decoded.frame.height, decoded.rejects.height) == (1937, 0)
    assert missing_columns(body, "application/json") == []
    assert decoded.frame["insee_code"].null_count() == 15
    assert set(decoded.frame["power_kw"]) == {3.0, 4.0, 7.0, 22.0, 43.0, 50.0}
    assert decoded.frame.select(pl.col(FLAGS).null_count()).row(0) == (0,) * len(FLAGS)


def test_the_recorded_csv_pair_of_2022(recorded: Callable[[str], Path]) -> None:
    body = recorded("belib_static/2022-12-02_export_labels.csv").read_bytes()
    decoded = decode(body, "text/csv")
    assert decoded.frame.height == 2073
    assert decoded.rejects["rule"].to_list() == ["charge_point_id_is_present"] * 11
    assert decoded.frame["latitude"].null_count() == 0
    assert BELIB_STATIC.judge(body, "text/csv").is_sound
    now = decode_live(recorded("belib_realtime/2022-12-02_export_labels.csv").read_bytes(), "text/csv")
    live, known = set(now.frame["charge_point_id"]), set(decoded.frame["charge_point_id"])
    assert (len(live & known), len(live - known), len(known - live)) == (2032, 52, 41)
