"""What follows from a contract: names, windows, docs, and a fingerprint that moves with every promise."""

import inspect
import subprocess
import sys

import dataframely as dy
import polars as pl
import pytest

from belib_platform.contracts import clean, exports, mart, search
from belib_platform.contracts.bikes import clean as bikes_clean
from belib_platform.contracts.bikes import mart as bikes_mart
from belib_platform.contracts.bikes import search as bikes_search
from belib_platform.contracts.contract import (
    Contract,
    column_docs,
    conform,
    doc,
    fingerprint,
    frame_schema,
    name,
    partition_column,
    qualified_name,
)
from belib_platform.contracts.mart import SECONDS
from belib_platform.contracts.tables import FILES, INDICES, TABLES, VIEWS

ALL = [*TABLES, *VIEWS]
PLACE = {"status": dy.Enum(["on", "off"]), "count": dy.Int32(min=0, max=9), "id": dy.String(regex="^a$")}


def contract(**columns: dy.Column) -> type[Contract]:
    """A contract `Place` of these columns after its key."""
    return type("Place", (Contract,), {"key": dy.Int32(primary_key=True), **columns})


def test_every_contract_is_a_table_or_a_view() -> None:
    declared = [
        found
        for module in (clean, bikes_clean, mart, bikes_mart)
        for _, found in inspect.getmembers(module, inspect.isclass)
        if issubclass(found, Contract) and found.__module__ == module.__name__
    ]
    assert set(declared) == set(ALL)
    assert len(ALL) == len(declared)
    assert len({qualified_name(table) for table in ALL}) == len(ALL)


def test_every_contract_of_the_exports_is_a_file() -> None:
    declared = [c for _, c in inspect.getmembers(exports, inspect.isclass) if c.__module__ == exports.__name__]
    assert set(declared) == set(FILES)


def test_every_contract_of_the_search_layer_is_an_index_with_one_key() -> None:
    declared = [
        found
        for module in (search, bikes_search)
        for _, found in inspect.getmembers(module, inspect.isclass)
        if found.__module__ == module.__name__ and issubclass(found, Contract)
    ]
    assert set(declared) == set(INDICES)
    assert [len(index.primary_key()) for index in INDICES] == [1] * len(INDICES)


@pytest.mark.parametrize("table", [*ALL, *FILES, *INDICES], ids=name)
def test_every_row_and_every_column_is_documented(table: type[Contract]) -> None:
    assert doc(table).endswith(".")
    assert all(text.strip().endswith(".") for text in column_docs(table).values())
    assert list(column_docs(table)) == list(frame_schema(table))


@pytest.mark.parametrize("table", [*ALL, *FILES, *INDICES], ids=name)
def test_instants_and_dates_are_named_so_and_utc_to_the_millisecond(table: type[Contract]) -> None:
    for column, dtype in frame_schema(table).items():
        is_instant = isinstance(dtype, pl.Datetime)
        assert (column.endswith(("_at", "_until"))) == is_instant, column
        assert not is_instant or dtype == pl.Datetime("ms", "UTC")
        assert column.endswith("_date") == (dtype == pl.Date), column
        if column.endswith("_s"):
            assert dtype in (pl.Int32, pl.Int64), column


def test_windows_are_by_the_day_of_the_column_that_says_so() -> None:
    assert {name(table): partition_column(table) for table in ALL} == {
        "poll": "fetched_at",
        "charge_point_status": "first_seen_at",
        "charge_point_day": "utc_date",
        "charge_point": None,
        "station": None,
        "arrondissement": None,
        "change": None,
        "weather_forecast": "fetched_at",
        "bike_station_status": "first_seen_at",
        "bike_station_day": "utc_date",
        "bike_station": None,
        "bike_availability_hourly": "hour_at",
        "bike_city_daily": "local_date",
        "bike_rhythm": None,
        "bike_tomorrow": "issued_at",
        "bike_tomorrow_skill": "target_date",
        "station_nearby": None,
        "rejected_record": "fetched_at",
        "written_window": None,
        "write_lock": None,
        "station_availability_hourly": "hour_at",
        "city_daily": "local_date",
        "station_free_hourly": "hour_at",
        "station_rhythm": None,
        "station_period": None,
        "outage": None,
        "weather_effect": None,
        "weather_last_known": None,
    }
    for table in ALL:
        assert sum(bool((spec.metadata or {}).get("window")) for spec in table.columns().values()) <= 1


def test_the_seven_columns_of_time_are_columns_of_the_mart() -> None:
    assert [c for c in frame_schema(mart.StationAvailabilityHourly) if c in SECONDS] == list(SECONDS)


@pytest.mark.parametrize(
    "changed",
    [
        contract(**PLACE, more=dy.Bool()),
        contract(**(PLACE | {"status": dy.Enum(["off", "on"])})),
        contract(**(PLACE | {"status": dy.Enum(["on", "off", "new"])})),
        contract(**(PLACE | {"status": dy.String()})),
        contract(**(PLACE | {"count": dy.Int32(min=1, max=9)})),
        contract(**(PLACE | {"count": dy.Int32(min=0, max=8)})),
        contract(**(PLACE | {"count": dy.Int32(min=0)})),
        contract(**(PLACE | {"count": dy.Int64(min=0, max=9)})),
        contract(**(PLACE | {"count": dy.Int32(min=0, max=9, nullable=True)})),
        contract(**(PLACE | {"count": dy.Int32(min=0, max=9, primary_key=True)})),
        contract(**(PLACE | {"id": dy.String(regex="^b$")})),
        contract(**{"renamed" if column == "id" else column: spec for column, spec in PLACE.items()}),
        contract(**dict(reversed(PLACE.items()))),
    ],
)
def test_every_changed_promise_changes_the_fingerprint(changed: type[Contract]) -> None:
    assert fingerprint(changed) != fingerprint(contract(**PLACE))


def test_new_words_about_a_column_leave_the_fingerprint() -> None:
    told = contract(**(PLACE | {"id": dy.String(regex="^a$", metadata={"doc": "Told.", "window": True})}))
    assert fingerprint(told) == fingerprint(contract(**PLACE))


def test_fingerprints_differ_between_tables_and_agree_between_processes() -> None:
    code = (
        "from belib_platform.contracts.contract import fingerprint\n"
        "from belib_platform.contracts.tables import TABLES, VIEWS\n"
        "print(*(fingerprint(table) for table in [*TABLES, *VIEWS]))"
    )
    here = [fingerprint(table) for table in ALL]
    assert len(set(here)) == len(ALL)
    for seed in ("0", "1"):
        told = subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        )
        assert told.stdout.split() == here


def test_conforming_orders_and_types_columns_and_drops_others() -> None:
    frame = pl.DataFrame({"more": [1], "count": [3], "key": [1], "status": ["on"], "id": ["a"]})
    place = contract(**PLACE)
    assert conform(place, frame).schema == frame_schema(place)


def test_what_cannot_be_conformed_is_an_error() -> None:
    place = contract(**PLACE)
    good = {"count": [3], "key": [1], "status": ["on"], "id": ["a"]}
    for wrong in (good | {"status": ["perhaps"]}, good | {"count": [2**40]}, good | {"count": ["three"]}):
        with pytest.raises(pl.exceptions.InvalidOperationError):
            conform(place, pl.DataFrame(wrong))
    with pytest.raises(pl.exceptions.ColumnNotFoundError):
        conform(place, pl.DataFrame({"key": [1]}))
