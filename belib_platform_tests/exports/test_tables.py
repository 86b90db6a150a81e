"""Files against the tables they are copies of: the same rows, and what they say of themselves."""

import json
from datetime import date
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest

from belib_platform.contracts.bikes.clean import BikeStation
from belib_platform.contracts.clean import ChargePointStatus
from belib_platform.contracts.contract import Contract, column_docs, conform, fingerprint, frame_schema, name
from belib_platform.contracts.mart import CityDaily
from belib_platform.exports.exported import (
    BIKE_AVAILABILITY_HOURLY,
    BIKE_CITY_DAILY,
    BIKE_STATION,
    BIKE_STATION_STATUS,
    CHARGE_POINT_STATUS,
    CITY_DAILY,
    Exported,
)
from belib_platform.exports.files import write_files
from belib_platform.exports.tables import exported_files
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.exports.made_rows import DAYS, TODAY, city, csv_rows, write_city, write_status

OCTOBER, NOVEMBER = (f"charge_point_status/charge_point_status_2026-{month}.parquet" for month in (10, 11))
CITY = ["city_daily.csv", "city_daily.csv-metadata.json", "city_daily.parquet"]


def export_city(house: Warehouse, folder: Path, *, is_simulated: bool = False) -> list[str]:
    return write_files(folder, exported_files(house, CITY_DAILY, TODAY, is_simulated=is_simulated))


def export_status(house: Warehouse, folder: Path, today: date = TODAY, *, is_simulated: bool = False) -> list[str]:
    return write_files(folder, exported_files(house, CHARGE_POINT_STATUS, today, is_simulated=is_simulated))


def rows(path: Path, contract: type[Contract]) -> pl.DataFrame:
    return conform(contract, pl.read_parquet(path))


def table(house: Warehouse, contract: type[Contract], *days: date) -> pl.DataFrame:
    """Rows of these days; all rows, if none is named."""
    read = [house.read(contract, day, day) for day in days] or [house.read(contract)]
    return pl.concat(read).sort(contract.primary_key())


def test_a_months_file_holds_the_rows_of_its_days_that_are_over_a_day_in_a_row_group(
    tables: Warehouse, folder: Path
) -> None:
    assert export_status(tables, folder) == [OCTOBER, NOVEMBER]
    assert rows(folder / OCTOBER, ChargePointStatus).equals(table(tables, ChargePointStatus, *DAYS[:2]))
    assert rows(folder / NOVEMBER, ChargePointStatus).equals(table(tables, ChargePointStatus, DAYS[2]))
    assert [pq.read_metadata(folder / path).num_row_groups for path in (OCTOBER, NOVEMBER)] == [2, 1]


def test_the_city_is_the_same_as_table_as_parquet_and_as_csv(tables: Warehouse, folder: Path) -> None:
    assert export_city(tables, folder) == CITY
    whole = table(tables, CityDaily, *DAYS)
    assert rows(folder / CITY[2], CityDaily).equals(whole)
    assert csv_rows(folder / CITY[0], CityDaily).equals(whole)
    text = (folder / CITY[0]).read_bytes()
    assert text.count(b"\r\n") == text.count(b"\n") == whole.height + 1
    assert not text.startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize(("contract", "path"), [(CityDaily, CITY[2]), (ChargePointStatus, OCTOBER)])
def test_a_parquet_file_says_what_it_is_to_pyarrow_and_to_polars(
    tables: Warehouse, folder: Path, contract: type[Contract], path: str
) -> None:
    export_city(tables, folder)
    export_status(tables, folder)
    said = pl.read_parquet_metadata(folder / path)
    assert "ODbL 1.0 (https://opendatacommons.org/licenses/odbl/1-0/)" in said["licence"]
    assert "Ville de Paris" in said["attribution"]
    assert said["contract_fingerprint"] == fingerprint(contract)
    assert "UTC" in said["time"]
    assert json.loads(said["columns"]) == column_docs(contract)
    assert "simulated" not in said
    assert ("CC BY 4.0" in said["licence"], "Open-Meteo" in said["attribution"]) == ((contract is CityDaily,) * 2)
    schema = pq.read_schema(folder / path)
    assert schema.metadata[b"title"].decode() == said["title"]
    assert {field.name: field.metadata[b"description"].decode() for field in schema} == column_docs(contract)
    assert {field.name for field in schema if not field.nullable} == {
        column for column, spec in contract.columns().items() if not spec.nullable
    }
    assert pq.read_metadata(folder / path).row_group(0).column(0).compression == "ZSTD"


def test_beside_the_csv_lies_what_its_columns_are(tables: Warehouse, folder: Path) -> None:
    export_city(tables, folder)
    said = json.loads((folder / CITY[1]).read_text(encoding="utf-8"))
    assert said["url"] == "city_daily.csv"
    assert [licence["@id"] for licence in said["dc:license"]] == [
        "https://opendatacommons.org/licenses/odbl/1-0/",
        "https://creativecommons.org/licenses/by/4.0/",
    ]
    assert "Ville de Paris" in said["dc:rights"]
    assert "Open-Meteo.com" in said["dc:rights"]
    columns = said["tableSchema"]["columns"]
    header = (folder / CITY[0]).read_text(encoding="utf-8").splitlines()[0]
    assert ",".join(column["name"] for column in columns) == header
    assert {column["name"]: column["dc:description"] for column in columns} == column_docs(CityDaily)
    datatypes = {column["name"]: column["datatype"] for column in columns}
    assert datatypes["local_date"] == {"base": "date"}
    assert datatypes["arrondissement"] == {"base": "integer", "minimum": 0, "maximum": 20}
    assert said["tableSchema"]["primaryKey"] == ["local_date", "arrondissement"]


