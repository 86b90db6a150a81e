"""A contract as PostgreSQL reads it: types, keys in order, nullability, comments, the fingerprint in the table's."""

import pytest

from belib_platform.contracts import clean
from belib_platform.contracts.contract import Contract, column_docs, doc, fingerprint, frame_schema, name
from belib_platform.contracts.ddl import index_names, sql_table, sql_type
from belib_platform.contracts.tables import TABLES, VIEWS


@pytest.mark.parametrize("contract", [*TABLES, *VIEWS], ids=name)
def test_a_table_says_what_its_contract_says(contract: type[Contract]) -> None:
    table = sql_table(contract)
    assert [column.name for column in table.columns] == list(frame_schema(contract))
    assert [column.name for column in table.primary_key] == contract.primary_key()
    assert {column.name: column.comment for column in table.columns} == column_docs(contract)
    assert table.comment == f"{doc(contract)} [contract {fingerprint(contract)}]"
    for column in table.columns:
        assert column.nullable == contract.columns()[column.name].nullable


def test_only_large_tables_have_indexes_besides_their_keys() -> None:
    assert {name(contract): index_names(contract) for contract in TABLES if contract.indexes} == {
        "charge_point_status": ["charge_point_status_of_point"],
        "bike_station_status": ["bike_station_status_of_time"],
        "change": ["change_of_time"],
        "bike_availability_hourly": ["bike_availability_hourly_of_station"],
        "station_availability_hourly": [
            "station_availability_hourly_of_station",
            "station_availability_hourly_saturated",
            "station_availability_hourly_of_local_hour",
        ],
    }


def test_time_comes_first_in_the_keys_of_what_grows() -> None:
    for contract in (clean.Poll, clean.ChargePointStatus, clean.ChargePointDay, clean.WeatherForecast):
        first = contract.primary_key()[0]
        assert first.endswith(("_at", "_date")), contract


def test_types_are_those_meant() -> None:
    types = {column.name: sql_type(column) for column in sql_table(clean.ChargePointDay).columns}
    expected = {
        "utc_date": "date",
        "charge_point_id": "text",
        "is_live": "boolean",
        "arrondissement": "smallint",
        "power_kw": "float",
        "commissioned_at": "timestamp with time zone",
    }
    assert {column: types[column] for column in expected} == expected
