"""A day made poll by poll is the day made anew, whatever came late."""

import random
from datetime import date, timedelta

import polars as pl
import pytest

from belib_platform.contracts.clean import RejectedRecord
from belib_platform.contracts.contract import Contract, name
from belib_platform.raw.response import Response
from belib_platform.raw.store import RawStore
from belib_platform.simulator.paris import Paris
from belib_platform.sources.belib_realtime import BELIB
from belib_platform.sources.belib_static import BELIB_STATIC
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.raw.made_pages import response
from belib_platform_tests.sources.portal_records import live
from belib_platform_tests.warehouse.days import MADE, refresh, rows_of
from belib_platform_tests.warehouse.simulated_pages import answered, at, every, polls

DAY = date(2025, 3, 29)
NEXT = DAY + timedelta(days=1)


@pytest.fixture(scope="module")
def paris() -> Paris:
    return Paris.draw(7, first_day=DAY, days=2, stations=8)


@pytest.fixture(scope="module")
def answers(paris: Paris) -> list[Response]:
    """Ten minutes, then an hour apart for a day and a few hours of the next, one response of odd records among them."""
    instants = list(every(timedelta(minutes=10), at(DAY, 0.05), at(DAY, 2)))
    instants += every(timedelta(hours=1), at(DAY, 4), at(NEXT, 2))
    odd = [live(0, statut_pdc="En grève"), live(1, id_pdc="?"), live(2), live(2, statut_pdc="Inconnu"), live(3)]
    return [*polls(paris, BELIB, iter(instants)), response(odd, at(DAY, 12.6))]


def assert_equal_anew(store: RawStore, house: Warehouse, *days: date) -> dict[str, pl.DataFrame]:
    """All rows, once they are known to be those of the days made anew."""
    step_by_step = rows_of(house)
    for day in days:
        made = refresh(store, house, day, full_refresh=True, run="again")
        differing = made["charge_point_status"].differing
        assert differing is not None
        assert differing.is_empty()
    full_refresh = rows_of(house)
    different = [table for table, frame in step_by_step.items() if not frame.equals(full_refresh[table])]
    assert different == []
    return full_refresh


@pytest.mark.slow
def test_any_way_of_coming_in_makes_the_same_tables(
    store: RawStore, warehouse: Warehouse, answers: list[Response]
) -> None:
    in_order = sorted(answers, key=lambda answer: answer.fetched_at)
    rng = random.Random(3)
    actions = set()
    while in_order:
        batch = in_order[: rng.choice([1, 1, 3, 6])]
        del in_order[: len(batch)]
        store.keep(BELIB.collection, batch)
        for day in sorted({answer.day for answer in batch}):
            made = refresh(store, warehouse, day)
            actions.add(made["charge_point_status"].plan.action)
            actions.add(made["charge_point_day"].plan.action)
    assert actions == {"full_refresh", "append"}
    rows = assert_equal_anew(store, warehouse, DAY, NEXT)
    assert all(rows[name(contract)].height for contract in {*MADE} - _weather() | {RejectedRecord})
    assert rows["rejected_record"]["rule"].value_counts().sort("rule").rows() == [
        ("charge_point_id_fits_its_pattern", 1),
        ("one_status_per_poll", 2),
        ("status_word_is_known", 1),
    ]


def _weather() -> set[type[Contract]]:
    return {contract for contract in MADE if name(contract) == "weather_forecast"}


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
    assert_equal_anew(store, warehouse, DAY)


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
    assert_equal_anew(store, warehouse, DAY)


def _known(house: Warehouse, point: str) -> tuple[str, float, bool, bool]:
    row = rows_of(house)["charge_point_day"].filter(charge_point_id=point)
    return row.select("address", "power_kw", "is_live", "is_in_static_set").row(0)


def test_what_is_up_to_date_is_not_written_again(
    store: RawStore, warehouse: Warehouse, answers: list[Response]
) -> None:
    store.keep(BELIB.collection, answers[:3])
    refresh(store, warehouse, DAY)
    again = refresh(store, warehouse, DAY)
    assert {partition.plan.action for partition in again.values()} == {"nothing"}
    assert all(partition.frame is None for partition in again.values())
