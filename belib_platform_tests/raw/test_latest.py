"""`raw_belib_latest`: one document per charge point, as last sent."""

import json
from typing import Any

import pytest

from belib_platform.raw.latest import Latest, records_as_sent, refresh_latest
from belib_platform.raw.store import RawStore
from belib_platform.sources.belib_realtime import BELIB, LAYOUT
from belib_platform.sources.record_body import CSV
from belib_platform_tests.sources.portal_records import live

JSON = "application/json"


def sent(*records: Any) -> dict[str, dict[str, Any]]:
    return records_as_sent(json.dumps(records).encode(), JSON, LAYOUT.key)


def documents(store: RawStore) -> dict[str, dict[str, Any]]:
    return {document["_id"]: document for document in store.database["raw_belib_latest"].find()}


def refresh(store: RawStore, page_id: str, *records: Any) -> int:
    return refresh_latest(store.database["raw_belib_latest"], Latest(page_id, sent(*records)))


def test_a_document_is_the_record_as_sent(store: RawStore) -> None:
    assert refresh(store, "belib/1/0", live(0), live(1)) == 2
    first = live(0)
    assert documents(store)[first["id_pdc"]] == {"_id": first["id_pdc"], "page_id": "belib/1/0", **first}


def test_only_what_differs_is_written(store: RawStore) -> None:
    refresh(store, "belib/1/0", live(0), live(1))
    assert refresh(store, "belib/2/0", live(0), live(1, statut_pdc="Inconnu")) == 1
    found = documents(store)
    assert found[live(0)["id_pdc"]]["page_id"] == "belib/1/0"
    assert found[live(1)["id_pdc"]]["page_id"] == "belib/2/0"
    assert found[live(1)["id_pdc"]]["statut_pdc"] == "Inconnu"
    assert refresh(store, "belib/3/0", live(0), live(1, statut_pdc="Inconnu")) == 0


def test_a_point_that_is_absent_stays_as_it_was(store: RawStore) -> None:
    refresh(store, "belib/1/0", live(0), live(1))
    assert refresh(store, "belib/2/0", live(1)) == 0
    assert len(documents(store)) == 2


def test_a_field_that_is_no_longer_sent_is_gone(store: RawStore) -> None:
    refresh(store, "belib/1/0", live(0))
    refresh(store, "belib/2/0", live(0, arrondissement=...))
    assert "arrondissement" not in documents(store)[live(0)["id_pdc"]]


def test_no_page_changes_nothing(store: RawStore) -> None:
    refresh(store, "belib/1/0", live(0))
    assert refresh_latest(store.database["raw_belib_latest"], Latest("", {})) == 0
    assert len(documents(store)) == 1


def test_csv_exports_keep_their_labels() -> None:
    body = "\ufeffID PDC local;Statut du point de recharge\nFR*V75*EPX10*11*1;Disponible\n".encode()
    expected = {"ID PDC local": "FR*V75*EPX10*11*1", "Statut du point de recharge": "Disponible"}
    assert records_as_sent(body, "text/csv", LAYOUT.key) == {"FR*V75*EPX10*11*1": expected}


@pytest.mark.parametrize(
    "odd",
    [
        live(1, id_pdc=["a", "list"]),
        live(1, id_pdc={"an": "object"}),
        live(1, id_pdc=7),
        live(1, id_pdc=...),
        live(1, id_pdc=""),
        "no object",
        None,
    ],
    ids=["list", "object", "number", "absent", "empty", "text", "null"],
)
def test_a_record_without_a_readable_id_costs_only_itself(store: RawStore, odd: Any) -> None:
    assert refresh(store, "belib/1/0", live(0), odd) == 1


@pytest.mark.parametrize("title", ["ID_PDC", " id_pdc ", "Id Pdc Local"])
def test_the_key_is_known_by_its_title_as_the_reader_of_csv_knows_it(title: str) -> None:
    body = f"{title};STATUT_PDC\nFR*V75*EPX10*11*1;Disponible\n".encode()
    assert BELIB.judge(body, CSV).is_sound
    assert records_as_sent(body, CSV, LAYOUT.key) == {
        "FR*V75*EPX10*11*1": {title: "FR*V75*EPX10*11*1", "STATUT_PDC": "Disponible"},
    }


@pytest.mark.parametrize(
    "odd",
    [
        {"url_description_pdc": "cut \ud83d"},
        {"a.dotted": {"name.d": 1}},
        {"$dollar": 1, "": "no name"},
        {"_id": "of theirs"},
        {"big": 10**30},
        {"deep": {"list": [{"a": "\ud83d", "b.c": 10**30}]}},
    ],
    ids=["half a character", "dots", "dollars", "an _id", "a large number", "deep"],
)
def test_a_field_that_mongodb_does_not_take_costs_no_document(store: RawStore, odd: dict[str, Any]) -> None:
    assert refresh(store, "belib/1/0", live(0), live(1, **odd)) == 2
    assert set(documents(store)) == {live(0)["id_pdc"], live(1)["id_pdc"]}
    assert refresh(store, "belib/2/0", live(0), live(1, **odd)) == 0


def test_a_csv_row_with_too_many_cells_costs_only_itself(store: RawStore) -> None:
    body = b"id_pdc;statut_pdc\nA;Disponible\nB;Disponible;and more\n"
    latest = Latest("belib/1/0", records_as_sent(body, "text/csv", LAYOUT.key))
    assert refresh_latest(store.database["raw_belib_latest"], latest) == 1
