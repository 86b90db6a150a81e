"""What the publisher reads of the outbox: consecutive changes, what is missing, and what it waits for."""

from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest

from belib_platform.kafka import outbox
from belib_platform.kafka.outbox import Outbox, OutboxAwayError
from belib_platform.kafka.position import Position
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.kafka.publishers import change
from belib_platform_tests.postgres_users import lesser_user


@pytest.fixture
def owner(postgres_url: str) -> Iterator[psycopg.Connection]:
    """Somebody who may do everything in the warehouse."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        yield connection


@pytest.mark.parametrize("start", [None, 0, 3, 19])
@pytest.mark.parametrize(
    "missing",
    [
        [],
        [1],
        [4],
        [5, 6, 7],
        [19],
        [2, 4, 6, 8, 10, 12],
        [1, 2, 3, 4, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 19],
        range(4, 20),
    ],
)
def test_every_change_that_is_kept_is_read_once_and_every_id_that_is_missing_is_counted(
    warehouse: Warehouse,
    postgres_url: str,
    owner: psycopg.Connection,
    monkeypatch: pytest.MonkeyPatch,
    missing: list[int],
    start: int | None,
) -> None:
    """Also where more are missing than are read at once."""
    monkeypatch.setattr(outbox, "LIMIT", 5)
    change(warehouse, 20)
    owner.execute("DELETE FROM mart.change WHERE id = ANY(%s)", [list(missing)])
    kept = [number for number in range(1, 21) if number not in missing]
    position = None if start is None else Position(start, None)
    read: list[int] = []
    lost = 0
    with closing(Outbox(postgres_url)) as reader:
        while position is None or position.change_id < 20:
            found = reader.after(position)
            assert found.newest == 20
            assert found.rows, "it stands still"
            lost += found.lost
            read += [row["id"] for row in found.rows]
            position = Position(read[-1], None)
    first = kept[0] if start is None else start + 1
    assert read == [number for number in kept if number >= first]
    assert lost == 21 - first - len(read)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("ALTER TABLE mart.change RENAME TO another", "ALTER TABLE mart.another RENAME TO change"),
        (
            "ALTER TABLE mart.change RENAME COLUMN page_id TO page",
            "ALTER TABLE mart.change RENAME COLUMN page TO page_id",
        ),
        ("ALTER SCHEMA mart RENAME TO another", "ALTER SCHEMA another RENAME TO mart"),
    ],
    ids=["table", "column", "schema"],
)
def test_what_an_earlier_version_lacks_is_waited_for(
    warehouse: Warehouse, postgres_url: str, owner: psycopg.Connection, before: str, after: str
) -> None:
    change(warehouse, 1)
    with closing(Outbox(postgres_url)) as reader:
        owner.execute(before)
        with pytest.raises(OutboxAwayError, match=r"does not exist$"):
            reader.after(None)
        owner.execute(after)
        assert len(reader.after(None).rows) == 1


def test_a_right_that_is_missing_is_waited_for(warehouse: Warehouse, direct_url: str) -> None:
    house = Warehouse(direct_url)
    change(house, 1)
    house.close()
    with lesser_user(direct_url, "GRANT USAGE ON SCHEMA mart TO {}") as url, closing(Outbox(url)) as reader:
        with pytest.raises(OutboxAwayError, match=r"^permission denied for table change$"):
            reader.after(None)
        user = url.partition("//")[2].partition(":")[0]
        with psycopg.connect(direct_url, autocommit=True) as owner:
            owner.execute(f"GRANT SELECT ON mart.change TO {user}")
        assert len(reader.after(None).rows) == 1
