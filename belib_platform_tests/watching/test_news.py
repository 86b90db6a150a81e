"""News of the outbox: each row once, and everything where rows could be missed."""

import asyncio
from datetime import timedelta

import polars as pl
import psycopg

from belib_platform.api.database import pool_of, transaction
from belib_platform.contracts.mart import Change
from belib_platform.warehouse.outbox import no_changes, record_changes
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform.watching.news import EVERYTHING, ROWS, News, Outbox
from belib_platform_tests.watching.site import MINUTE, NOON


def changed(house: Warehouse, network: str, count: int = 1, ago: timedelta = MINUTE) -> None:
    """So many changes are recorded, the newest of which was seen so long before noon."""
    row = {"kind": "state_changed", "network": network, "thing_id": "x", "after": "{}"}
    seen = [row | {"after_first_seen_at": NOON - ago - n * MINUTE} for n in range(count)]
    with house.transaction(is_writing=True) as cursor:
        record_changes(house, cursor, pl.DataFrame(seen, schema=no_changes().schema))


def rewritten(house: Warehouse, network: str) -> None:
    """A day was written again."""
    row = {"kind": "day_rewritten", "network": network, "after": "{}", "utc_date": NOON.date()}
    with house.transaction(is_writing=True) as cursor:
        record_changes(house, cursor, pl.DataFrame([row], schema=no_changes().schema))


def test_each_row_is_news_once_and_everything_is_where_rows_could_be_missed(
    warehouse: Warehouse, postgres_url: str
) -> None:
    warehouse.require(Change)
    outbox = Outbox()

    async def follow() -> None:
        pool = pool_of(postgres_url)
        await pool.open()

        async def news() -> News:
            async with transaction(pool) as connection:
                return await outbox.news(connection)

        with psycopg.connect(postgres_url, autocommit=True) as owner:
            changed(warehouse, "belib", 3)
            assert await news() == EVERYTHING
            assert await news() == {}
            changed(warehouse, "belib", 2 * ROWS + 1)
            changed(warehouse, "velib", ago=2 * MINUTE)
            assert await news() == {"belib": NOON - MINUTE, "velib": NOON - 2 * MINUTE}
            assert await news() == {}
            rewritten(warehouse, "velib")
            assert await news() == {"velib": None}
            rewritten(warehouse, "belib")
            changed(warehouse, "belib", ago=5 * MINUTE)
            assert await news() == {"belib": NOON - 5 * MINUTE}
            changed(warehouse, "belib", 3)
            owner.execute("DELETE FROM mart.change WHERE id < (SELECT max(id) - 1 FROM mart.change)")
            assert await news() == EVERYTHING, "one row was deleted before it was read"
            changed(warehouse, "velib", 3)
            owner.execute("DELETE FROM mart.change WHERE id < (SELECT max(id) - 2 FROM mart.change)")
            assert await news() == {"velib": NOON - MINUTE}, "none was"
            changed(warehouse, "velib", 5)
            owner.execute("DELETE FROM mart.change WHERE id = (SELECT max(id) - 2 FROM mart.change)")
            assert (await news()).keys() == EVERYTHING.keys(), "one in the middle was"
            assert await news() == {}
            owner.execute("DELETE FROM mart.change")
            assert await news() == EVERYTHING, "ids begin again"
            changed(warehouse, "belib")
            assert await news() == {"belib": NOON - MINUTE}
        await pool.close()

    asyncio.run(follow())
