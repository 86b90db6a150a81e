"""Pages that are nowhere any more: said, never folded away, and accepted only when one says so."""

import shutil

import pytest

from belib_platform.contracts.clean import ChargePointStatus, Poll
from belib_platform.contracts.mart import StationAvailabilityHourly
from belib_platform.raw.archive.retiring import retire_day
from belib_platform.raw.response import between
from belib_platform.repair.doctor.finding import Remedy
from belib_platform.repair.rebuild import archive_again, rebuild_days
from belib_platform.simulator.paris import Paris
from belib_platform_tests.end_to_end.doctored import FIRST, Doctored
from belib_platform_tests.end_to_end.platform import Platform

pytestmark = pytest.mark.slow

OF_DAY = between(FIRST, FIRST)


def one_day(platform: Platform) -> Doctored:
    """An hour of a small Paris, made, and not archived."""
    platform.import_noons(Paris.draw(3, first_day=FIRST, days=1, stations=3), [FIRST], hours=1)
    rebuild_days(platform.instance, [FIRST])
    return Doctored(platform)


def test_lost_pages_take_nothing_with_them_until_their_loss_is_accepted(platform: Platform) -> None:
    doctored, responses = one_day(platform), platform.store.database["raw_belib"]
    runs = platform.rows(ChargePointStatus)
    lost = responses.find_one_and_delete(OF_DAY)
    found = doctored.look()
    assert {finding.remedy for finding in found.differences} == {Remedy.ACCEPT, Remedy.ARCHIVE}
    assert doctored.heal(found.differences) == []
    assert platform.rows(ChargePointStatus).equals(runs)
    assert {finding.remedy for finding in doctored.look().differences} == {Remedy.ACCEPT}

    assert doctored.heal(doctored.look().differences, accept_loss=True) == []
    [attempt] = platform.rows(Poll).filter(outcome="failed").to_dicts()
    assert lost["_id"] in attempt["reason"]
    assert platform.rows(ChargePointStatus)["poll_count"].sum() < runs["poll_count"].sum()
    left = doctored.look()
    assert {finding.remedy for finding in left.differences} == {Remedy.ARCHIVE}, "its ledger says otherwise now"
    assert doctored.healed(left).is_well

    runs = platform.rows(ChargePointStatus)
    responses.delete_many(OF_DAY)
    archive = doctored.stores().archive
    (archive.folder / archive.entry(FIRST).file).unlink()
    assert {finding.remedy for finding in doctored.look().differences} == {None}, "a copy of the file may have them"
    shutil.rmtree(archive.folder)
    found = doctored.look()
    assert {finding.remedy for finding in found.differences} >= {Remedy.ACCEPT}
    assert Remedy.REFOLD not in {finding.remedy for finding in found.differences}
    doctored.heal(found.differences, accept_loss=True)
    assert platform.rows(ChargePointStatus).equals(runs), "a day of which nothing is left stays"
    assert "its responses are lost, which was accepted; its rows stay" in {f.summary for f in doctored.look().findings}


def test_a_retired_day_is_no_difference_and_what_is_made_of_its_rows_is_compared_and_healed(platform: Platform) -> None:
    doctored = one_day(platform)
    archive_again(platform.instance, FIRST, FIRST)
    retire_day(doctored.stores().archive, platform.store, FIRST)
    found = doctored.look()
    assert found.is_well, found
    assert [finding.summary for finding in found.findings] == ["pages are in the archive only"]
    hours = platform.rows(StationAvailabilityHourly)
    doctored.sql("DELETE FROM mart.station_availability_hourly")
    found = doctored.look()
    assert Remedy.MART in {finding.remedy for finding in found.differences}
    assert doctored.healed(found).is_well
    assert platform.rows(StationAvailabilityHourly).equals(hours)
