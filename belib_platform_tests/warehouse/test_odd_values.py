"""Whatever stands in a field that is not the key or the status, it costs no record on the way from raw to the index."""

import json
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from belib_platform.checks.contract_kept import rows_keep_their_contract
from belib_platform.checks.rejected import rejected_rows_stay_under_a_limit
from belib_platform.checks.search import every_document_keeps_its_contract
from belib_platform.contracts.clean import (
    ChargePoint,
    ChargePointDay,
    ChargePointStatus,
    Poll,
    RejectedRecord,
    Station,
)
from belib_platform.contracts.mart import StationAvailabilityHourly
from belib_platform.contracts.rejects import KEPT, record_count
from belib_platform.contracts.search import BelibAvailability, BelibChargePoints
from belib_platform.raw.latest import Latest, records_as_sent, refresh_latest
from belib_platform.raw.store import RawStore
from belib_platform.search.availability import load_days
from belib_platform.search.client import Search
from belib_platform.search.hourly_index import AVAILABILITY
from belib_platform.search.present_index import CHARGE_POINTS
from belib_platform.search.unpartitioned import load_whole, present
from belib_platform.sources import belib_realtime, belib_static
from belib_platform.sources.belib_realtime import BELIB
from belib_platform.sources.belib_static import BELIB_STATIC
from belib_platform.sources.records import Layout
from belib_platform.sources.source import Source
from belib_platform.warehouse.rejected import rejected_by_rule
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.raw.made_pages import NOON
from belib_platform_tests.sources.forms import as_csv
from belib_platform_tests.sources.portal_records import live
from belib_platform_tests.warehouse.days import MADE, refresh
from belib_platform_tests.warehouse.simulated_pages import answered

NASTY = st.sampled_from(
    [
        "999", "-1", "1e300", 10**400, -(10**30), 1e-300, "0", "", " ", "\0", "\ud800", "x" * 40_000, "S" * 65,
        "45e Paris", "00e", "75999 Paris", "75099", "٣e", "750٣٣ Paris", "nan", "inf", float("nan"), float("inf"),
        [], {}, [[]], [1, 2],
        [1, 999], {"lon": 2, "lat": -91}, {"lon": [], "lat": {}}, "48.85, 2.35", "0001-01-01", "9999-12-31T23:59:59Z",
        "+99999-01-01T00:00:00Z", "1916-06-15", 1761472200000, 99999999999999, "FR*V75*PPX\n01", "é\u0301\u200b*?/_#",
    ]
)  # fmt: skip
VALUES = NASTY | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


def optional(layout: Layout) -> list[str]:
    return [column.source_names[0] for column in layout.columns if not column.is_required]


def fields(layout: Layout) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys(optional(layout), VALUES)), min_size=8, max_size=8)


def static(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id_pdc_local": live(number)["id_pdc"],
        "id_station_local": f"FR*V75*PPX{number:02d}*11",
        "puissance_nominale": 7,
        **changes,
    }


def kept(store: RawStore, source: Source, records: list[dict[str, Any]], at: datetime) -> None:
    """Keep an answer, which is judged to be sound."""
    response = answered(source, json.dumps(records).encode(), at)
    assert response.is_sound, response.reason
    store.keep(source.collection, [response])


DAYS = count()


@pytest.mark.slow
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fields(belib_realtime.LAYOUT), fields(belib_static.LAYOUT))
@example(
    [{"coordonneesxy": {"lon": 2, "lat": 999}, "last_updated": []}] * 8,
    [{"puissance_nominale": -7, "id_station_local": {"a": "b"}, "coordonneesxy": "999, 999"}] * 8,
)
def test_any_value_in_any_other_field(
    store: RawStore,
    warehouse: Warehouse,
    search: Search,
    odd: list[dict[str, Any]],
    odd_static: list[dict[str, Any]],
) -> None:
    at = NOON + timedelta(days=next(DAYS))
    good = [live(0), live(1)]
    sent = [*good, *(live(2 + n, **changes) for n, changes in enumerate(odd))]
    kept(store, BELIB_STATIC, [static(0), static(1), *(static(2 + n, **c) for n, c in enumerate(odd_static))], at)
    kept(store, BELIB, sent, at)
    made = refresh(store, warehouse, at.date())
    for contract, partition in zip(MADE, made.values(), strict=True):
        if partition.frame is not None:
            assert rows_keep_their_contract(contract, partition.frame).passed
    ids = {record["id_pdc"] for record in sent}
    runs = warehouse.read(ChargePointStatus, at.date(), at.date())
    assert set(runs["charge_point_id"]) == ids
    points = warehouse.read(ChargePointDay, at.date(), at.date()).sort("charge_point_id")
    assert set(points["charge_point_id"]) == ids
    assert (
        points.filter(pl.col("charge_point_id").is_in([record["id_pdc"] for record in good]))
        .select("longitude", "power_kw")
        .rows()
        == [(2.35, 7.0)] * 2
    )
    assert set(warehouse.read(ChargePoint)["charge_point_id"]) == ids
    assert warehouse.read(Station)["point_count"].sum() == len(ids)
    mart = warehouse.read(StationAvailabilityHourly, at.date(), at.date())
    assert mart["point_count"].sum() == 24 * len(ids)
    assert load_days(search, warehouse, AVAILABILITY, [at.date()]).document_count >= mart.height
    assert load_whole(search, warehouse, present(warehouse, CHARGE_POINTS)).document_count == len(ids)
    for index in (BelibAvailability, BelibChargePoints):
        assert every_document_keeps_its_contract(search, index).passed
    assert warehouse.read(RejectedRecord).is_empty()


