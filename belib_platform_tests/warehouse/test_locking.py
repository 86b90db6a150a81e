"""Writers wait for each other, for a bounded time; who may only read keeps nobody from writing."""

from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest

from belib_platform.contracts.clean import ChargePointStatus, Poll
from belib_platform.contracts.contract import qualified_name
from belib_platform.warehouse import schema
from belib_platform.warehouse import warehouse as warehouse_module
from belib_platform.warehouse.errors import LockedError
from belib_platform.warehouse.locking import WAIT_S, hold
from belib_platform.warehouse.partition import write_partitions
from belib_platform.warehouse.schema import ensure_schema
from belib_platform.warehouse.warehouse import Table, Warehouse
from belib_platform_tests.postgres_users import lesser_user
from belib_platform_tests.warehouse.daily_windows import DAY, days, partition, runs

MODES = (
    "ACCESS SHARE",
    "ROW SHARE",
    "ROW EXCLUSIVE",
    "SHARE UPDATE EXCLUSIVE",
    "SHARE",
    "SHARE ROW EXCLUSIVE",
    "EXCLUSIVE",
    "ACCESS EXCLUSIVE",
)
STRENGTHS = ("UPDATE", "NO KEY UPDATE", "SHARE", "KEY SHARE")
TABLES = ("clean.write_lock", "clean.written_window", "clean.rejected_record", "clean.charge_point_status")
ATTEMPTS = [
    *(f"LOCK TABLE {table} IN {mode} MODE" for table in TABLES for mode in MODES),
    *(f"SELECT * FROM {table} FOR {strength}" for table in TABLES for strength in STRENGTHS),
    *(f"SELECT pg_advisory_xact_lock(hashtext('{name}'))" for name in (*TABLES, "belib_platform schema")),
    "SELECT count(*) FROM clean.charge_point_status, clean.write_lock, clean.written_window",
]
READS = (
    "GRANT USAGE ON SCHEMA clean, mart TO {}",
    "GRANT SELECT ON ALL TABLES IN SCHEMA clean TO {}",
    "GRANT SELECT ON ALL TABLES IN SCHEMA mart TO {}",
)


