"""A day that is over is closed once every table was written since; those that were not are found again."""

from datetime import timedelta

import time_machine

from belib_platform.raw.store import RawStore
from belib_platform.warehouse.unclosed import unclosed_days
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.raw.made_pages import NOON, response
from belib_platform_tests.sources.portal_records import live
from belib_platform_tests.warehouse.days import refresh

DAY = NOON.date()
NEXT = DAY + timedelta(days=1)


def test_a_day_waits_until_all_its_tables_were_written_after_its_end(store: RawStore, warehouse: Warehouse) -> None:
    assert unclosed_days(store, warehouse, NEXT) == []
    store.keep("raw_belib", [response([live(1)])])
    assert unclosed_days(store, warehouse, NEXT) == [DAY]
    with time_machine.travel(NOON + timedelta(minutes=5)):
        refresh(store, warehouse, DAY)
    assert unclosed_days(store, warehouse, DAY) == []
    assert unclosed_days(store, warehouse, NEXT) == [DAY]
    with time_machine.travel(NOON + timedelta(hours=12, minutes=4)):
        refresh(store, warehouse, DAY, full_refresh=True)
    assert unclosed_days(store, warehouse, NEXT) == []


def test_old_days_and_retired_ones_do_not_wait(store: RawStore, warehouse: Warehouse) -> None:
    store.keep("raw_belib", [response([live(1)])])
    assert unclosed_days(store, warehouse, DAY + timedelta(days=7)) == [DAY]
    assert unclosed_days(store, warehouse, DAY + timedelta(days=8)) == []
    store.retired.note(DAY, {})
    assert unclosed_days(store, warehouse, NEXT) == []
