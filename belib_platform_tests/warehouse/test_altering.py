"""A table that another version made is brought to the contract with all its rows, or refused with all its rows."""

import polars as pl
import psycopg
import pytest

from belib_platform.contracts.clean import ChargePointDay, ChargePointStatus, Poll, WriteLock
from belib_platform.contracts.contract import Contract, frame_schema, layer, name, qualified_name
from belib_platform.contracts.ddl import index_names
from belib_platform.contracts.mart import WEATHER_LAST_KNOWN_SQL, CityDaily, StationAvailabilityHourly, WeatherLastKnown
from belib_platform.contracts.tables import TABLES
from belib_platform.warehouse.errors import ContractChangedError
from belib_platform.warehouse.partition import write_partitions
from belib_platform.warehouse.schema import ensure_schema
from belib_platform.warehouse.warehouse import Table, Warehouse
from belib_platform_tests.warehouse.daily_windows import DAY, days, partition, rows_of_every_type, runs

COMMENTS = """
SELECT objsubid, description FROM pg_description WHERE objoid = to_regclass(%s) ORDER BY 1
"""

HELD = [contract for contract in TABLES if contract is not WriteLock]
"""What has rows of somebody's data."""

INDEXED = (ChargePointStatus, StationAvailabilityHourly)


@pytest.fixture
def before(warehouse: Warehouse, postgres_url: str) -> Warehouse:
    """The tables as this version makes them; a test changes in them what another version had otherwise."""
    assert ensure_schema(postgres_url) == []
    return warehouse


def age(house: Warehouse, contract: type[Contract], *changes: str) -> None:
    """Make a table as another version of its contract would have made it."""
    with house.transaction() as cursor:
        for change in changes:
            cursor.execute(f"ALTER TABLE {qualified_name(contract)} {change}")
        cursor.execute(f"COMMENT ON TABLE {qualified_name(contract)} IS 'One row. [contract 0123456789ab]'")


def fill(house: Warehouse, contract: type[Contract]) -> pl.DataFrame:
    """Put rows of every type into a table."""
    rows = rows_of_every_type(contract)
    with house.transaction() as cursor:
        cursor.adbc_ingest(name(contract), rows.to_arrow(), mode="append", db_schema_name=layer(contract))
    return rows


def comments(url: str, contract: type[Contract]) -> list[tuple[int, str]]:
    with psycopg.connect(url) as connection:
        return connection.execute(COMMENTS, (qualified_name(contract),)).fetchall()


def test_an_integer_grows_and_no_row_is_lost(before: Warehouse, postgres_url: str) -> None:
    rows = fill(before, CityDaily)
    age(before, CityDaily, 'ALTER COLUMN "unobserved_s" TYPE integer', 'ALTER COLUMN "hours" TYPE smallint')
    assert ensure_schema(postgres_url) == []
    house = Warehouse(postgres_url)
    assert house.read(CityDaily).sort(CityDaily.primary_key()).equals(rows.sort(CityDaily.primary_key()))
    many = rows.with_columns(unobserved_s=16_470_000_000)
    with house.transaction() as cursor:
        cursor.execute(f"DELETE FROM {qualified_name(CityDaily)}")
        cursor.adbc_ingest("city_daily", many.to_arrow(), mode="append", db_schema_name="mart")
    assert house.read(CityDaily)["unobserved_s"].to_list() == [16_470_000_000] * many.height
    house.close()


