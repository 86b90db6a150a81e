"""Days of which another day tells something, imported in any order through Dagster, are those of one full refresh."""

from datetime import date, timedelta
from itertools import permutations

import pytest

from belib_platform.contracts.clean import ChargePoint, Station
from belib_platform.contracts.mart import CityDaily, StationAvailabilityHourly
from belib_platform.raw.response import Response
from belib_platform.repair.rebuild import rebuild_days
from belib_platform_tests.end_to_end.platform import Platform
from belib_platform_tests.raw.made_pages import response
from belib_platform_tests.sources.portal_records import live
from belib_platform_tests.warehouse.simulated_pages import at

pytestmark = pytest.mark.slow

DAY = date(2025, 6, 10)
NEXT = DAY + timedelta(days=1)
TABLES = (ChargePoint, Station, StationAvailabilityHourly, CityDaily)

POLL = response([live(0)], at(DAY, 12))
LATER = response([live(0), live(1)], at(NEXT, 12))
EDITION = response([{"id_pdc_local": live(0)["id_pdc"], "puissance_nominale": "7"}], at(DAY, 3), source="belib_static")


def come(platform: Platform, answer: Response, only: list[str] | None = None) -> None:
    """An import of one answer."""
    collection = "raw_belib_static" if answer.source == "belib_static" else "raw_belib"
    platform.store.keep(collection, [answer])
    rebuild_days(platform.instance, [answer.day], only)


@pytest.mark.parametrize("order", list(permutations([POLL, LATER, EDITION]))[::2], ids=["plain", "later", "edition"])
def test_any_order_gives_the_tables_of_a_full_refresh(platform: Platform, order: tuple[Response, ...]) -> None:
    for answer in order:
        come(platform, answer)
    made = [platform.rows(contract) for contract in TABLES]
    assert made[2].select("hour_at", "station_id").height == 24 + 2 * 24, "two powers on the second day"
    rebuild_days(platform.instance, [DAY, NEXT], full_refresh=True)
    for contract, rows in zip(TABLES, made, strict=True):
        assert platform.rows(contract).equals(rows)


def test_days_made_alone_are_followed_by_all_that_is_made_of_them(platform: Platform) -> None:
    come(platform, POLL)
    assert set(platform.rows(StationAvailabilityHourly)["power_kw"]) == {0.0}
    come(platform, EDITION, ["charge_point_day"])
    assert platform.rows(ChargePoint)["power_kw"].to_list() == [7.0]
    assert platform.rows(Station)["max_power_kw"].to_list() == [7.0]
    assert set(platform.rows(StationAvailabilityHourly)["power_kw"]) == {7.0}