@pytest.mark.parametrize("media_type", ["application/json", "text/csv"])
def test_ids_and_words_in_another_spelling_are_the_same_history(
    store: RawStore, warehouse: Warehouse, media_type: str
) -> None:
    usual = [live(n, coordonneesxy="48.85, 2.35", code_insee_commune="75108") for n in range(3)]
    odd = [{**r, "id_pdc": f"\u200b{r['id_pdc'].lower()}\u00a0", "statut_pdc": " disponible\u202f"} for r in usual]
    latest = store.database["raw_belib_latest"]
    for records, at in ((usual, NOON), (odd, NOON + timedelta(minutes=5))):
        body = as_csv(records) if media_type == "text/csv" else json.dumps(records).encode()
        answer = answered(BELIB, body, at, media_type)
        store.keep(BELIB.collection, [answer])
        refresh_latest(latest, Latest(answer.id, records_as_sent(body, media_type, belib_realtime.LAYOUT.key)))
    refresh(store, warehouse, NOON.date())
    ids = [record["id_pdc"] for record in usual]
    runs = warehouse.read(ChargePointStatus).sort("charge_point_id")
    assert runs.select("charge_point_id", "status", "poll_count").rows() == [(key, "AVAILABLE", 2) for key in ids]
    assert warehouse.read(ChargePointDay).sort("charge_point_id")["charge_point_id"].to_list() == ids
    assert sorted(document["_id"] for document in latest.find()) == ids
    assert warehouse.read(RejectedRecord).is_empty()
    told = "values in an unusual spelling: 3 × charge_point_id_is_normalised, 3 × status_word_is_normalised"
    assert warehouse.read(Poll).sort("fetched_at")["reason"].to_list() == [None, told]


def test_one_point_in_two_spellings_and_states_is_turned_away(store: RawStore, warehouse: Warehouse) -> None:
    twice = [live(0), live(0, id_pdc=live(0)["id_pdc"].lower(), statut_pdc="Inconnu"), live(1)]
    kept(store, BELIB, twice, NOON)
    refresh(store, warehouse, NOON.date())
    assert warehouse.read(ChargePointStatus)["charge_point_id"].to_list() == [live(1)["id_pdc"]]
    assert warehouse.read(RejectedRecord)["rule"].to_list() == ["one_status_per_poll"] * 2


@pytest.mark.family
@pytest.mark.parametrize("odd", [live(1, id_pdc="FR*A23*E1"), live(1, id_pdc=None), "half a rec"])
def test_of_many_records_turned_away_some_are_kept_and_all_counted(
    store: RawStore, warehouse: Warehouse, odd: Any
) -> None:
    kept(store, BELIB, [live(0), *[odd] * (KEPT + 70), live(2)], NOON)
    made = refresh(store, warehouse, NOON.date())
    rejects = warehouse.read(RejectedRecord)
    assert (rejects.height, rejects.select(record_count().sum()).item()) == (KEPT + 1, KEPT + 70)
    finding = rejected_rows_stay_under_a_limit(rejects, 2)
    assert (finding.numbers["rejected"], len(finding.numbers)) == (KEPT + 70, 3)
    assert made["charge_point_status"].rejected_records == KEPT + 70
    assert refresh(store, warehouse, NOON.date(), full_refresh=True)["charge_point_status"].differing is not None
    assert warehouse.read(RejectedRecord).equals(rejects)
    told = rejected_by_rule(warehouse, NOON.date(), NOON.date(), rejects["page_id"].unique())
    assert [(rule.record_count, rule.page_count) for rule in told] == [(KEPT + 70, 1)]


@pytest.mark.family
@pytest.mark.parametrize("stamp", [1774771200, 1774771200000, "1774771200", "1774771200000"])
def test_stamps_in_seconds_or_milliseconds_since_1970_are_read(
    store: RawStore, warehouse: Warehouse, stamp: object
) -> None:
    kept(store, BELIB, [live(0, last_updated=stamp), live(1, last_updated="1774771200000.5 s")], NOON)
    refresh(store, warehouse, NOON.date())
    known = warehouse.read(ChargePointStatus).sort("charge_point_id")["source_updated_at"].to_list()
    assert known == [datetime(2026, 3, 29, 8, tzinfo=UTC), None]
    assert warehouse.read(Poll)["reason"].to_list() == ["values that cannot be read: 1 × source_updated_at_is_readable"]
