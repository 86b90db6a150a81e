"""A day made poll by poll is the day made anew, whatever came late."""

from datetime import date

import pytest

from belib_platform.raw.store import RawStore
from belib_platform.simulator.paris import Paris
from belib_platform.sources.belib_realtime import BELIB
from belib_platform.sources.belib_static import BELIB_STATIC
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.raw.made_pages import response
from belib_platform_tests.sources.portal_records import live
from belib_platform_tests.warehouse.days import assert_same, refresh, rows_of
from belib_platform_tests.warehouse.simulated_pages import answered, at, polls

DAY = date(2025, 3, 29)


@pytest.fixture(scope="module")
def paris() -> Paris:
    return Paris.draw(7, first_day=DAY, days=1, stations=8)


def assert_equal_anew(store: RawStore, house: Warehouse) -> None:
    """Compare the rows with those of a full refresh of the day."""
    step_by_step = rows_of(house)
    differing = refresh(store, house, DAY, full_refresh=True, run="again")["charge_point_status"].differing
    assert differing is not None
    assert differing.is_empty()
    assert_same(step_by_step, rows_of(house))


def test_a_late_page_is_folded_where_it_belongs(store: RawStore, warehouse: Warehouse) -> None:
    sent = {0: "Disponible", 10: "Disponible", 20: "Disponible"}
    for minutes, word in sent.items():
        store.keep(BELIB.collection, [response([live(0, statut_pdc=word)], at(DAY, minutes / 60))])
        refresh(store, warehouse, DAY)
    assert rows_of(warehouse)["charge_point_status"]["poll_count"].to_list() == [3]
    store.keep(BELIB.collection, [response([live(0, statut_pdc="Inconnu")], at(DAY, 5 / 60))])
    made = refresh(store, warehouse, DAY)
    assert made["charge_point_status"].plan.action == "full_refresh"
    runs = rows_of(warehouse)["charge_point_status"]
    assert runs.select("status", "poll_count").rows() == [("AVAILABLE", 1), ("UNKNOWN", 1), ("AVAILABLE", 2)]
    assert_equal_anew(store, warehouse)


def test_a_dropped_address_is_filled_by_an_edition_that_comes_at_noon(
    store: RawStore, warehouse: Warehouse, paris: Paris
) -> None:
    point = paris.live[0].charge_point_id
    placeless = dict.fromkeys(["coordonneesxy", "adresse_station", "code_insee_commune", "arrondissement"])
    store.keep(BELIB.collection, [response([live(0, id_pdc=point, **placeless)], at(DAY, 11))])
    refresh(store, warehouse, DAY)
    assert _known(warehouse, point) == (None, None, True, False)
    edition = answered(BELIB_STATIC, paris.static_body(DAY), at(DAY, 12))
    store.keep(BELIB_STATIC.collection, [edition])
    assert refresh(store, warehouse, DAY)["charge_point_day"].plan.action == "full_refresh"
    address, power, *flags = _known(warehouse, point)
    assert (address, flags) == (paris.live[0].station.address, [True, True])
    assert power > 0
    store.keep(BELIB.collection, [response([live(0, id_pdc=point, **placeless)], at(DAY, 13))])
    assert refresh(store, warehouse, DAY)["charge_point_day"].plan.action == "append"
    assert _known(warehouse, point) == (address, power, True, True)
    assert_equal_anew(store, warehouse)


def _known(house: Warehouse, point: str) -> tuple[str, float, bool, bool]:
    row = rows_of(house)["charge_point_day"].filter(charge_point_id=point)
    return row.select("address", "power_kw", "is_live", "is_in_static_set").row(0)


def test_what_is_up_to_date_is_not_written_again(store: RawStore, warehouse: Warehouse, paris: Paris) -> None:
    store.keep(BELIB.collection, polls(paris, BELIB, iter([at(DAY, 0.1), at(DAY, 0.3), at(DAY, 0.5)])))
    refresh(store, warehouse, DAY)
    again = refresh(store, warehouse, DAY)
    assert {partition.plan.action for partition in again.values()} == {"nothing"}
    assert all(partition.frame is None for partition in again.values())
