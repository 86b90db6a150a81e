"""What people recorded of Vélib' becomes tables: whole sets, the operator's pair, and what is partial is refused."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from belib_platform.contracts.bikes.clean import BikeStation, BikeStationDay, BikeStationStatus
from belib_platform.contracts.bikes.mart import BikeAvailabilityHourly
from belib_platform.contracts.clean import Poll
from belib_platform.raw.store import RawStore
from belib_platform.recordings.finding import find_recordings
from belib_platform.recordings.import_result import ImportResult
from belib_platform.recordings.importing import import_recordings
from belib_platform.settings import Settings
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.sources.bike_records import LABELS, bikes, gbfs_information, gbfs_status
from belib_platform_tests.sources.test_velib import as_csv
from belib_platform_tests.warehouse.days import run

SETTINGS = Settings(first_day=date(2022, 1, 1), _env_file=None)
BIKES = [BikeStationStatus, Poll, BikeStationDay, BikeStation, BikeAvailabilityHourly]
DAY = date(2025, 3, 29)


def taken(path: Path, store: RawStore, **asked: Any) -> ImportResult:
    return import_recordings(find_recordings(path, **asked), SETTINGS, store)


def lay(folder: Path, files: dict[str, Any]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return folder


def reasons(result: ImportResult) -> str:
    return " ".join(reason for _, reason in result.refused)


def test_the_complete_set_of_a_summer_day_has_every_count_right(
    recorded: Callable[[str], Path], store: RawStore, warehouse: Warehouse
) -> None:
    path = recorded("velib/data_velib_20250817_174812.json")
    result = taken(path, store, time_format="%Y%m%d_%H%M%S")
    assert (result.new["velib"], result.refused) == (1, [])
    run(store, warehouse, [date(2025, 8, 17)], BIKES)
    fields = [record["fields"] for record in json.loads(path.read_bytes())["records"]]
    published = (
        pl.DataFrame(fields).select("stationcode", "mechanical", "ebike", "numdocksavailable").sort("stationcode")
    )
    status = warehouse.read(BikeStationStatus).sort("station_code")
    assert status.height == 1466
    assert status.select("station_code", "mechanical", "ebike", "docks").rows() == published.rows()
    stations = warehouse.read(BikeStation)
    assert stations["arrondissement"].count() == 974
    assert stations.filter(pl.col("insee_code") != "75056").height == 492
    silent = [
        f["stationcode"]
        for f in fields
        if datetime.fromisoformat(f["duedate"]) < datetime(2025, 8, 16, 17, 48, 12, tzinfo=UTC)
    ]
    assert sorted(silent) == status.filter(~pl.col("is_reporting"))["station_code"].to_list()


def test_an_answer_of_the_default_limit_is_refused_as_partial(recorded: Callable[[str], Path], store: RawStore) -> None:
    result = taken(recorded("velib/records_default_limit10_2025-01-23.json"), store, time_format="%Y-%m-%d")
    assert result.sound["velib"] == 0
    assert "10 of 1,473" in reasons(result)


def test_the_operators_pair_is_joined(recorded: Callable[[str], Path], store: RawStore, warehouse: Warehouse) -> None:
    assert not taken(recorded("velib/station_status_2024-11-19T082218Z.json"), store).refused
    information = recorded("velib/station_information_2024-11-19.json")
    assert not taken(information, store, time_format="%Y-%m-%d").refused
    run(store, warehouse, [date(2024, 11, 19)], BIKES)
    by_day = warehouse.read(BikeStationDay)
    assert by_day.height == 1485
    assert by_day["is_live"].all()
    assert by_day["is_in_static_set"].all()
    assert by_day.select("station_name", "capacity", "longitude", "latitude").null_count().sum_horizontal().item() == 0
    assert warehouse.read(BikeStationStatus).height == 1485


def test_the_operators_pair_and_the_feed_are_one_history(tmp_path: Path, store: RawStore, warehouse: Warehouse) -> None:
    made = [bikes(n) for n in range(60)]
    files = {
        "2025-03-29T100000Z.json": made,
        "2025-03-29T100500Z.json": gbfs_status(*made),
        "2025-03-29T090000Z.json": gbfs_information(*made),
    }
    assert not taken(lay(tmp_path, files), store).refused
    run(store, warehouse, [DAY], BIKES)
    status = warehouse.read(BikeStationStatus)
    assert status.filter(pl.col("poll_count") == 2).height == 0  # the operator's status does not say the capacity
    assert status["mechanical"].to_list() == [4] * 120
    assert warehouse.read(BikeStationDay)["is_in_static_set"].all()


def test_a_night_in_which_files_were_cut_short_and_names_lost(
    tmp_path: Path, store: RawStore, warehouse: Warehouse
) -> None:
    def scraped(count: int, **changes: Any) -> bytes:
        return as_csv([bikes(n) | changes for n in range(count)], LABELS, ",")

    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("2025-03-29T033000Z.csv", scraped(140))
    files = {
        "2025-03-29T010000Z.csv": scraped(140),
        "2025-03-29T013000Z.csv": scraped(140, name=None),
        "2025-03-29T020000Z.csv": scraped(140)[:9000],
        "2025-03-29T023000Z.csv": scraped(30),
        "2025-03-29T030000Z.csv": scraped(95),
        "night.csv": zipped.getvalue(),
    }
    result = taken(lay(tmp_path, files), store)
    refused = {Path(path).name: reason for path, reason in result.refused}
    assert result.new["velib"] >= 4
    assert "2025-03-29T023000Z.csv" in refused
    assert "partial" in refused["2025-03-29T023000Z.csv"]
    run(store, warehouse, [DAY], BIKES)
    assert warehouse.read(BikeStation)["station_name"].null_count() == 0
    assert warehouse.read(BikeStationStatus)["station_code"].n_unique() == 140


@pytest.mark.parametrize("change", [{"coordonnees_geo": {"lon": 2.354, "lat": 48.852}}, {"name": "Ailleurs"}])
def test_a_station_that_moves_or_is_renamed_is_the_same_one_and_each_day_keeps_what_it_knew(
    tmp_path: Path, store: RawStore, warehouse: Warehouse, change: dict[str, Any]
) -> None:
    following = DAY + timedelta(days=1)
    files = {
        "2025-03-29T100000Z.json": [bikes(n) for n in range(3)],
        "2025-03-30T100000Z.json": [bikes(0) | change, bikes(1), bikes(2)],
    }
    assert not taken(lay(tmp_path, files), store).refused
    run(store, warehouse, [DAY, following], BIKES)
    assert warehouse.read(BikeStation).height == 3
    days = warehouse.read(BikeStationDay).filter(pl.col("station_code") == bikes(0)["stationcode"])
    assert days.height == 2
    assert days.select(pl.struct("longitude", "station_name").n_unique()).item() == 2