@pytest.fixture
def postgres_url(direct_url: str) -> str:
    """A database to which each user connects as themselves."""
    return direct_url


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits for a lock waits a tenth of a second."""
    for module, name in (
        (warehouse_module, "TO_READ"),
        (warehouse_module, "TO_WRITE"),
        (schema, "FOR_THIS_TRANSACTION"),
    ):
        bounded = getattr(module, name)
        assert f"'{WAIT_S}s'" in bounded
        monkeypatch.setattr(module, name, bounded.replace(f"'{WAIT_S}s'", "'100ms'"))
    monkeypatch.setattr(warehouse_module, "WAIT_S", 0.1)
    monkeypatch.setattr(schema, "ALTER_S", 0.1)


@pytest.fixture
def reader(warehouse: Warehouse, postgres_url: str) -> Iterator[str]:
    """URL of a user who may select from every table, after something was written."""
    own = Table(warehouse, ChargePointStatus)
    write_partitions(warehouse, own.contract, [partition(own, DAY, runs(DAY))], "before")
    with lesser_user(postgres_url, *READS) as url:
        yield url


def write(house: Warehouse, status: str) -> None:
    own = Table(house, ChargePointStatus)
    write_partitions(house, own.contract, [partition(own, DAY, runs(DAY, 2, status), status)], "after")


@pytest.mark.usefixtures("impatient")
def test_whatever_a_reader_locks_nobody_waits_for_it(reader: str, warehouse: Warehouse) -> None:
    """What it may lock it holds while somebody writes, and what it may not is refused."""
    held = []
    for attempt in ATTEMPTS:
        with psycopg.connect(reader) as connection:
            try:
                connection.execute(attempt)
                held.append(attempt)
            except psycopg.errors.InsufficientPrivilege:
                connection.rollback()
            write(warehouse, "UNKNOWN" if days(warehouse)[DAY] != ["UNKNOWN"] * 2 else "CHARGING")
    assert [attempt for attempt in held if attempt.startswith("LOCK")] == [
        f"LOCK TABLE {table} IN ACCESS SHARE MODE" for table in TABLES
    ]
    assert not [attempt for attempt in held if " FOR " in attempt]


@pytest.mark.usefixtures("impatient")
def test_who_waits_too_long_for_a_writer_says_who_it_is_and_writes_nothing(
    reader: str, warehouse: Warehouse, postgres_url: str
) -> None:
    with psycopg.connect(postgres_url, application_name="the other") as other, psycopg.connect(reader) as reading:
        reading.execute("SELECT * FROM clean.charge_point_status")
        other.execute(hold(qualified_name(ChargePointStatus)))
        pid = other.info.backend_pid
        said = (
            r"^Writing clean\.charge_point_status waited too long for a lock\. "
            rf"Sessions in transactions: process {pid} of user \w+ \(the other\) since .* UTC\.$"
        )
        with pytest.raises(LockedError, match=said):
            write(warehouse, "UNKNOWN")
        polls = Table(warehouse, Poll)
        assert write_partitions(warehouse, Poll, [partition(polls, DAY, Poll.create_empty())], "another table") == 1
    assert days(warehouse) == {DAY: ["AVAILABLE"] * 3}
    write(warehouse, "UNKNOWN")
    assert days(warehouse) == {DAY: ["UNKNOWN"] * 2}


@pytest.mark.usefixtures("impatient")
def test_what_is_done_alone_is_done_by_one_and_the_next_one_can_once_that_is_gone(
    warehouse: Warehouse, postgres_url: str
) -> None:
    with closing(Warehouse(postgres_url)) as other:
        with warehouse.alone("an_index"), other.alone("another_index"):
            said = r"^Loading an_index waited too long .* \(belib\) since"
            with pytest.raises(LockedError, match=said), other.alone("an_index"):
                pass
            write(other, "UNKNOWN")
        with other.alone("an_index"):
            pass


@pytest.mark.usefixtures("impatient")
def test_a_schema_that_a_reader_keeps_from_changing_names_it_and_changes_once_it_has_ended(
    reader: str, warehouse: Warehouse, postgres_url: str
) -> None:
    with psycopg.connect(postgres_url) as owner:
        owner.execute("ALTER TABLE clean.charge_point_status DROP COLUMN source_updated_at")
        owner.execute("COMMENT ON TABLE clean.charge_point_status IS 'One row. [contract 0123456789ab]'")
    with psycopg.connect(reader) as reading:
        reading.execute("SELECT count(*) FROM clean.charge_point_status")
        said = rf"^Changing the schema waited too long .*process {reading.info.backend_pid} of user user_\w+"
        with pytest.raises(LockedError, match=said):
            ensure_schema(postgres_url)
        held = warehouse.query("SELECT count(*) AS n FROM clean.charge_point_status")
        assert held["n"].to_list() == [3], "others read on"
    assert ensure_schema(postgres_url) == []
    with closing(Warehouse(postgres_url)) as later:
        assert Table(later, ChargePointStatus).rows(DAY)["source_updated_at"].null_count() == 3


@pytest.mark.parametrize("maintenance", ["VACUUM", "ANALYZE", "VACUUM (ANALYZE)"])
def test_who_writes_keeps_no_vacuum_from_its_work(
    reader: str, warehouse: Warehouse, postgres_url: str, maintenance: str
) -> None:
    with (
        warehouse.writing(ChargePointStatus) as cursor,
        psycopg.connect(postgres_url, autocommit=True) as owner,
    ):
        cursor.execute("DELETE FROM clean.charge_point_status")
        owner.execute("SET lock_timeout = 100")
        for table in TABLES:
            owner.execute(f"{maintenance} {table}")
    assert days(warehouse) == {}


@pytest.mark.usefixtures("impatient")
def test_a_schema_changes_only_while_nobody_writes(reader: str, warehouse: Warehouse, postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as owner:
        owner.execute("COMMENT ON TABLE clean.poll IS 'One row. [contract 0123456789ab]'")
    with warehouse.writing(ChargePointStatus), pytest.raises(LockedError, match="Changing the schema"):
        ensure_schema(postgres_url)
    assert ensure_schema(postgres_url) == []
