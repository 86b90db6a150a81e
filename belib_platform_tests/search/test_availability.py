"""After any event, the next run makes the index equal to the mart."""

from datetime import date, timedelta
from typing import Any

import pytest

from belib_platform.contracts.search import BelibAvailability
from belib_platform.search import loading
from belib_platform.search.availability import load_days
from belib_platform.search.client import Search
from belib_platform.search.comparison import differing_days, differing_hours
from belib_platform.search.errors import RefusedDocumentsError, SearchError
from belib_platform.search.hourly_index import AVAILABILITY
from belib_platform.search.notes import NOTES, all_notes
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.search.made_mart import (
    DAY,
    expected,
    hours_of,
    index_names,
    indexed,
    is_whole,
    write_hours,
    write_stations,
)

NEXT = DAY + timedelta(days=1)


@pytest.fixture
def mart(warehouse: Warehouse) -> Warehouse:
    """Two days of two stations, in two months."""
    write_stations(warehouse)
    write_hours(warehouse, DAY, hours_of(DAY))
    write_hours(warehouse, NEXT, hours_of(NEXT))
    return warehouse


@pytest.fixture
def loaded(search: Search, mart: Warehouse) -> Search:
    """Both days, indexed."""
    load_days(search, mart, AVAILABILITY, [DAY])
    assert indexed(search) == expected(mart)
    return search


def test_a_run_updates_its_own_and_other_days_in_monthly_indices(loaded: Search, mart: Warehouse) -> None:
    assert index_names(loaded) == ["belib_availability-2025.05-1", "belib_availability-2025.06-1"]
    assert len(indexed(loaded)) == 12
    assert is_whole(loaded, mart, DAY)
    assert is_whole(loaded, mart, NEXT)


def test_unchanged_documents_are_not_sent(loaded: Search, mart: Warehouse) -> None:
    assert load_days(loaded, mart, AVAILABILITY, [DAY, NEXT]).slices == 0
    write_hours(mart, DAY, hours_of(DAY, hours=4))
    done = load_days(loaded, mart, AVAILABILITY, [DAY])
    assert (done.slices, done.sent, done.deleted) == (1, 2, 0)
    write_stations(mart, "Rue B", count=1)
    done = load_days(loaded, mart, AVAILABILITY, [DAY])
    assert (done.slices, done.sent) == (2, 14)  # the place of one station, and the other's that is no longer known
    assert indexed(loaded) == expected(mart)


def test_a_new_fingerprint_of_equal_rows_sends_nothing_and_is_noted(loaded: Search, mart: Warehouse) -> None:
    write_hours(mart, DAY, hours_of(DAY).reverse())
    assert load_days(loaded, mart, AVAILABILITY, [DAY]).sent == 0
    assert load_days(loaded, mart, AVAILABILITY, [DAY]).slices == 0


def test_documents_of_vanished_rows_are_deleted(loaded: Search, mart: Warehouse) -> None:
    write_hours(mart, DAY, hours_of(DAY, stations=1))
    done = load_days(loaded, mart, AVAILABILITY, [DAY])
    assert (done.sent, done.deleted) == (0, 3)
    assert indexed(loaded) == expected(mart)


def test_a_day_without_rows_any_more_leaves_no_document(loaded: Search, mart: Warehouse) -> None:
    write_hours(mart, DAY, hours_of(DAY).clear())
    load_days(loaded, mart, AVAILABILITY, [NEXT])
    assert indexed(loaded) == expected(mart)
    assert index_names(loaded) == ["belib_availability-2025.06-1"]


@pytest.mark.family
@pytest.mark.parametrize("what", ["belib_availability-2025.05-1", NOTES, "both"])
def test_what_was_deleted_comes_back(loaded: Search, mart: Warehouse, what: str) -> None:
    for name in ["belib_availability-2025.05-1", NOTES] if what == "both" else [what]:
        loaded.client.indices.delete(index=loaded.prefix + name)
    load_days(loaded, mart, AVAILABILITY, [NEXT])
    assert indexed(loaded) == expected(mart)


def test_documents_deleted_or_added_by_others_are_repaired(loaded: Search, mart: Warehouse) -> None:
    index = loaded.prefix + "belib_availability-2025.05-1"
    some = next(key for key, document in indexed(loaded).items() if document["hour_at"].startswith(f"{DAY}"))
    loaded.client.delete(index=index, id=some, refresh=True)
    load_days(loaded, mart, AVAILABILITY, [NEXT])
    assert indexed(loaded) == expected(mart)
    loaded.client.index(
        index=index, id="stray", document=indexed(loaded)[some] | {"document_id": "stray"}, refresh=True
    )
    load_days(loaded, mart, AVAILABILITY, [NEXT])
    assert indexed(loaded) == expected(mart)


def test_an_altered_document_turns_the_check_red_and_the_next_run_heals(loaded: Search, mart: Warehouse) -> None:
    some, document = next((k, d) for k, d in indexed(loaded).items() if d["hour_at"].startswith(f"{DAY}"))
    altered = document | {"charging_s": document["charging_s"] + 1}
    loaded.client.index(index=loaded.prefix + "belib_availability-2025.05-1", id=some, document=altered, refresh=True)
    assert load_days(loaded, mart, AVAILABILITY, [DAY]).slices == 0
    assert not is_whole(loaded, mart, DAY)
    load_days(loaded, mart, AVAILABILITY, [DAY])
    assert indexed(loaded) == expected(mart)


