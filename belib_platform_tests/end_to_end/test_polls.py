"""Polls through the five-minute job, against simulated APIs: what is asked, what a failure leaves, what heals it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from dagster._core.storage.tags import ASSET_PARTITION_RANGE_END_TAG, ASSET_PARTITION_RANGE_START_TAG

from belib_platform.contracts.clean import ChargePoint, ChargePointStatus, Poll, Station
from belib_platform.contracts.contract import name
from belib_platform.contracts.mart import StationAvailabilityHourly
from belib_platform.definitions import defs
from belib_platform.jobs import CHAIN, QUIET
from belib_platform.simulator.paris import Paris
from belib_platform.simulator.server import SimulatorServer
from belib_platform.warehouse.feeds import CHARGE_POINT_FEED
from belib_platform.warehouse.folds import fold
from belib_platform_tests.end_to_end.platform import (
    Platform,
    apis_of,
    checks_of,
    declared_checks,
    failure_of,
    noon,
    paris_around,
    today,
)
from belib_platform_tests.simulator.hand_clock import HandClock

FIVE_MINUTES = timedelta(minutes=5)
EXPORT = "/exports/json"


@dataclass(frozen=True)
class Feed:
    """The simulated APIs, and the time they show."""

    paris: Paris
    clock: HandClock
    server: SimulatorServer


@pytest.fixture
def feed() -> Iterator[Feed]:
    """A small Paris around the present without outages, served from half an hour ago on; the settings point to it."""
    now = datetime.now(UTC)
    paris, clock = paris_around(now), HandClock(now - 6 * FIVE_MINUTES)
    with apis_of(paris, clock) as server:
        yield Feed(paris, clock, server)


def exports(feed: Feed) -> int:
    """How often the portal was asked for a whole data set."""
    return sum(EXPORT in asked for asked in feed.server.asked)


@pytest.mark.slow
def test_a_chain_of_polls_is_folded_page_by_page_as_it_would_be_at_once(platform: Platform, feed: Feed) -> None:
    day = today()
    for asked in range(1, 5):
        result = platform.run("belib_five_minutely", day)
        assert set(checks_of(result)) == declared_checks(CHAIN)
        # forty points may well not change in half an hour, so whether the feed looks fresh is left to chance here
        red = {check for (_, check), found in checks_of(result).items() if not found.passed}
        assert red <= {"feed_is_fresh"}
        assert exports(feed) == asked
        feed.clock.advance(FIVE_MINUTES)
    responses = platform.store.responses("raw_belib")
    all_metadata = responses.responses(day)
    at_once, rejects, *_ = fold(CHARGE_POINT_FEED, responses, all_metadata)
    assert (len(all_metadata), rejects.height) == (4, 0)
    assert platform.rows(ChargePointStatus, day).equals(at_once.sort(ChargePointStatus.primary_key()))
    assert platform.rows(ChargePointStatus, day)["poll_count"].sum() == 4 * len(feed.paris.live)
    polls = platform.rows(Poll, day)
    assert polls["outcome"].to_list() == ["sound"] * 4
    assert polls["is_folded"].all()
    assert platform.rows(ChargePoint)["charge_point_id"].to_list() == sorted(p.charge_point_id for p in feed.paris.live)
    assert platform.rows(Station)["point_count"].sum() == len(feed.paris.live)
    assert platform.store.database["raw_belib_latest"].count_documents({}) == len(feed.paris.live)


def test_a_poll_that_fails_says_why_in_one_sentence_and_the_next_run_heals(platform: Platform, feed: Feed) -> None:
    day = today()
    platform.run("belib_five_minutely", day)
    before = platform.rows(ChargePointStatus, day)
    feed.server.faults.plan(EXPORT, *["html"] * 8)
    failed = platform.run("belib_five_minutely", day, must_succeed=False)
    assert not failed.success
    sentence = failure_of(failed)
    assert re.search(r"belib answered, but the response is refused: The body is not whole JSON: .+ at char", sentence)
    assert "\n" not in sentence
    attempt = platform.store.ledger.newest_poll("belib")
    assert attempt is not None
    assert (attempt["outcome"], attempt["origin"]) == ("refused", "poll")
    assert attempt["reason"]
    all_metadata = platform.store.responses("raw_belib").all_responses(day, day)
    assert [metadata.verdict for metadata in all_metadata] == ["sound", "refused"]
    assert platform.rows(ChargePointStatus, day).equals(before)

    while feed.server.faults.take(EXPORT):
        pass
    healed = platform.run("belib_five_minutely", day)
    assert checks_of(healed).keys() == declared_checks(CHAIN)
    assert platform.rows(Poll, day)["outcome"].to_list() == ["sound", "refused", "sound"]
    assert platform.rows(ChargePointStatus, day)["poll_count"].sum() == 2 * len(feed.paris.live)


@pytest.mark.slow
def test_materializing_everything_for_a_day_that_is_over_asks_nobody(platform: Platform, feed: Feed) -> None:
    yesterday = today() - timedelta(days=1)
    kept = platform.import_past(feed.paris, noon(yesterday), noon(yesterday) + timedelta(hours=2))
    everything = defs.resolve_implicit_global_asset_job_def()
    result = everything.execute_in_process(
        instance=platform.instance, partition_key=yesterday.isoformat(), run_config=QUIET
    )
    assert result.success
    assert feed.server.asked == []
    counted = {
        event.asset_key.path[-1]: event for event in result.get_asset_materialization_events() if event.asset_key
    }
    for source, collection in {"belib": "raw_belib", "open_meteo": "raw_meteo"}.items():
        metadata = counted[collection].materialization.metadata
        assert metadata["dagster/row_count"].value == kept.sound[source]
        assert metadata["new_pages"].value == 0
    assert platform.rows(StationAvailabilityHourly)["hour_at"].n_unique() == 24


@pytest.mark.slow
def test_materializing_everything_for_today_works_in_one_run(platform: Platform, feed: Feed) -> None:
    everything = defs.resolve_implicit_global_asset_job_def()
    result = everything.execute_in_process(
        instance=platform.instance, partition_key=today().isoformat(), run_config=QUIET
    )
    assets = {key.to_user_string() for key in everything.asset_layer.executable_asset_keys}
    assert {event.asset_key.path[-1] for event in result.get_asset_materialization_events()} == assets
    assert set(checks_of(result)) == declared_checks(assets)
    assert exports(feed) == 2
    assert sum("/v1/forecast" in asked for asked in feed.server.asked) == 1
    assert platform.rows(ChargePoint)["is_station_derived"].sum() < len(feed.paris.live)


@pytest.mark.slow
def test_of_several_days_in_one_run_each_is_told_its_own_rows(platform: Platform, feed: Feed) -> None:
    days = [today() - timedelta(days=1), today()]
    kept = platform.import_past(feed.paris, noon(days[0]), noon(days[0]) + timedelta(hours=1))
    result = defs.resolve_implicit_global_asset_job_def().execute_in_process(
        instance=platform.instance,
        tags=dict(zip((ASSET_PARTITION_RANGE_START_TAG, ASSET_PARTITION_RANGE_END_TAG), map(str, days), strict=True)),
        run_config=QUIET,
    )
    told = {
        (event.asset_key.path[-1], event.partition): event.materialization.metadata["dagster/row_count"].value
        for event in result.get_asset_materialization_events()
        if event.asset_key and event.partition
    }
    assert [told["raw_belib", str(day)] for day in days] == [kept.sound["belib"], 1]
    for contract in (Poll, ChargePointStatus, StationAvailabilityHourly):
        rows = [platform.rows(contract, day).height for day in days]
        assert [told[name(contract), str(day)] for day in days] == rows
        assert rows[0] > rows[1]
