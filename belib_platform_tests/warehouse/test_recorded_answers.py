"""What the real portal answered in 2022 and 2023, held against plain counting."""

import csv
import json
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from belib_platform.contracts.clean import ChargePoint, ChargePointDay, ChargePointStatus, Poll, RejectedRecord
from belib_platform.raw.store import RawStore
from belib_platform.recordings.finding import find_recordings
from belib_platform.recordings.importing import import_recordings
from belib_platform.settings import Settings
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.warehouse.days import refresh, run

SETTINGS = Settings(_env_file=None)
OCPI = {
    "Disponible": "AVAILABLE",
    "Occupé (en charge)": "CHARGING",
    "Inconnu": "UNKNOWN",
    "En maintenance": "OUTOFORDER",
    "Mise en service planifiée": "PLANNED",
}


def test_nineteen_answers_of_2023_are_counted_right(
    store: RawStore, warehouse: Warehouse, recorded: Callable[[str], Path]
) -> None:
    folder = recorded("belib_realtime")
    result = import_recordings(find_recordings(folder), SETTINGS, store)
    assert (result.sound["belib"], result.new["belib"], len(result.days["belib"])) == (19, 19, 8)
    for day in sorted(result.days["belib"]):
        run(store, warehouse, [day], [ChargePointStatus, Poll])
    assert warehouse.read(RejectedRecord).is_empty()
    polls = warehouse.read(Poll).sort("fetched_at")
    assert polls["record_count"].to_list() == [2097] * 19
    assert polls["is_folded"].all()
    plain = {
        path.stem.removeprefix("belib_rt_"): Counter(
            OCPI[record["statut_pdc"]] for record in json.loads(path.read_bytes())
        )
        for path in sorted(folder.glob("belib_rt_*.json"))
    }
    found = warehouse.read(ChargePointStatus)
    for at, counts in plain.items():
        then = pl.lit(at).str.to_datetime("%Y-%m-%dT%H%M%SZ", time_zone="UTC", time_unit="ms")
        seen = found.filter(pl.col("first_seen_at") <= then, pl.col("last_seen_at") >= then)
        assert dict(seen["status"].cast(pl.String).value_counts().iter_rows()) == dict(counts), at
    assert polls["unknown_ratio"].to_list() == pytest.approx([c["UNKNOWN"] / 2097 for c in plain.values()])
    total = sum(plain.values(), Counter())
    shares = {status: round(count / total.total(), 2) for status, count in total.items()}
    assert (shares["AVAILABLE"], shares["CHARGING"]) == (0.61, 0.33)


def test_the_pair_of_csv_exports_of_2022_is_joined(
    store: RawStore, warehouse: Warehouse, recorded: Callable[[str], Path]
) -> None:
    day = date(2022, 12, 2)
    for name in ("belib_realtime", "belib_static"):
        found = find_recordings(recorded(f"{name}/2022-12-02_export_labels.csv"), time_format="%Y-%m-%d")
        assert import_recordings(found, SETTINGS, store).refused == []
    refresh(store, warehouse, day)
    days = warehouse.read(ChargePointDay)
    assert days.filter("is_live", "is_in_static_set").height == 2032
    assert days.filter(pl.col("is_live"), ~pl.col("is_in_static_set")).height == 52
    assert days.filter(~pl.col("is_live"), pl.col("is_in_static_set")).height == 41
    rejects = warehouse.read(RejectedRecord)
    assert rejects.select("asset", "rule").unique().rows() == [("charge_point_day", "charge_point_id_is_present")]
    assert rejects.height == 11
    static = recorded("belib_static/2022-12-02_export_labels.csv").read_text("utf-8-sig")
    rows = list(csv.DictReader(static.splitlines(), delimiter=";"))
    without = [index for index, row in enumerate(rows) if not row["ID PDC local"]]
    assert sorted(rejects["record_index"].to_list()) == without
    power = {row["ID PDC local"]: float(row["Puissance max KW"]) for row in rows if row["ID PDC local"]}
    known = warehouse.read(ChargePoint).filter(pl.col("power_kw").is_not_null())
    assert dict(known.select("charge_point_id", "power_kw").iter_rows()) == power
    assert warehouse.read(ChargePoint)["is_station_derived"].sum() == 52