def test_providers_are_named_where_their_forecasts_are_used(warehouse: Warehouse, folder: Path) -> None:
    write_city(warehouse, DAYS[0], city(DAYS[0], weather_providers="infoclimat openweathermap"))
    export_city(warehouse, folder)
    said = pl.read_parquet_metadata(folder / CITY[2])["attribution"]
    assert ("Infoclimat" in said, "OpenWeather" in said, "Open-Meteo" in said) == (True, True, False)


def test_simulated_history_says_so_in_every_file(tables: Warehouse, folder: Path) -> None:
    paths = export_city(tables, folder, is_simulated=True) + export_status(tables, folder, is_simulated=True)
    for path in paths:
        if path.endswith(".parquet"):
            assert pl.read_parquet_metadata(folder / path)["simulated"].startswith("SIMULATED")
    assert json.loads((folder / CITY[1]).read_text())["rdfs:comment"].startswith("SIMULATED")
    assert export_city(tables, folder) == CITY, "the same rows said to be real are other files"


def test_only_the_month_whose_day_was_written_since_is_written_again(tables: Warehouse, folder: Path) -> None:
    export_status(tables, folder)
    before = {path: (folder / path).stat() for path in (OCTOBER, NOVEMBER)}
    assert export_status(tables, folder) == []
    write_status(tables, DAYS[2], points=5, run="later")
    assert export_status(tables, folder) == [NOVEMBER]
    after = {path: (folder / path).stat() for path in (OCTOBER, NOVEMBER)}
    assert (after[OCTOBER].st_ino, after[OCTOBER].st_mtime_ns) == (before[OCTOBER].st_ino, before[OCTOBER].st_mtime_ns)
    assert after[NOVEMBER].st_ino != before[NOVEMBER].st_ino
    assert rows(folder / NOVEMBER, ChargePointStatus).height == 5


def test_a_day_joins_its_month_once_it_is_over_and_what_today_brings_changes_no_file(
    tables: Warehouse, folder: Path
) -> None:
    export_status(tables, folder)
    write_status(tables, TODAY, points=9, run="five minutes later")
    assert export_status(tables, folder) == []
    assert export_status(tables, folder, date(2026, 12, 1)) == [NOVEMBER]
    assert rows(folder / NOVEMBER, ChargePointStatus).equals(table(tables, ChargePointStatus, *DAYS[2:]))


def test_a_month_without_rows_has_no_file_and_the_city_without_rows_a_header(
    warehouse: Warehouse, folder: Path
) -> None:
    write_status(warehouse, DAYS[0], points=0)
    assert export_status(warehouse, folder) == []
    assert export_city(warehouse, folder) == CITY
    assert (folder / CITY[0]).read_bytes() == f"{','.join(frame_schema(CityDaily))}\r\n".encode()


@pytest.mark.parametrize("damage", ["missing", "cut", "another's"])
def test_what_somebody_took_away_or_broke_is_written_again(tables: Warehouse, folder: Path, damage: str) -> None:
    export_status(tables, folder)
    path = folder / OCTOBER
    match damage:
        case "missing":
            path.unlink()
        case "cut":
            path.write_bytes(path.read_bytes()[:-20])
        case _:
            pl.DataFrame({"a": [1]}).write_parquet(path)
    assert export_status(tables, folder) == [OCTOBER]
    assert rows(path, ChargePointStatus).equals(table(tables, ChargePointStatus, *DAYS[:2]))


def test_of_the_citys_three_files_none_is_left_behind(tables: Warehouse, folder: Path) -> None:
    export_city(tables, folder)
    (folder / CITY[0]).unlink()
    assert export_city(tables, folder) == CITY
    assert export_city(tables, folder) == []


BIKES = [BIKE_CITY_DAILY, BIKE_AVAILABILITY_HOURLY, BIKE_STATION_STATUS, BIKE_STATION]


@pytest.mark.parametrize("exported", BIKES, ids=lambda exported: exported.asset)
def test_tables_of_bikes_are_copied_with_their_own_attribution(
    bikes: Warehouse, folder: Path, exported: Exported
) -> None:
    contract, stem = exported.contract, name(exported.contract)
    paths = write_files(folder, exported_files(bikes, exported, TODAY, is_simulated=False))
    whole = table(bikes, contract, *([] if contract is BikeStation else DAYS[:1]))
    assert whole.height
    if exported.by_month:
        assert paths == [f"{stem}/{stem}_2026-10.parquet"]
    else:
        assert paths == [f"{stem}.csv", f"{stem}.csv-metadata.json", f"{stem}.parquet"]
        assert csv_rows(folder / paths[0], contract).equals(whole)
    assert rows(folder / paths[-1], contract).equals(whole)
    said = pl.read_parquet_metadata(folder / paths[-1])
    assert "Smovengo / Autolib' Vélib' Métropole – opendata.paris.fr" in said["attribution"]
    assert ("ODbL" in said["licence"], "Open-Meteo" in said["attribution"]) == (True, exported.has_weather)
    assert "Belib'" not in said["attribution"]
    assert write_files(folder, exported_files(bikes, exported, TODAY, is_simulated=False)) == []


@pytest.mark.parametrize("exported", BIKES, ids=lambda exported: exported.asset)
def test_a_home_without_bikes_has_headers_of_whole_tables_and_no_months(
    warehouse: Warehouse, folder: Path, exported: Exported
) -> None:
    paths = write_files(folder, exported_files(warehouse, exported, TODAY, is_simulated=False))
    assert len(paths) == (0 if exported.by_month else 3)
    for path in paths[:1]:
        assert (folder / path).read_bytes() == f"{','.join(frame_schema(exported.contract))}\r\n".encode()
