"""What was wrong with an answer costs only what was wrong; the rest of it is folded and written."""

import json
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from belib_platform.contracts.clean import ChargePointDay, ChargePointStatus, Poll, RejectedRecord
from belib_platform.raw.polling import PollError, poll
from belib_platform.raw.response import Response
from belib_platform.raw.store import RawStore
from belib_platform.sources.belib_realtime import BELIB
from belib_platform.sources.http import HttpPolicy
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.raw.portal import portal, settings_for
from belib_platform_tests.sources.portal_records import live
from belib_platform_tests.warehouse.days import refresh, rows_of, run

Sent = bytes | list[Any]
Polled = Callable[[Sent], Response]


@pytest.fixture
def polled(store: RawStore, warehouse: Warehouse, quick: HttpPolicy) -> Polled:
    """Poll a portal that sends this, keep the response and make its day."""

    def ask(sent: Sent) -> Response:
        announced = len(sent) if isinstance(sent, list) else sent.count(b'"id_pdc"')
        with portal(sent, announced) as server:
            response = poll(BELIB, settings_for(server), store, quick)
        store.keep(BELIB.collection, [response])
        refresh(store, warehouse, response.day)
        return response

    return ask


def rejected(house: Warehouse) -> list[tuple[int, str]]:
    return house.read(RejectedRecord).sort("record_index").select("record_index", "rule").rows()


def seen(house: Warehouse) -> dict[str, str]:
    return dict(house.read(ChargePointStatus).select("charge_point_id", "status").rows())


def records(count: int) -> list[dict[str, Any]]:
    return [live(n) for n in range(count)]


ODD_RECORDS: list[tuple[str, list[Any], list[str]]] = [
    ("a missing key", [live(3, id_pdc=...)], ["charge_point_id_is_present"]),
    ("a key of another city", [live(3, id_pdc="FR*A23*EPX10*11*1")], ["charge_point_id_fits_its_pattern"]),
    ("no status", [live(3, statut_pdc=None)], ["status_is_present"]),
    ("a status word never seen", [live(3, statut_pdc="En grève")], ["status_word_is_known"]),
    ("a status that is a list", [live(3, statut_pdc=["Disponible"])], ["field_has_its_type"]),
    ("a text for a record", ["half a rec"], ["record_is_an_object"]),
    ("one id twice, two statuses", [live(3), live(3, statut_pdc="Inconnu")], ["one_status_per_poll"] * 2),
]


@pytest.mark.family
@pytest.mark.parametrize(("odd", "rules"), [case[1:] for case in ODD_RECORDS], ids=[case[0] for case in ODD_RECORDS])
def test_an_odd_record_is_rejected_by_name_and_the_others_live(
    polled: Polled, warehouse: Warehouse, odd: list[Any], rules: list[str]
) -> None:
    response = polled([*records(3), *odd])
    assert response.is_sound
    assert seen(warehouse) == {live(n)["id_pdc"]: "AVAILABLE" for n in range(3)}
    assert rejected(warehouse) == [(3 + n, rule) for n, rule in enumerate(rules)]
    evidence = warehouse.read(RejectedRecord).row(0, named=True)
    assert (evidence["asset"], evidence["page_id"], evidence["source"]) == ("charge_point_status", response.id, "belib")
    assert evidence["fetched_at"] == response.fetched_at
    assert json.loads(evidence["record"])


def test_the_same_record_twice_counts_once(polled: Polled, warehouse: Warehouse) -> None:
    polled([*records(3), live(2)])
    assert warehouse.read(ChargePointStatus)["poll_count"].to_list() == [1, 1, 1]
    assert rejected(warehouse) == []


def test_dropped_dimensions_cost_no_sighting_and_overwrite_nothing(polled: Polled, warehouse: Warehouse) -> None:
    dropped = dict.fromkeys(["adresse_station", "coordonneesxy", "code_insee_commune", "arrondissement"])
    polled(records(2))
    before = warehouse.read(ChargePointDay)
    polled([live(0, **dropped), live(1)])
    assert warehouse.read(ChargePointDay).equals(before)
    assert warehouse.read(ChargePointStatus)["poll_count"].to_list() == [2, 2]


@pytest.mark.parametrize("stamp", ["2999-01-01T00:00:00+01:00", "9999-12-31T23:59:59Z"])
def test_stamps_in_the_future_are_kept_and_counted(polled: Polled, warehouse: Warehouse, stamp: str) -> None:
    polled([live(0, last_updated=stamp), live(1)])
    assert len(seen(warehouse)) == 2
    assert warehouse.read(Poll)["future_stamp_count"].to_list() == [1]
    assert warehouse.read(Poll)["newest_source_updated_at"].item() <= warehouse.read(Poll)["received_at"].item()


REFUSED: list[tuple[str, Sent, str]] = [
    ("no key at all", [live(n, id_pdc=...) for n in range(3)], r"No record can be read by its id_pdc: 3 × charge_po"),
    ("a renamed status", [live(n, statut_pdc=..., statut="x") for n in range(3)], r"No record has statut_pdc\."),
    ("an error object", b'{"error_code": "X", "message": "down"}', "is not a list of records but an object that says"),
    ("half and a sentence", json.dumps(records(4)).encode()[:600] + b"\nStreaming broke off", "is not whole JSON"),
    ("half characters", b'{"message": "\\ud83d\\u0000 cut"}', "is not a list of records but an object that says"),
    ("odd names", b'{"a\\ud83d": 1, "\\u0000": 2}', "an object with a., .\\.$"),
    ("no text", b"\xff\xfe[\x00", "is not UTF-8"),
]


@pytest.mark.family
@pytest.mark.parametrize(("sent", "reason"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_a_refused_answer_is_in_poll_and_touches_nothing_else(
    polled: Polled, store: RawStore, warehouse: Warehouse, quick: HttpPolicy, sent: Sent, reason: str
) -> None:
    day = polled(records(3)).day
    before = rows_of(warehouse)
    with portal(sent) as server, pytest.raises(PollError, match=rf"^belib answered, .*{reason}"):
        poll(BELIB, settings_for(server), store, quick)
    refresh(store, warehouse, day)
    after = rows_of(warehouse)
    polls = after.pop("poll").sort("fetched_at")
    assert polls["outcome"].to_list() == ["sound", "refused"]
    assert polls["is_folded"].to_list() == [True, False]
    assert polls["reason"].to_list()[1]
    assert before.pop("poll").equals(polls.head(1))
    assert all(frame.equals(after[table]) for table, frame in before.items())


@pytest.mark.slow
def test_an_enormous_answer_is_folded_all_the_same(store: RawStore, warehouse: Warehouse, quick: HttpPolicy) -> None:
    ids = [f"FR*V75*EPX{a:02}*{b:02}*{c}" for a in range(100) for b in range(100) for c in range(20)]
    with portal([{"id_pdc": key, "statut_pdc": "Disponible"} for key in ids]) as server:
        response = poll(BELIB, settings_for(server), store, quick)
    assert response.record_count == 200_000
    store.keep(BELIB.collection, [response])
    run(store, warehouse, [response.day], [ChargePointStatus])
    assert warehouse.read(ChargePointStatus).select(pl.len(), pl.col("poll_count").sum()).row(0) == (200_000, 200_000)
