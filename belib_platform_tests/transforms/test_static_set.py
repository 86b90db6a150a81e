"""Static records: rows without ids and invented points are rejected with their evidence."""

import json

import polars as pl

from belib_platform.transforms.static_set import sift_static


def test_placeholders_and_invented_points_are_turned_away_by_name() -> None:
    ids = ["FR*V75*EPX04*06*5", None, "fictif", "FR*V75*EPX04*06*6"]
    records = pl.DataFrame({"record_index": range(4), "charge_point_id": ids, "address": ["Rue"] * 4})
    sifted = sift_static(records)
    assert sifted.good.equals(records[[0, 3]])
    assert sifted.rejects.select("record_index", "rule").rows() == [
        (1, "charge_point_id_is_present"),
        (2, "charge_point_id_fits_its_pattern"),
    ]
    kept = {"record_index": 2, "charge_point_id": "fictif", "address": "Rue"}
    assert json.loads(sifted.rejects["record"][1]) == kept
