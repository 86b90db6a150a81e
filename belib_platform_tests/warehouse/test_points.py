"""The points follow their days, whatever code made these."""

from datetime import date, timedelta

import pytest

from belib_platform.contracts.clean import ChargePoint, ChargePointDay, Station
from belib_platform.raw.store import RawStore
from belib_platform.sources.belib_realtime import BELIB
from belib_platform.warehouse.attributes_by_day import CHARGE_POINT_DAY
from belib_platform.warehouse.last_known import CHARGE_POINT, STATION, stale_last_known
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.raw.made_pages import response
from belib_platform_tests.sources.portal_records import live
from belib_platform_tests.warehouse.days import refresh, run
from belib_platform_tests.warehouse.simulated_pages import at

DAY = date(2025, 3, 29)
NEXT = DAY + timedelta(days=1)


def test_what_other_code_read_from_the_newest_day_does_not_outlive_it(
    store: RawStore, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.keep(BELIB.collection, [response([live(0)], at(day, 5)) for day in (DAY, NEXT)])
    with monkeypatch.context() as other_code:
        other_code.setitem(vars(CHARGE_POINT_DAY), "code_version", "another")
        refresh(store, warehouse, DAY)
        run(store, warehouse, [NEXT], [ChargePointDay])
        with warehouse.transaction() as cursor:
            cursor.execute("UPDATE clean.charge_point_day SET operator_name = 'misread' WHERE utc_date = $1", (NEXT,))
        run(store, warehouse, [NEXT], [ChargePoint, Station])
        assert warehouse.read(ChargePoint)["operator_name"].to_list() == ["misread"]
    store.keep(BELIB.collection, [response([live(0)], at(NEXT, 6))])
    run(store, warehouse, [NEXT], [ChargePointDay, ChargePoint])
    assert warehouse.read(ChargePoint)["operator_name"].to_list() == [None]


def test_they_are_stale_until_they_are_made_of_the_days_there_are(store: RawStore, warehouse: Warehouse) -> None:
    store.keep(BELIB.collection, [response([live(0)], at(DAY, 5))])
    refresh(store, warehouse, DAY)
    assert stale_last_known(warehouse) == []
    store.keep(BELIB.collection, [response([live(1)], at(NEXT, 5))])
    run(store, warehouse, [NEXT], [ChargePointDay])
    assert stale_last_known(warehouse) == [CHARGE_POINT, STATION]
    run(store, warehouse, [NEXT], [ChargePoint])
    assert stale_last_known(warehouse) == [STATION]
    run(store, warehouse, [NEXT], [Station])
    assert stale_last_known(warehouse) == []
