"""Statistics are refused where they lack hours, and made again where the hours were written meanwhile."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from belib_platform.checks.draft import Draft
from belib_platform.checks.statistics import ALL_HOURS, outages_do_not_overlap
from belib_platform.contracts.mart import Outage, StationFreeHourly
from belib_platform.raw.store import RawStore
from belib_platform.sources.belib_realtime import BELIB
from belib_platform.warehouse.made_table import WholeTable
from belib_platform.warehouse.partition import ConcurrentWriteError
from belib_platform.warehouse.statistics import STATION_PERIOD, STATION_RHYTHM
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.raw.made_pages import response
from belib_platform_tests.sources.portal_records import live
from belib_platform_tests.warehouse.days import inputs, run
from belib_platform_tests.warehouse.simulated_pages import at

DAY = date(2025, 7, 13)

[IS_COMPLETE] = ALL_HOURS


@pytest.fixture
def house(store: RawStore, warehouse: Warehouse) -> Warehouse:
    """A day on which one charge point is seen every four minutes for two hours."""
    store.keep(BELIB.collection, [response([live(0)], at(DAY, 5 + n / 15)) for n in range(30)])
    run(store, warehouse, [DAY])
    return warehouse


@pytest.mark.parametrize("table", [STATION_RHYTHM, STATION_PERIOD], ids=lambda table: table.name)
def test_all_hours_are_summed(store: RawStore, house: Warehouse, table: WholeTable) -> None:
    made = table.make(inputs(store, house), full_refresh=True)
    found = IS_COMPLETE.judge(Draft(table, inputs(store, house), [made]))
    assert found.passed
    assert found.numbers["judged"] == (1 if table is STATION_RHYTHM else 3)
    assert made.frame is not None
    lost = replace(made, frame=made.frame.with_columns(pl.lit(0, pl.Int64).alias(c) for c in ("free_s", "none_free_s")))
    assert not IS_COMPLETE.judge(Draft(table, inputs(store, house), [lost])).passed


def test_hours_that_were_written_meanwhile_are_read_again(store: RawStore, house: Warehouse) -> None:
    made = STATION_RHYTHM.make(inputs(store, house), full_refresh=True)
    with house.transaction(is_writing=True) as cursor:
        cursor.execute("UPDATE clean.written_window SET run_id = 'other' WHERE asset = 'station_free_hourly'")
    assert house.notes(StationFreeHourly)[DAY.isoformat()].run_id == "other"
    with pytest.raises(ConcurrentWriteError):
        IS_COMPLETE.judge(Draft(STATION_RHYTHM, inputs(store, house), [made]))


def test_outages_that_overlap_are_found() -> None:
    seen = [("A", 1, 3), ("A", 4, 6), ("B", 2, 5)]
    columns = ["charge_point_id", "first_seen_at", "last_seen_at"]
    rows = pl.DataFrame([(p, at(DAY, a), at(DAY, b)) for p, a, b in seen], schema=columns, orient="row")
    assert set(columns) <= set(Outage.column_names())
    assert outages_do_not_overlap(rows).passed
    earlier = rows.with_columns(last_seen_at=pl.col("last_seen_at").dt.offset_by("2h"))
    assert outages_do_not_overlap(earlier).numbers["offending"] == 1
