"""Real answers from the portal's first years, imported like anyone's own archive."""

from collections.abc import Iterator
from datetime import UTC, datetime

import polars as pl
import pytest

from belib_platform.contracts.clean import ChargePoint, Poll
from belib_platform.contracts.mart import SECONDS, StationAvailabilityHourly
from belib_platform.jobs import DERIVED
from belib_platform.local.urls import Urls
from belib_platform.recordings.finding import find_recordings
from belib_platform.recordings.importing import import_recordings
from belib_platform.repair.rebuild import rebuild_days, report_responses, touched_days
from belib_platform.settings import load_settings
from belib_platform.sources.registry import SOURCES
from belib_platform_tests.conftest import RECORDINGS
from belib_platform_tests.end_to_end.platform import Platform, new_platform

LIVE, STATIC = RECORDINGS / "belib_realtime", RECORDINGS / "belib_static" / "2024-12_export.json"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (LIVE.exists() and STATIC.exists()),
        reason=f"no recorded answers at {RECORDINGS}; BELIB_RECORDINGS names their folder",
    ),
]


@pytest.fixture(scope="module")
def winter(stores: Urls) -> Iterator[Platform]:
    """Nineteen polls of a week of 2023, hours apart, and a static edition of December 2024."""
    with new_platform(stores) as platform:
        for path, fetched_at in ((LIVE, None), (STATIC, datetime(2024, 12, 1, tzinfo=UTC))):
            found = find_recordings(path, fetched_at=fetched_at)
            taken = import_recordings(found, load_settings(), platform.store)
            for source, days in taken.days.items():
                report_responses(platform.instance, SOURCES[source].collection, days)
            rebuild_days(platform.instance, touched_days(taken.days), DERIVED)  # the tables alone
        yield platform


def test_hours_add_up_and_the_shares_are_those_of_that_winter(winter: Platform) -> None:
    hours = winter.rows(StationAvailabilityHourly)
    assert hours.filter(pl.sum_horizontal(SECONDS) != pl.col("point_count") * 3600).is_empty()
    total = hours.select(pl.col(SECONDS).cast(pl.Int64).sum()).row(0, named=True)
    everything = sum(total.values())
    observed = everything - total["unobserved_s"]
    # nineteen polls of at most a quarter of an hour each, over the hours of the days they fall on
    assert observed / everything < 0.05
    assert total["available_s"] / observed == pytest.approx(0.61, abs=0.03)
    assert total["charging_s"] / observed == pytest.approx(0.33, abs=0.03)


def test_no_recording_holds_a_status_overnight(winter: Platform) -> None:
    hours = winter.rows(StationAvailabilityHourly)
    asked = winter.rows(Poll)["fetched_at"]
    near = {at for shift in ("0s", "7m30s") for at in asked.dt.offset_by(shift).dt.truncate("1h")}
    elsewhere = hours.filter(~pl.col("hour_at").is_in(list(near)))
    assert elsewhere.height > 0
    assert (elsewhere["unobserved_s"] == elsewhere["point_count"] * 3600).all()


def test_the_static_edition_adds_what_the_feed_does_not_say(winter: Platform) -> None:
    points = winter.rows(ChargePoint)
    seen_in_both = points.filter(pl.col("last_live_date").is_not_null() & pl.col("last_static_date").is_not_null())
    assert seen_in_both.height > 1800
    assert seen_in_both["power_kw"].is_not_null().all()
    assert not seen_in_both["is_station_derived"].any()
    only_live = points.filter(pl.col("last_static_date").is_null())
    assert only_live["is_station_derived"].all()
    assert only_live["power_kw"].is_null().all()
