"""The borders are those of the newest sound response, and outlive it."""

import json
from datetime import UTC, datetime, timedelta

from belib_platform.contracts.clean import Arrondissement
from belib_platform.raw.response import Response
from belib_platform.raw.store import RawStore
from belib_platform.simulator.arrondissements_feed import arrondissements_geojson
from belib_platform.sources.arrondissements import ARRONDISSEMENTS, decode
from belib_platform.warehouse.arrondissement import ARRONDISSEMENT
from belib_platform.warehouse.partition import write_partitions
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.raw.made_pages import response
from belib_platform_tests.warehouse.days import NOW, inputs

AT = datetime(2025, 3, 29, 3, 23, tzinfo=UTC)
DAY = timedelta(days=1)


def edition(seed: int, at: datetime, verdict: str = "sound") -> Response:
    body = arrondissements_geojson(seed)
    return response(body, at, source=ARRONDISSEMENTS.name, media_type="application/geo+json", verdict=verdict)


def make(store: RawStore, house: Warehouse, *, full_refresh: bool = False) -> int:
    """Make the table as a run does; returns how many partitions were written."""
    partition = ARRONDISSEMENT.make(inputs(store, house), full_refresh=full_refresh)
    return write_partitions(house, Arrondissement, [partition], "run")


def test_they_are_those_of_the_newest_sound_response(store: RawStore, warehouse: Warehouse) -> None:
    responses = [edition(1, AT), edition(2, AT + DAY), edition(3, AT + 2 * DAY, "refused"), edition(4, NOW + DAY)]
    store.keep(ARRONDISSEMENTS.collection, responses)
    assert make(store, warehouse) == 1
    rows, expected = warehouse.read(Arrondissement).sort("arrondissement"), decode(arrondissements_geojson(2))
    columns = ["arrondissement", "arrondissement_name", "geometry"]
    assert rows.select(columns).equals(expected.select(columns))
    assert rows["arrondissement"].to_list() == list(range(1, 21))
    assert set(rows["fetched_at"]) == {AT + DAY}
    assert {json.loads(outline)["type"] for outline in rows["outline"]} == {"Polygon"}


def test_they_are_written_when_there_is_a_newer_response_and_not_otherwise(
    store: RawStore, warehouse: Warehouse
) -> None:
    assert [make(store, warehouse) for _ in range(2)] == [1, 0]
    assert warehouse.read(Arrondissement).is_empty()
    store.keep(ARRONDISSEMENTS.collection, [edition(1, AT)])
    assert [make(store, warehouse) for _ in range(2)] == [1, 0]
    store.keep(ARRONDISSEMENTS.collection, [edition(2, AT - DAY)])
    assert make(store, warehouse) == 0
    store.keep(ARRONDISSEMENTS.collection, [edition(1, AT + DAY)])
    assert make(store, warehouse) == 1
    assert set(warehouse.read(Arrondissement)["fetched_at"]) == {AT + DAY}


def test_they_stay_when_their_response_left_raw(store: RawStore, warehouse: Warehouse) -> None:
    store.keep(ARRONDISSEMENTS.collection, [edition(1, AT)])
    make(store, warehouse)
    store.database.drop_collection(ARRONDISSEMENTS.collection)
    assert [make(store, warehouse, full_refresh=anew) for anew in (False, True)] == [0, 0]
    assert warehouse.read(Arrondissement).height == 20
