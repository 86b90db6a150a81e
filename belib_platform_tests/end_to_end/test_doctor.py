"""The doctor: whatever is harmed in whichever layer is named with its day, and healing it brings all back."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import zstandard

from belib_platform.contracts.search import BelibAvailability, BelibChargePoints
from belib_platform.local.urls import Urls
from belib_platform.raw.response import between, sha256
from belib_platform.repair.doctor.finding import Remedy, commands
from belib_platform.repair.rebuild import rebuild_days
from belib_platform.search.availability import of_days
from belib_platform.simulator.paris import Paris
from belib_platform_tests.end_to_end.doctored import DAYS, FIRST, Doctored, make_history, told
from belib_platform_tests.end_to_end.platform import new_platform
from belib_platform_tests.raw.archive.days import documents

Harm = Callable[[Doctored, date], None]


pytestmark = pytest.mark.fault


@pytest.fixture(scope="module")
def doctored(stores: Urls) -> Iterator[Doctored]:
    """Three days, made and archived; each test leaves them as they were."""
    with new_platform(stores) as platform:
        make_history(platform)
        yield Doctored(platform)


def forget_a_page_in_the_ledger(d: Doctored, day: date) -> None:
    ledger = d.platform.store.ledger.collection
    ledger.delete_one({"_id": ledger.find_one({**between(day, day), "source": "belib"})["_id"]})


def contradict_a_page_in_the_ledger(d: Doctored, day: date) -> None:
    ledger = d.platform.store.ledger.collection
    one = ledger.find_one({**between(day, day), "source": "belib"})["_id"]
    ledger.update_one({"_id": one}, {"$set": {"outcome": "failed", "record_count": 1}})


def lose_a_page(d: Doctored, day: date) -> None:
    responses = d.platform.store.database["raw_belib"]
    responses.delete_one({"_id": responses.find_one(between(day, day), {"_id": 1})["_id"]})


def lose_a_day_of_raw(d: Doctored, day: date) -> None:
    for collection in ("raw_belib", "raw_belib_static", "raw_meteo", "poll_attempt"):
        d.platform.store.database[collection].delete_many(between(day, day))


def damage_a_body(d: Doctored, day: date) -> None:
    responses = d.platform.store.database["raw_belib"]
    one = responses.find_one(between(day, day))
    responses.update_one({"_id": one["_id"]}, {"$set": {"body": one["body"][:-9] + b"otherwise"}})


def alter_runs(d: Doctored, day: date) -> None:
    d.sql(
        "UPDATE clean.charge_point_status SET poll_count = poll_count + 1 "
        "WHERE first_seen_at >= %(day)s AND first_seen_at < %(day)s + interval '1 day'",
        day=day,
    )


def drop_forecasts(d: Doctored, day: date) -> None:
    d.sql("DELETE FROM clean.weather_forecast WHERE fetched_at::date = %(day)s", day=day)


def alter_polls(d: Doctored, day: date) -> None:
    d.sql("UPDATE clean.poll SET unknown_ratio = 1 WHERE fetched_at::date = %(day)s AND source = 'belib'", day=day)


def drop_days_of_points(d: Doctored, day: date) -> None:
    d.sql("DELETE FROM clean.charge_point_day WHERE utc_date = %(day)s", day=day)


def invent_a_reject(d: Doctored, day: date) -> None:
    d.sql(
        "INSERT INTO clean.rejected_record VALUES ('charge_point_status', %(day)s::timestamptz + interval '1 hour', "
        "'belib/1/0', 0, 'a_rule', 'belib', '{}')",
        day=day,
    )


def alter_points(d: Doctored) -> None:
    d.sql("UPDATE clean.charge_point SET operator_name = 'nobody'")


def drop_mart_hours(d: Doctored, day: date) -> None:
    d.sql("DELETE FROM mart.station_availability_hourly WHERE hour_at::date = %(day)s", day=day)


def alter_the_city(d: Doctored, day: date) -> None:
    d.sql("UPDATE mart.city_daily SET charging_s = charging_s + 1 WHERE local_date = %(day)s", day=day)


def forget_a_note(d: Doctored, day: date) -> None:
    sql = "DELETE FROM clean.written_window WHERE asset = 'charge_point_status' AND window_key = %(key)s"
    d.sql(sql, key=day.isoformat())


def alter_a_document(d: Doctored, day: date) -> None:
    hit = a_document(d, day)
    altered = {**hit["_source"], "station_name": "nowhere"}
    d.platform.search.client.index(index=hit["_index"], id=hit["_id"], document=altered, refresh=True)


def delete_a_document(d: Doctored, day: date) -> None:
    hit = a_document(d, day)
    d.platform.search.client.delete(index=hit["_index"], id=hit["_id"], refresh=True)


def a_document(d: Doctored, day: date) -> dict[str, Any]:
    search = d.platform.search
    found = search.client.search(index=search.alias(BelibAvailability), query=of_days(day, day), size=1)
    return dict(found["hits"]["hits"][0])


def delete_a_point(d: Doctored) -> None:
    search = d.platform.search
    hit = search.client.search(index=search.alias(BelibChargePoints), size=1)["hits"]["hits"][0]
    search.client.delete(index=hit["_index"], id=hit["_id"], refresh=True)


def let_sightings_hold_for_a_day(d: Doctored, day: date) -> None:
    d.platform.store.database["raw_belib"].update_many(between(day, day), {"$set": {"gap_limit_s": 86_400}})
    rebuild_days(d.platform.instance, [day], full_refresh=True)  # the damage reaches the tables


def invent_other_bodies(d: Doctored, day: date) -> None:
    alter_all_bodies(d, day)
    rebuild_days(d.platform.instance, [day], full_refresh=True)


def alter_all_bodies(d: Doctored, day: date) -> None:
    body = b'[{"id_pdc": "FR*V75*EPX11*11*1", "statut_pdc": "En maintenance"}]'
    change = {"body": zstandard.compress(body), "sha256": sha256(body), "record_count": 1}
    d.platform.store.database["raw_belib"].update_many(between(day, day), {"$set": change})


def flip_a_byte_of_an_archived_file(d: Doctored, day: date) -> None:
    archive = d.stores().archive
    path = archive.folder / archive.entry(day).file
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def lose_an_archived_file(d: Doctored, day: date) -> None:
    archive = d.stores().archive
    (archive.folder / archive.entry(day).file).unlink()


HARM: list[tuple[Harm, str, Remedy]] = [
    (forget_a_page_in_the_ledger, "archive ↔ raw", Remedy.RESTORE),
    (contradict_a_page_in_the_ledger, "archive ↔ raw", Remedy.RESTORE),
    (lose_a_page, "archive ↔ raw", Remedy.RESTORE),
    (lose_a_day_of_raw, "archive ↔ raw", Remedy.RESTORE),
    (let_sightings_hold_for_a_day, "archive ↔ raw", Remedy.RESTORE),
    (invent_other_bodies, "archive ↔ raw", Remedy.RESTORE),
    (damage_a_body, "ledger ↔ raw", Remedy.RESTORE),
    (alter_runs, "clean.charge_point_status ↔ what it is made from", Remedy.REFOLD),
    (alter_polls, "clean.poll ↔ what it is made from", Remedy.REFOLD),
    (drop_forecasts, "clean.weather_forecast ↔ what it is made from", Remedy.REFOLD),
    (drop_days_of_points, "clean.charge_point_day ↔ what it is made from", Remedy.REFOLD),
    (invent_a_reject, "clean.rejected_record ↔ raw", Remedy.REFOLD),
    (forget_a_note, "clean.charge_point_status ↔ what it is made from", Remedy.REFOLD),
    (drop_mart_hours, "mart.station_availability_hourly ↔ what it is made from", Remedy.MART),
    (alter_the_city, "mart.city_daily ↔ what it is made from", Remedy.MART),
    (alter_a_document, "belib_availability ↔ tables", Remedy.HOURS),
    (delete_a_document, "belib_availability ↔ tables", Remedy.HOURS),
    (lose_an_archived_file, "archive ↔ raw", Remedy.ARCHIVE),
    (flip_a_byte_of_an_archived_file, "archive ↔ raw", Remedy.ARCHIVE),
]


@pytest.mark.parametrize("at", range(0, len(HARM), len(DAYS)))
def test_what_is_harmed_is_named_with_its_day_and_healing_brings_all_back(doctored: Doctored, at: int) -> None:
    before = doctored.everything()
    harmed = list(zip(HARM[at : at + len(DAYS)], DAYS, strict=False))
    for (harm, _, _), day in harmed:
        harm(doctored, day)
    found = doctored.look()
    assert {(layer, day, remedy) for (_, layer, remedy), day in harmed} <= told(found)
    healed = doctored.healed(found)
    assert healed.is_well, healed
    assert doctored.everything() == before


@pytest.mark.parametrize("harm", [lose_a_day_of_raw, alter_all_bodies])
def test_what_nobody_can_tell_stays_as_it_is_until_a_copy_of_the_file_is_back(doctored: Doctored, harm: Harm) -> None:
    before, day, archive = doctored.everything(), DAYS[1], doctored.stores().archive
    path = archive.folder / archive.entry(day).file
    copy = path.read_bytes()
    harm(doctored, day)
    path.write_bytes(copy[: len(copy) // 20])
    found = doctored.look()
    assert {remedy for _, _, remedy in told(found)} == {None}
    assert doctored.heal(found.differences, accept_loss=True) == []
    assert doctored.tables() == {table: before[table] for table in doctored.tables()}
    path.write_bytes(copy)
    assert doctored.healed(doctored.look()).is_well
    assert doctored.everything() == before


@pytest.mark.parametrize("harm", [forget_a_page_in_the_ledger, contradict_a_page_in_the_ledger])
def test_the_ledger_of_a_day_that_is_not_archived_is_corrected_from_its_pages(doctored: Doctored, harm: Harm) -> None:
    now = datetime.now(UTC)
    paris = Paris.draw(3, first_day=now.date(), days=1, stations=4)
    doctored.platform.import_past(paris, now - timedelta(minutes=20), now)
    rebuild_days(doctored.platform.instance, [now.date()])
    before = documents(doctored.platform.store, now.date())
    harm(doctored, now.date())
    found = doctored.look([now.date()])
    assert ("ledger ↔ raw", now.date(), Remedy.LEDGER) in told(found)
    doctored.healed(found, [now.date()])
    assert documents(doctored.platform.store, now.date()) == before


@pytest.mark.parametrize(
    ("harm", "layer", "remedy"),
    [
        (alter_points, "clean.charge_point ↔ all days", Remedy.POINTS),
        (delete_a_point, "belib_charge_points ↔ tables", Remedy.PRESENT),
    ],
)
def test_what_is_of_no_day_is_named_and_healed_too(
    doctored: Doctored, harm: Callable[[Doctored], None], layer: str, remedy: Remedy
) -> None:
    before = doctored.everything()
    harm(doctored)
    found = doctored.look([])
    assert {(where, by) for where, _, by in told(found)} == {(layer, remedy)}
    assert doctored.healed(found, []).is_well
    assert doctored.everything() == before


def test_a_platform_that_is_well_is_said_to_be_and_healing_it_writes_nothing(doctored: Doctored) -> None:
    found = doctored.look()
    assert found.is_well, found
    assert found.findings == []
    assert list(commands(found.differences)) == []
    assert doctored.heal(found.findings) == []


def test_looking_changes_nothing(doctored: Doctored) -> None:
    before, notes = doctored.everything(), doctored.platform.warehouse.query("SELECT * FROM clean.written_window")
    assert doctored.look([FIRST]).is_well
    assert doctored.everything() == before
    assert doctored.platform.warehouse.query("SELECT * FROM clean.written_window").equals(notes)
