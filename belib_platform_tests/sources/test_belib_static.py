"""Decoding the static data set in its changing shapes."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from belib_platform.sources.belib_static import BELIB_STATIC, LAYOUT, decode
from belib_platform.sources.field_types import FLAG
from belib_platform.sources.record_body import read_records
from belib_platform.sources.verdict import absent_columns

FLAGS = [column.name for column in LAYOUT.columns if column.type is FLAG]

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


def missing_columns(body: bytes, media_type: str) -> list[str]:
    return absent_columns(read_records(body, media_type, LAYOUT), LAYOUT)


def decoded_row(**changes: Any) -> dict[str, Any]:
    return decode(json.dumps([{**RECORD, **changes}]).encode(), "application/json").frame.row(0, named=True)


def test_types_are_read_and_what_is_absent_is_null() -> None:
    row = decoded_row()
    assert (row["longitude"], row["latitude"], row["power_kw"]) == (2.345341, 48.8542, 7.0)
    assert [row[flag] for flag in FLAGS] == [False, True, True, *[None] * 7]
    assert row["commissioned_at"] == datetime(2021, 8, 17, 9, 57, 30, tzinfo=UTC)
    assert row["station_name"] is None


@pytest.mark.parametrize(
    "sent", ["NaN", "inf", -7, "-0.1", 1e300, "22000 W", "7 à 22", "1.234,5", [7], {"kw": 7}, "beaucoup", 10_001]
)
def test_a_power_that_is_none_is_null_and_counted(sent: object) -> None:
    decoded = decode(json.dumps([RECORD, {**RECORD, "puissance_nominale": sent}]).encode(), "application/json")
    assert decoded.frame["power_kw"].to_list() == [7.0, None]
    assert decoded.odd_values["power_kw_is_readable"] == 1


@pytest.mark.parametrize("station_id", ["x" * 65, ["FR*V75*PPX04*06"], {}])
def test_a_station_id_of_no_use_is_null_and_counted(station_id: object) -> None:
    decoded = decode(json.dumps([{**RECORD, "id_station_local": station_id}]).encode(), "application/json")
    assert decoded.frame["station_id"].to_list() == [None]
    assert decoded.odd_values["station_id_is_readable"] == 1


def test_station_ids_are_spelt_as_usual() -> None:
    assert decoded_row(id_station_local=" fr*v75*ppx04*06\u00a0")["station_id"] == "FR*V75*PPX04*06"


@pytest.mark.parametrize("day", ["1916-06-15", "1940-06-15", "0001-01-01", "9999-12-31", "2021-02-29"])
def test_no_date_costs_an_edition(day: str) -> None:
    decoded = decode(json.dumps([RECORD, {**RECORD, "date_mise_en_service": day}]).encode(), "application/json")
    assert decoded.frame["commissioned_at"][0] == datetime(2021, 8, 17, 9, 57, 30, tzinfo=UTC)


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


def test_the_recorded_csv_export_of_2022(recorded: Callable[[str], Path]) -> None:
    body = recorded("belib_static/2022-12-02_export_labels.csv").read_bytes()
    decoded = decode(body, "text/csv")
    assert decoded.frame.height == 2073
    assert decoded.rejects["rule"].to_list() == ["charge_point_id_is_present"] * 11
    assert decoded.frame["latitude"].null_count() == 0
    assert BELIB_STATIC.judge(body, "text/csv").is_sound