@pytest.mark.family
@pytest.mark.parametrize("contract", HELD, ids=name)
def test_whatever_may_be_null_is_added_and_no_row_is_lost(
    contract: type[Contract], before: Warehouse, postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    told, rows = [text for _, text in comments(postgres_url, contract)], fill(before, contract)
    lacking = [column for column, spec in contract.columns().items() if spec.nullable]
    age(before, contract, *(f'DROP COLUMN "{column}" CASCADE' for column in lacking))
    assert ensure_schema(postgres_url) == []
    assert [said for said in caplog.messages if qualified_name(contract) in said and " ".join(lacking[:1]) in said]
    kept = rows.with_columns(pl.lit(None, frame_schema(contract)[column]).alias(column) for column in lacking)
    house = Warehouse(postgres_url)
    assert house.read(contract).sort(contract.primary_key()).equals(kept.sort(contract.primary_key()))
    assert sorted(text for _, text in comments(postgres_url, contract)) == sorted(told)
    with house.transaction() as cursor:
        cursor.execute(f"DELETE FROM {qualified_name(contract)}")
    assert fill(house, contract).sort(contract.primary_key()).equals(house.read(contract).sort(contract.primary_key()))
    house.close()


@pytest.mark.parametrize("change", ["", 'ALTER COLUMN "origin" DROP NOT NULL', 'ALTER COLUMN "reason" SET NOT NULL'])
def test_bounds_and_comments_are_taken_over_and_what_may_be_null_now_may(
    before: Warehouse, postgres_url: str, change: str
) -> None:
    age(before, Poll, *([change] if change else []))
    taken = "SET NOT NULL" in change or not change
    assert ensure_schema(postgres_url) == ([] if taken else ["clean.poll"])
    rows = fill(before, Poll)
    assert before.read(Poll).height == rows.height


@pytest.mark.family
@pytest.mark.parametrize(
    "change",
    [
        "ADD COLUMN odd integer",
        "DROP COLUMN poll_count",
        "ALTER COLUMN poll_count TYPE bigint",
        "ALTER COLUMN last_seen_at TYPE timestamp",
        "ALTER COLUMN status DROP NOT NULL",
        "DROP CONSTRAINT charge_point_status_pkey, ADD PRIMARY KEY (charge_point_id, first_seen_at)",
        "DROP CONSTRAINT charge_point_status_pkey",
        "DROP COLUMN source_updated_at, ADD COLUMN source_updated_at date",
    ],
)
def test_where_rows_of_before_cannot_be_rows_of_now_nothing_is_changed(
    before: Warehouse, postgres_url: str, change: str
) -> None:
    own = Table(before, ChargePointStatus)
    write_partitions(before, own.contract, [partition(own, DAY, runs(DAY))], "before")
    age(before, ChargePointStatus, change)
    told = comments(postgres_url, ChargePointStatus)
    assert ensure_schema(postgres_url) == ["clean.charge_point_status"]
    assert comments(postgres_url, ChargePointStatus) == told
    other = Warehouse(postgres_url)
    with pytest.raises(ContractChangedError, match="`belib migrate` drops and rebuilds it"):
        other.read(ChargePointStatus)
    assert other.query("SELECT count(*) AS n FROM clean.charge_point_status")["n"].to_list() == [3]
    other.close()


def test_a_poll_goes_on_with_a_table_that_an_older_version_made(before: Warehouse, postgres_url: str) -> None:
    own = Table(before, ChargePointStatus)
    write_partitions(before, own.contract, [partition(own, DAY, runs(DAY))], "before")
    age(before, ChargePointStatus, "DROP COLUMN source_updated_at")
    age(before, ChargePointDay, "DROP COLUMN operator_name", "DROP COLUMN power_kw")
    age(before, StationAvailabilityHourly, "DROP COLUMN weather_provider")
    later = Warehouse(postgres_url)
    mine = Table(later, ChargePointStatus)
    assert mine.rows(DAY)["source_updated_at"].null_count() == 3
    assert write_partitions(later, mine.contract, [partition(mine, DAY, runs(DAY, 2, "UNKNOWN"))], "after") == 1
    assert days(later) == {DAY: ["UNKNOWN"] * 2}
    later.close()


def test_a_view_follows_its_query(before: Warehouse, postgres_url: str) -> None:
    """Where the columns are the same only the query tells that another version made it."""
    view = qualified_name(WeatherLastKnown)
    query = f"SELECT pg_get_viewdef('{view}'::regclass) AS query"
    right, (_, told) = before.query(query), comments(postgres_url, WeatherLastKnown)[0]
    columns = ", ".join("'?' AS provider" if column == "provider" else column for column in WeatherLastKnown.columns())
    with before.transaction() as cursor:
        cursor.execute(f"CREATE OR REPLACE VIEW {view} AS SELECT {columns} FROM ({WEATHER_LAST_KNOWN_SQL}) AS other")
        cursor.execute(f"COMMENT ON VIEW {view} IS '{told.partition(', query')[0]}]'")
    assert not before.query(query).equals(right)
    assert ensure_schema(postgres_url) == []
    assert before.query(query).equals(right)
    assert comments(postgres_url, WeatherLastKnown)[0][1] == told


def indexes(url: str) -> set[str]:
    """What makes the indexes of the two tables that have some besides their key's."""
    sentence = "SELECT indexdef FROM pg_indexes WHERE schemaname || '.' || tablename = ANY(%s)"
    with psycopg.connect(url) as connection:
        return {row[0] for row in connection.execute(sentence, (list(map(qualified_name, INDEXED)),))}


def test_an_index_that_a_filled_table_lacks_is_made(
    before: Warehouse, postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    made, rows = indexes(postgres_url), {contract: fill(before, contract) for contract in INDEXED}
    lacking = [f"{layer(contract)}.{index}" for contract in INDEXED for index in index_names(contract)]
    assert len(lacking) == 4
    with before.transaction() as cursor:
        cursor.execute(f"DROP INDEX {', '.join(lacking)}")
    assert ensure_schema(postgres_url) == []
    assert indexes(postgres_url) == made
    assert len([said for said in caplog.messages if "now has the index" in said]) == len(lacking)
    house = Warehouse(postgres_url)
    for contract, held in rows.items():
        assert house.read(contract).sort(contract.primary_key()).equals(held.sort(contract.primary_key()))
    house.close()


def test_an_index_comes_with_its_new_column(before: Warehouse, postgres_url: str) -> None:
    made = indexes(postgres_url)
    age(before, StationAvailabilityHourly, 'DROP COLUMN "arrondissement" CASCADE')
    assert indexes(postgres_url) < made
    assert ensure_schema(postgres_url) == []
    assert indexes(postgres_url) == made


def test_a_table_of_another_contract_gets_no_index(before: Warehouse, postgres_url: str) -> None:
    age(before, ChargePointStatus, 'DROP COLUMN "first_seen_at"', "ADD COLUMN gone text")
    left = indexes(postgres_url)
    assert ensure_schema(postgres_url) == [qualified_name(ChargePointStatus)]
    assert indexes(postgres_url) == left
