"""The doctor compares the borders with those of the newest response."""

from datetime import timedelta

from belib_platform.contracts.clean import Arrondissement
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


def of_borders(look: Look) -> list[Finding]:
    return [finding for finding in look().differences if finding.remedy is Remedy.BORDERS]


def test_borders_that_differ_are_named_with_what_makes_them_again(
    store: RawStore, warehouse: Warehouse, look: Look
) -> None:
    assert of_borders(look) == []
    at = LATER - timedelta(hours=1)
    store.keep(ARRONDISSEMENTS.collection, [response(arrondissements_geojson(1), at, source=ARRONDISSEMENTS.name)])
    [missing] = of_borders(look)
    assert (missing.count, missing.example) == (20, "1 is missing")
    write_partitions(warehouse, Arrondissement, [ARRONDISSEMENT.make(inputs(store, warehouse, LATER))], "run")
    assert of_borders(look) == []
    with warehouse.transaction() as cursor:
        cursor.execute("UPDATE clean.arrondissement SET arrondissement_name = 'Lutetia' WHERE arrondissement = 5")
    [wrong] = of_borders(look)
    assert wrong.example == "5: arrondissement_name is Lutetia, not Simulated 05"
    assert Remedy.BORDERS.only == ["arrondissement"]
