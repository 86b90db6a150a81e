"""Attributes of charge points: the last known value of each, however the days are cut; nulls never overwrite."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from belib_platform.contracts.clean import ChargePoint, ChargePointDay
from belib_platform.contracts.contract import conform, frame_schema
from belib_platform.transforms.attributes import lay_day
from belib_platform.transforms.charge_points import arrondissement, charge_points, live_day, static_day
from belib_platform_tests.examples import examples
from belib_platform_tests.transforms.polls import POINTS

DAY = date(2026, 1, 5)
A, B, _ = POINTS
LIVE = {
    "charge_point_id": pl.String,
    "longitude": pl.Float64,
    "latitude": pl.Float64,
    "address": pl.String,
    "insee_code": pl.String,
    "arrondissement_label": pl.String,
}
STATIC = {**LIVE, **{c: d for c, d in frame_schema(ChargePointDay).items() if c not in ("utc_date", *LIVE)}}


def live(*records: dict[str, Any]) -> pl.DataFrame:
    return conform(ChargePointDay, live_day(DAY, pl.LazyFrame(list(records), schema=LIVE)).collect())


def static(*records: dict[str, Any]) -> pl.DataFrame:
    return conform(ChargePointDay, static_day(DAY, pl.LazyFrame(list(records), schema=STATIC)).collect())


def laid(*layers: pl.DataFrame) -> dict[str, dict[str, Any]]:
    frame = lay_day(ChargePointDay, [layer.lazy() for layer in layers]).collect()
    return {row["charge_point_id"]: row for row in ChargePointDay.validate(frame).to_dicts()}


@pytest.mark.parametrize(
    ("label", "address", "insee", "number"),
    [
        ("08e Arrondissement", "37 Rue la Boétie 75009 Paris", "75110", 8),
        ("1er Arrondissement", None, None, 1),
        ("20e Arrondissement", None, None, 20),
        ("Paris centre", "2 Rue de Rivoli 75004 Paris", "75101", 4),
        ("Paris centre", "2 Rue de Rivoli", "75103", 3),
        ("Paris centre", "2 Rue de Rivoli", "75056", None),
        (None, "1 Avenue Kléber 75116 Paris", "16116", 16),
        (None, "1 Avenue Kléber", "16116", None),
        (None, "750 Rue 75 075", "75112", 12),
        ("25e Arrondissement", None, None, None),
        (None, None, None, None),
    ],
)
def test_arrondissement_is_by_label_then_postcode_then_insee_code(
    label: str | None, address: str | None, insee: str | None, number: int | None
) -> None:
    row = {"arrondissement_label": label, "address": address, "insee_code": insee}
    frame = pl.DataFrame([row], schema=dict.fromkeys(row, pl.String))
    assert frame.select(arrondissement()).item() == number


def test_a_dimension_that_drops_out_of_a_poll_is_kept_from_the_poll_before() -> None:
    known = {
        "charge_point_id": A,
        "longitude": 2.3,
        "latitude": 48.8,
        "address": "Rue",
        "arrondissement_label": "04e A",
    }
    (row,) = live(known, {"charge_point_id": A}, {"charge_point_id": A, "insee_code": "75104"}).to_dicts()
    assert (row["address"], row["longitude"], row["arrondissement"], row["insee_code"]) == ("Rue", 2.3, 4, "75104")
    (row,) = live(known, known | {"address": "Place"}).to_dicts()
    assert row["address"] == "Place"


def test_ids_that_are_none_are_nobodys_attributes() -> None:
    assert live({"charge_point_id": "FR*A10*E1"}, {"charge_point_id": None, "address": "Rue"}).is_empty()


def test_the_static_set_fills_what_the_live_feed_dropped_and_never_wins_over_it() -> None:
    row = laid(
        static({"charge_point_id": A, "address": "static", "insee_code": "75104", "power_kw": 7.0, "station_id": "S"}),
        live({"charge_point_id": A, "address": "live"}, {"charge_point_id": B}),
    )
    assert row[A] | {"address": "live", "insee_code": "75104", "power_kw": 7.0, "station_id": "S"} == row[A]
    assert [(row[p]["is_live"], row[p]["is_in_static_set"]) for p in (A, B)] == [(True, True), (True, False)]


VALUES = {
    "station_id": st.none() | st.sampled_from(["S1", "S2"]),
    "address": st.none() | st.sampled_from(["Rue", "Place"]),
    "power_kw": st.none() | st.sampled_from([7.0, 22.0]),
    "is_two_wheeler": st.none() | st.booleans(),
    "is_live": st.booleans(),
    "is_in_static_set": st.booleans(),
    "charge_point_id": st.sampled_from(POINTS),
    "utc_date": st.integers(0, 6).map(lambda n: DAY + timedelta(days=n)),
}
ROWS = st.lists(
    st.fixed_dictionaries(VALUES), max_size=20, unique_by=lambda row: (row["utc_date"], row["charge_point_id"])
)


def points(so_far: pl.DataFrame, days: list[dict[str, Any]]) -> pl.DataFrame:
    frame = pl.LazyFrame(days, schema=frame_schema(ChargePointDay))
    return ChargePoint.validate(conform(ChargePoint, charge_points(so_far.lazy(), frame).collect()))


@given(ROWS, st.lists(st.integers(0, 7), max_size=4).map(sorted))
@settings(max_examples=examples(60))
def test_laying_days_in_pieces_equals_laying_them_at_once(rows: list[dict[str, Any]], cuts: list[int]) -> None:
    nothing = ChargePoint.create_empty()
    piecewise = nothing
    for start, end in pairwise([0, *cuts, 7]):
        # The newest day may have grown: it is laid again over itself.
        for first in (start, max(start, end - 1)):
            piecewise = points(
                piecewise, [r for r in rows if DAY + timedelta(first) <= r["utc_date"] < DAY + timedelta(end)]
            )
    assert piecewise.equals(points(nothing, rows))


@given(ROWS)
@settings(max_examples=examples(60))
def test_each_attribute_of_a_point_is_its_last_known_one(rows: list[dict[str, Any]]) -> None:
    found = {row["charge_point_id"]: row for row in points(ChargePoint.create_empty(), rows).to_dicts()}
    assert found.keys() == {row["charge_point_id"] for row in rows}
    for point, row in found.items():
        mine = sorted((r for r in rows if r["charge_point_id"] == point), key=lambda r: r["utc_date"])
        for column in ("address", "power_kw", "is_two_wheeler"):
            assert row[column] == next((r[column] for r in reversed(mine) if r[column] is not None), None)
        named = next((r["station_id"] for r in reversed(mine) if r["station_id"]), None)
        assert row["is_station_derived"] == (named is None)
        assert row["station_id"] == (named or "FR*V75*P" + point[len("FR*V75*E") :].rpartition("*")[0])
        assert row["national_id"] == point.replace("*", "")
        assert (row["first_seen_date"], row["last_seen_date"]) == (mine[0]["utc_date"], mine[-1]["utc_date"])
        assert row["last_live_date"] == max((r["utc_date"] for r in mine if r["is_live"]), default=None)
        assert row["last_static_date"] == max((r["utc_date"] for r in mine if r["is_in_static_set"]), default=None)
