"""A living table is what its contract says, or nobody writes it."""

from collections.abc import Callable

import psycopg
import pytest
from psycopg import sql

from belib_platform.contracts.clean import ChargePointStatus, RejectedRecord, WeatherForecast, WrittenWindow
from belib_platform.contracts.contract import Contract, layer, name, qualified_name
from belib_platform.contracts.mart import WeatherLastKnown
from belib_platform.contracts.tables import TABLES
from belib_platform.warehouse.errors import ContractChangedError
from belib_platform.warehouse.partition import write_partitions
from belib_platform.warehouse.schema import drop_changed, ensure_schema
from belib_platform.warehouse.warehouse import Table, Warehouse
from belib_platform_tests.warehouse.daily_windows import DAY, days, partition, rejects, rows_of_every_type, runs

Age = Callable[[type[Contract]], None]


@pytest.fixture
def age(warehouse: Warehouse, postgres_url: str) -> Age:
    """Makes a written table one that another version of its contract made, with a column there is no longer."""
    own = Table(warehouse, ChargePointStatus)
    write_partitions(warehouse, own.contract, [partition(own, DAY, runs(DAY), rejects=rejects(DAY, "p1"))], "before")
    forecasts = Table(warehouse, WeatherForecast)
    rows = rows_of_every_type(WeatherForecast)
    write_partitions(warehouse, WeatherForecast, [partition(forecasts, DAY, rows)], "before")

    def change(contract: type[Contract]) -> None:
        table = sql.Identifier(layer(contract), name(contract))
        with psycopg.connect(postgres_url) as connection:
            connection.execute(sql.SQL("ALTER TABLE {} ADD COLUMN gone text").format(table))
            connection.execute(sql.SQL("COMMENT ON TABLE {} IS 'One row. [contract 0123456789ab]'").format(table))

    return change


def tables(url: str) -> set[str]:
    sentence = "SELECT table_schema || '.' || table_name FROM information_schema.tables WHERE table_schema = ANY(%s)"
    with psycopg.connect(url) as connection:
        return {row[0] for row in connection.execute(sentence, (["clean", "mart"],))}


def write(house: Warehouse) -> int:
    own = Table(house, ChargePointStatus)
    return write_partitions(house, own.contract, [partition(own, DAY, runs(DAY, 1), "later")], "after")


def test_making_the_schema_twice_changes_nothing(postgres_url: str) -> None:
    for _ in range(2):
        assert ensure_schema(postgres_url) == []
        assert tables(postgres_url) == {qualified_name(contract) for contract in [*TABLES, WeatherLastKnown]}
    assert drop_changed(postgres_url) == []


@pytest.mark.parametrize("changed", [ChargePointStatus, RejectedRecord, WrittenWindow], ids=name)
def test_a_table_of_another_contract_is_not_written(
    age: Age, warehouse: Warehouse, postgres_url: str, changed: type[Contract]
) -> None:
    age(changed)
    other = Warehouse(postgres_url)
    said = rf"^{qualified_name(changed)} was made by another version of its contract; `belib migrate`"
    with pytest.raises(ContractChangedError, match=said):
        write(other)
    other.close()
    assert days(warehouse) == {DAY: ["AVAILABLE"] * 3}
    note = Table(warehouse, ChargePointStatus).note(DAY)
    assert note is not None
    assert note.run_id == "before"


def test_a_table_of_another_contract_is_not_read_and_the_others_live(age: Age, postgres_url: str) -> None:
    age(WeatherForecast)
    other = Warehouse(postgres_url)
    with pytest.raises(ContractChangedError, match="weather_forecast"):
        other.read(WeatherForecast)
    assert write(other) == 1
    other.close()


def test_only_what_changed_is_dropped_with_its_notes_and_made_again_empty(age: Age, postgres_url: str) -> None:
    age(WeatherForecast)
    assert drop_changed(postgres_url) == ["clean.weather_forecast"]
    assert drop_changed(postgres_url) == []
    house = Warehouse(postgres_url)
    assert house.read(WeatherForecast).is_empty()
    assert house.query("SELECT * FROM mart.weather_last_known").is_empty()
    assert house.notes(WeatherForecast) == {}
    assert days(house) == {DAY: ["AVAILABLE"] * 3}
    assert [note.run_id for note in house.notes(ChargePointStatus).values()] == ["before"]
    house.close()


@pytest.mark.parametrize("lost", [RejectedRecord, WrittenWindow], ids=name)
def test_what_only_the_windows_can_bring_back_makes_them_due(age: Age, postgres_url: str, lost: type[Contract]) -> None:
    age(lost)
    assert drop_changed(postgres_url) == [qualified_name(lost)]
    house = Warehouse(postgres_url)
    assert house.read(RejectedRecord).height == (1 if lost is WrittenWindow else 0)
    assert (house.notes(ChargePointStatus), house.notes(WeatherForecast)) == ({}, {})
    assert days(house) == {DAY: ["AVAILABLE"] * 3}, "what is held is there until its window is written"
    assert write(house) == 1
    assert days(house) == {DAY: ["AVAILABLE"]}
    house.close()
