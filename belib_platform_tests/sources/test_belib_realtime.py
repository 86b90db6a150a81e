"""Decoding the real-time feed: synthetic quirks, and every recorded answer there is."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
from polars.testing import assert_frame_equal

from belib_platform.sources.belib_realtime import BELIB, decode, read, sift
from belib_platform_tests.sources.portal_records import live

SCHEMA = {
    "record_index": pl.UInt32,
    "charge_point_id": pl.String,
    "status_word": pl.String,
    "source_updated_at": pl.Datetime("ms", "UTC"),
    "longitude": pl.Float64,
    "latitude": pl.Float64,
    "address": pl.String,
    "insee_code": pl.String,
    "arrondissement_label": pl.String,
}


def sent(*records: object) -> bytes:
    return json.dumps(records).encode()


def test_words_and_stamps_come_through_as_sent() -> None:
    records = [
        live(0, statut_pdc="En cours de téléportation", last_updated="2031-01-01T00:00:00+01:00"),
        live(0, statut_pdc="Occupé (en charge)", last_updated="yesterday"),
        live(1, coordonneesxy=None, adresse_station=None, code_insee_commune=None, arrondissement=None),
        live(2, coordonneesxy={"lon": None, "lat": None}, last_updated=...),
    ]
    decoded = decode(sent(*records), "application/json")
    assert decoded.frame.schema == SCHEMA
    assert decoded.rejects.is_empty()
    assert decoded.frame["charge_point_id"].to_list() == [record["id_pdc"] for record in records]
    assert decoded.frame["status_word"][0] == "En cours de téléportation"
    future = datetime(2030, 12, 31, 23, tzinfo=UTC)
    usual = datetime(2026, 10, 6, 2, 30, 1, tzinfo=UTC)
    assert decoded.frame["source_updated_at"].to_list() == [future, None, usual, None]
    assert decoded.frame["longitude"].to_list() == [2.35, 2.35, None, None]
    assert decoded.frame["address"][2] is None


def test_the_coordinates_field_has_two_spellings() -> None:
    record = live(0, coordonneesxy=..., coordonneesXY={"lon": 2.3, "lat": 48.8})
    assert decode(sent(record), "application/json").frame["latitude"].to_list() == [48.8]


def test_of_many_bodies_read_at_once_every_value_is_that_of_its_body() -> None:
    bodies = [sent(live(0), live(1, coordonneesxy="odd")), sent(live(2, last_updated="1735689600")), b"[]"]
    at_once = read(pl.concat([sift(body, "application/json").frame for body in bodies]))
    assert_frame_equal(at_once, pl.concat([decode(body, "application/json").frame for body in bodies]))
    assert at_once.schema == SCHEMA


def test_every_recorded_answer_is_whole(recorded: Callable[[str], Path]) -> None:
    paths = sorted(recorded("belib_realtime").glob("belib_rt_*.json"))
    assert len(paths) == 19
    for path in paths:
        body = path.read_bytes()
        decoded = decode(body, "application/json")
        assert (decoded.frame.height, decoded.rejects.height) == (2097, 0)
        assert decoded.frame["source_updated_at"].null_count() == 0
    verdict = BELIB.judge(body, "application/json")
    assert (verdict.is_sound, verdict.record_count, verdict.warning) == (True, 2097, None)


def test_both_readers_agree_on_a_recorded_answer(recorded: Callable[[str], Path]) -> None:
    body = recorded("belib_realtime/belib_rt_2023-01-27T155627Z.json").read_bytes()
    odd = b'["odd", ' + body.lstrip()[1:]
    whole, sifted = decode(body, ""), decode(odd, "")
    assert sifted.rejects["rule"].to_list() == ["record_is_an_object"]
    assert whole.frame.drop("record_index").equals(sifted.frame.drop("record_index"))


def test_the_recorded_csv_export_is_the_same_table(recorded: Callable[[str], Path]) -> None:
    body = recorded("belib_realtime/2022-12-02_export_labels.csv").read_bytes()
    decoded = decode(body, "text/csv")
    assert decoded.frame.schema == SCHEMA
    assert (decoded.frame.height, decoded.rejects.height) == (2084, 0)
    assert decoded.frame["latitude"].drop_nulls().is_between(48.7, 49.0).all()
    assert decoded.frame["source_updated_at"].null_count() == 0
    assert BELIB.judge(body, "text/csv").is_sound