def test_a_changed_mapping_gets_a_new_index_that_is_read_once_complete(loaded: Search, mart: Warehouse) -> None:
    write_hours(mart, DAY - timedelta(days=1), hours_of(DAY - timedelta(days=1)))
    load_days(loaded, mart, AVAILABILITY, [DAY])
    old = loaded.prefix + "belib_availability-2025.05-1"
    loaded.client.indices.put_mapping(index=old, properties={"mine": {"type": "keyword"}})
    before = indexed(loaded)
    load_days(loaded, mart, AVAILABILITY, [NEXT], budget_s=0)
    assert index_names(loaded) == [f"belib_availability-2025.0{n}" for n in ("5-1", "5-2", "6-1")]
    assert indexed(loaded) == before, "the alias reads from the old index while the new one is not whole"
    load_days(loaded, mart, AVAILABILITY, [NEXT], budget_s=0)
    assert index_names(loaded) == ["belib_availability-2025.05-2", "belib_availability-2025.06-1"]
    assert indexed(loaded) == expected(mart)


def test_a_changed_contract_replaces_the_index(
    loaded: Search, mart: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("belib_platform.contracts.mapping.fingerprint", lambda _: "another")
    load_days(loaded, mart, AVAILABILITY, [DAY])
    assert index_names(loaded) == ["belib_availability-2025.05-2", "belib_availability-2025.06-2"]
    assert indexed(loaded) == expected(mart)


def test_refused_documents_are_counted_and_named_and_the_others_kept(loaded: Search, mart: Warehouse) -> None:
    """As if the mapping changed between our check and our write."""
    index = loaded.prefix + "belib_availability-2025.05-1"
    documents = {"good": b'{"document_id": "good"}', "bad": b'{"document_id": "bad", "mine": 1}'}
    with pytest.raises(RefusedDocumentsError, match=r"^1 documents were refused: bad \(.*mine"):
        loading.put(loaded, index, documents)
    loaded.client.indices.refresh(index=index)
    assert loaded.client.exists(index=index, id="good")


def test_a_half_refused_day_is_not_trusted_and_comes_right(
    loaded: Search, mart: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def with_a_field_too_many(contract: Any, frame: Any) -> dict[str, bytes]:
        documents = kept(contract, frame)
        first = next(iter(documents))
        return documents | {first: documents[first][:-1] + b',"mine":1}'}

    kept = loading.documents_of
    write_hours(mart, DAY, hours_of(DAY, charging_s=1200))
    with monkeypatch.context() as altered:
        altered.setattr(loading, "documents_of", with_a_field_too_many)
        with pytest.raises(RefusedDocumentsError, match="1 documents were refused"):
            load_days(loaded, mart, AVAILABILITY, [DAY])
    write_hours(mart, DAY, hours_of(DAY))
    load_days(loaded, mart, AVAILABILITY, [NEXT])
    assert indexed(loaded) == expected(mart)


def test_a_read_only_index_refuses_with_its_reason_and_is_made_good_later(loaded: Search, mart: Warehouse) -> None:
    write_hours(mart, DAY, hours_of(DAY, charging_s=1200))
    index = loaded.prefix + "belib_availability-2025.05-1"
    block = "index.blocks.read_only_allow_delete"
    loaded.client.indices.put_settings(index=index, settings={block: True})
    with pytest.raises(SearchError, match=r"(?s)6 documents were refused: .*read-only-allow-delete.* and 1 more"):
        load_days(loaded, mart, AVAILABILITY, [DAY])
    loaded.client.indices.put_settings(index=index, settings={block: None})
    load_days(loaded, mart, AVAILABILITY, [NEXT])
    assert indexed(loaded) == expected(mart)


@pytest.mark.parametrize(("hours", "days"), [(2, 1), (3, 1), (26, 2)])
def test_where_all_lives_in_memory_only_the_newest_hours_are_kept(
    search: Search, mart: Warehouse, hours: int, days: int
) -> None:
    load_days(search, mart, AVAILABILITY, [DAY])
    few = Search(search._url, search.prefix)
    few.__dict__["kept_hours"] = hours
    for own in (DAY, NEXT):
        load_days(few, mart, AVAILABILITY, [own])
        assert indexed(search) == expected(mart, hours=hours)
        assert len(index_names(search)) == days
        for compare, judged in ((differing_days, days), (differing_hours, 24 * days)):
            differing, count = compare(few, mart, AVAILABILITY, [DAY, NEXT])
            assert (differing.height, count) == (0, judged)
    assert load_days(few, mart, AVAILABILITY, [DAY, NEXT]).slices == 0
    write_hours(mart, NEXT, hours_of(NEXT, hours=4))
    assert load_days(few, mart, AVAILABILITY, [NEXT]).sent == 2
    assert indexed(search) == expected(mart, hours=hours)
    few.close()


def test_only_existing_slices_have_notes(loaded: Search) -> None:
    assert sorted(key for _, key in all_notes(loaded)) == [f"{DAY}", f"{NEXT}"]
    assert all(note.document_count == 6 and note.fingerprint for note in all_notes(loaded).values())


def test_a_backlog_drains_newest_first(search: Search, mart: Warehouse) -> None:
    days: list[date] = [DAY - timedelta(days=n) for n in range(5)]
    for day in days:
        write_hours(mart, day, hours_of(day))
    load_days(search, mart, AVAILABILITY, [days[-1]], budget_s=0)
    found = {document["hour_at"][:10] for document in indexed(search).values()}
    assert found == {f"{days[-1]}", f"{NEXT}"}
    for _ in range(4):
        load_days(search, mart, AVAILABILITY, [days[-1]], budget_s=0)
    assert indexed(search) == expected(mart)


def test_aliases_carry_the_contracts_name(loaded: Search) -> None:
    assert loaded.alias(BelibAvailability) == loaded.prefix + "belib_availability"
