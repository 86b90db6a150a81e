"""A response that was judged sound and cannot be read now costs no other response; it is one rejected record."""

import json
from datetime import timedelta

import pytest

from belib_platform.checks.attributes import the_static_set_still_has_its_columns
from belib_platform.checks.newest_response import newest_records
from belib_platform.contracts.clean import ChargePointStatus, Poll, RejectedRecord
from belib_platform.raw.response import Response
from belib_platform.raw.store import RawStore
from belib_platform.simulator.paris import Paris
from belib_platform.sources.belib_static import LAYOUT
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.raw.made_pages import NOON, response
from belib_platform_tests.sources.portal_records import live
from belib_platform_tests.warehouse.days import refresh, rows_of

COLLECTIONS = {"belib": "raw_belib", "belib_static": "raw_belib_static", "open_meteo": "raw_meteo"}
TABLES = {"belib": "charge_point_status", "belib_static": "charge_point_day", "open_meteo": "weather_forecast"}
LATER = NOON + timedelta(minutes=5)


def sound(source: str, paris: Paris) -> Response:
    bodies = {
        "belib": json.dumps([live(0), live(1)]).encode(),
        "belib_static": paris.static_body(NOON.date()),
        "open_meteo": paris.forecast_body(NOON),
    }
    return response(bodies[source], source=source)


@pytest.fixture(scope="module")
def paris() -> Paris:
    return Paris.draw(7, first_day=NOON.date(), days=1, stations=2)


@pytest.mark.family
@pytest.mark.parametrize("source", COLLECTIONS)
@pytest.mark.parametrize("is_alone", [True, False])
def test_it_is_one_rejected_record(
    store: RawStore, warehouse: Warehouse, paris: Paris, source: str, is_alone: bool
) -> None:
    html = response(b"<html>back soon</html>", LATER, source=source, media_type="text/html")
    good = [] if is_alone else [sound(source, paris)]
    store.keep(COLLECTIONS[source], good)
    refresh(store, warehouse, NOON.date())
    expected = rows_of(warehouse)
    store.keep(COLLECTIONS[source], [html])
    refresh(store, warehouse, NOON.date())
    found = rows_of(warehouse)
    assert found[TABLES[source]].equals(expected[TABLES[source]])
    rejects = warehouse.read(RejectedRecord).filter(rule="body_is_readable")
    row = rejects.row(0, named=True)
    assert (rejects.height, row["asset"], row["page_id"], row["record_index"]) == (1, TABLES[source], html.id, 0)
    assert json.loads(row["record"])["reason"].startswith("The body is not whole JSON")
    assert row["fetched_at"] == LATER


def test_it_has_no_facts_and_its_neighbours_have(store: RawStore, warehouse: Warehouse, paris: Paris) -> None:
    last = response([live(0)], LATER + timedelta(minutes=5))
    store.keep("raw_belib", [sound("belib", paris), response(b"<html>", LATER), last])
    refresh(store, warehouse, NOON.date())
    polls = warehouse.read(Poll).sort("fetched_at")
    assert polls["unknown_ratio"].to_list() == [0.0, None, 0.0]
    assert polls["is_folded"].to_list() == [True] * 3
    assert warehouse.read(ChargePointStatus)["poll_count"].sum() == 3


def test_an_edition_that_cannot_be_read_lacks_every_column(store: RawStore) -> None:
    store.keep("raw_belib_static", [response(b"<html>", source="belib_static")])
    edition = newest_records(store.responses("raw_belib_static"), "belib_static", LAYOUT)
    finding = the_static_set_still_has_its_columns(edition)
    assert str(finding.numbers["columns"]).startswith("all: the body is not whole JSON")
