"""The doctor compares the borders with those of the newest response."""

from datetime import timedelta
from typing import Any

import pytest
import zstandard

from belib_platform.contracts.clean import Arrondissement
from belib_platform.raw.response import Response
from belib_platform.raw.store import RawStore
from belib_platform.repair.doctor.finding import Finding, Remedy
from belib_platform.simulator.arrondissements_feed import arrondissements_geojson
from belib_platform.sources.arrondissements import ARRONDISSEMENTS
from belib_platform.warehouse.arrondissement import ARRONDISSEMENT
from belib_platform.warehouse.partition import write_partitions
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.raw.made_pages import response
from belib_platform_tests.repair.doctor.conftest import LATER, Look
from belib_platform_tests.warehouse.days import inputs


def edition(body: bytes) -> Response:
    """A response of an hour ago."""
    return response(body, LATER - timedelta(hours=1), source=ARRONDISSEMENTS.name)


def of_borders(look: Look) -> list[Finding]:
    return [finding for finding in look().differences if finding.remedy is Remedy.BORDERS]


def test_borders_that_differ_are_named_with_what_makes_them_again(
    store: RawStore, warehouse: Warehouse, look: Look
) -> None:
    assert of_borders(look) == []
    store.keep(ARRONDISSEMENTS.collection, [edition(arrondissements_geojson(1))])
    [missing] = of_borders(look)
    assert (missing.count, missing.example) == (20, "1 is missing")
    write_partitions(warehouse, Arrondissement, [ARRONDISSEMENT.make(inputs(store, warehouse, LATER))], "run")
    assert of_borders(look) == []
    with warehouse.transaction() as cursor:
        cursor.execute("UPDATE clean.arrondissement SET arrondissement_name = 'Lutetia' WHERE arrondissement = 5")
    [wrong] = of_borders(look)
    assert wrong.example == "5: arrondissement_name is Lutetia, not Simulated 05"
    assert Remedy.BORDERS.only == ["arrondissement"]


@pytest.mark.parametrize("harm", [{"$unset": {"body": ""}}, {"$set": {"body": zstandard.compress(b"[]")}}])
def test_borders_that_cannot_be_read_are_named(store: RawStore, look: Look, harm: dict[str, Any]) -> None:
    store.keep(ARRONDISSEMENTS.collection, [edition(arrondissements_geojson(1))])
    store.database[ARRONDISSEMENTS.collection].update_many({}, harm)
    [found] = [finding for finding in look().differences if finding.layer.startswith("clean.arrondissement")]
    assert (found.summary, found.remedy) == ("the newest borders cannot be read", None)
