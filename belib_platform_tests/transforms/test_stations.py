"""Stations: whose points they are, held against the editions the city published, and what their points agree on."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from belib_platform.contracts.clean import ChargePoint, ChargePointDay, Station
from belib_platform.contracts.contract import conform, frame_schema
from belib_platform.sources import belib_static
from belib_platform.transforms.charge_points import charge_points, static_day, stations
from belib_platform.transforms.static_set import sift_static

DAY = date(2022, 12, 2)


def points_of(*rows: dict[str, Any]) -> pl.DataFrame:
    common = {"utc_date": DAY, "is_live": True, "is_in_static_set": False}
    days = pl.LazyFrame([common | row for row in rows], schema=frame_schema(ChargePointDay))
    return conform(ChargePoint, charge_points(ChargePoint.create_empty().lazy(), days).collect())


def stations_of(points: pl.DataFrame) -> list[dict[str, Any]]:
    return Station.validate(conform(Station, stations(points.lazy()).collect())).to_dicts()


@pytest.mark.parametrize(
    ("point", "station"),
    [
        ("FR*V75*EPX04*06*5", "FR*V75*PPX04*06"),
        ("FR*V75*EPX20*21*01", "FR*V75*PPX20*21"),
        ("FR*V75*E9001*01*1", "FR*V75*P9001*01"),
        ("FR*V75*EHBSAG*AAA*01*1", "FR*V75*PHBSAG*AAA"),
    ],
)
def test_a_station_no_edition_names_is_derived_from_the_points_id(point: str, station: str) -> None:
    row = points_of({"charge_point_id": point}).row(0, named=True)
    assert (row["station_id"], row["is_station_derived"]) == (station, True)


@pytest.mark.parametrize(
    ("name", "media_type", "agreeing", "published"),
    [
        ("belib_static/2022-12-02_export_labels.csv", "text/csv", 2073, 2073),
        ("belib_static/2024-12_export.json", "application/json", 1931, 1937),
    ],
)
def test_derived_stations_agree_with_the_published_ones(
    recorded: Callable[[str], Path], name: str, media_type: str, agreeing: int, published: int
) -> None:
    good = sift_static(belib_static.decode(recorded(name).read_bytes(), media_type).frame).good
    named = good.select("charge_point_id", published="station_id").drop_nulls()
    derived = points_of(*named.select("charge_point_id").to_dicts()).select("charge_point_id", "station_id")
    both = named.join(derived, on="charge_point_id")
    differing = both.filter(pl.col("published") != pl.col("station_id"))
    assert (both.height - differing.height, both.height) == (agreeing, published)
    assert differing["station_id"].str.contains("PPX05*14", literal=True).all()


def test_every_point_of_an_edition_lies_in_an_arrondissement(recorded: Callable[[str], Path]) -> None:
    body = recorded("belib_static/2024-12_export.json").read_bytes()
    good = sift_static(belib_static.decode(body, "application/json").frame).good
    day = static_day(DAY, good.lazy()).collect()
    assert day["arrondissement"].null_count() == 0
    assert sorted(day["arrondissement"].unique()) == list(range(1, 21))


def test_a_station_is_what_its_points_agree_on() -> None:
    rows = [
        {"address": "Rue", "arrondissement": 5, "longitude": 2.1, "latitude": 48.1, "power_kw": 7.0},
        {"address": None, "arrondissement": 4, "longitude": 2.3, "latitude": 48.3, "power_kw": 22.0},
        {"address": None, "arrondissement": 4, "longitude": 9.9, "latitude": 99.9 - 20, "power_kw": None},
        {"address": None, "arrondissement": None, "longitude": None, "latitude": None, "power_kw": None},
    ]
    points = points_of(*({"charge_point_id": f"FR*V75*EPX04*06*{n}", **row} for n, row in enumerate(rows)))
    assert stations_of(points) == [
        {
            "station_id": "FR*V75*PPX04*06",
            "station_name": None,
            "address": "Rue",
            "arrondissement": 4,
            "longitude": 2.3,
            "latitude": 48.3,
            "point_count": 4,
            "max_power_kw": 22.0,
            "last_seen_date": DAY,
        }
    ]


def test_a_tie_of_arrondissements_goes_to_the_smaller_whatever_the_order() -> None:
    rows = [{"charge_point_id": f"FR*V75*EPX04*06*{n}", "arrondissement": 20 - n} for n in range(2)]
    for order in (rows, rows[::-1]):
        assert stations_of(points_of(*order))[0]["arrondissement"] == 19


def test_no_points_make_no_stations() -> None:
    assert stations_of(points_of()) == []
