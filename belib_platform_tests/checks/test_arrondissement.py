"""The check of the borders: true with all twenty, whether they are about to be written or held already."""

from datetime import UTC, datetime

import pytest

from belib_platform.checks.arrondissement import every_arrondissement_has_a_border
from belib_platform.checks.draft import Draft
from belib_platform.contracts.clean import Arrondissement
from belib_platform.raw.store import RawStore
from belib_platform.simulator.arrondissements_feed import arrondissements_geojson
from belib_platform.sources.arrondissements import ARRONDISSEMENTS
from belib_platform.warehouse.arrondissement import ARRONDISSEMENT
from belib_platform.warehouse.partition import write_partitions
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.raw.made_pages import response
from belib_platform_tests.warehouse.days import inputs

AT = datetime(2025, 3, 29, 3, 23, tzinfo=UTC)


@pytest.fixture
def draft(store: RawStore, warehouse: Warehouse) -> Draft:
    """What a run makes of a response."""
    body = arrondissements_geojson(1)
    store.keep(ARRONDISSEMENTS.collection, [response(body, AT, source=ARRONDISSEMENTS.name)])
    return again(store, warehouse)


def again(store: RawStore, house: Warehouse) -> Draft:
    made_from = inputs(store, house)
    return Draft(ARRONDISSEMENT, made_from, [ARRONDISSEMENT.make(made_from)])


def test_all_twenty_are_there(draft: Draft, store: RawStore, warehouse: Warehouse) -> None:
    write_partitions(warehouse, Arrondissement, draft.partitions, "run")
    held = again(store, warehouse)
    assert held.rows.is_empty()
    for one in (draft, held):
        assert every_arrondissement_has_a_border(one).passed


def test_without_a_response_it_warns(store: RawStore, warehouse: Warehouse) -> None:
    found = every_arrondissement_has_a_border(again(store, warehouse))
    assert (found.passed, found.is_warning) == (False, True)
    assert found.numbers == {"arrondissements": 0, "missing": 20}
