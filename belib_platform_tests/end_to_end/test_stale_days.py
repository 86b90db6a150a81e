"""Days whose responses are newer than what was made of them are noticed, whichever way the responses came."""

from datetime import UTC, date, datetime, timedelta

import pytest

from belib_platform.contracts.clean import ChargePointStatus, Poll
from belib_platform.definitions import defs
from belib_platform.raw.response import epoch_ms
from belib_platform.repair.rebuild import rebuild_days
from belib_platform.simulator.paris import Paris
from belib_platform_tests.end_to_end.platform import (
    Platform,
    noon,
    tick,
)

pytestmark = pytest.mark.slow

FIRST = date(2025, 6, 10)
DAYS = [FIRST + timedelta(days=n) for n in range(3)]
LATER = datetime(2025, 6, 20, 2, 33, tzinfo=UTC)


def asked_days() -> list[tuple[str, str]]:
    ranges = [request.partition_key_range for request in tick("stale_days_daily", LATER).run_requests or []]
    return [(days.start, days.end) for days in ranges if days]


def run_what_is_asked(platform: Platform) -> None:
    for request in tick("stale_days_daily", LATER).run_requests or []:
        defs.resolve_job_def("rebuild").execute_in_process(instance=platform.instance, tags=dict(request.tags))


def test_pages_that_nobody_folded_are_folded_and_a_page_the_ledger_missed_is_noted(platform: Platform) -> None:
    paris = Paris.draw(3, first_day=FIRST, days=len(DAYS), stations=3)
    begins = noon(FIRST)
    for day in (0, 2):
        platform.import_past(paris, begins + timedelta(days=day), begins + timedelta(days=day, minutes=30))
    rebuild_days(platform.instance, DAYS)
    assert asked_days() == []
    skipped = tick("stale_days_daily", LATER).skip_message
    assert skipped == "Every day fits the answers it was made from."

    platform.import_past(paris, begins + timedelta(hours=1), begins + timedelta(hours=1, minutes=10))
    assert asked_days() == [(f"{FIRST}", f"{FIRST}")], "as a kill before the days are made leaves it"
    run_what_is_asked(platform)
    assert asked_days() == []

    ledger = platform.store.ledger.collection
    platform.import_past(paris, begins + timedelta(days=2, hours=1), begins + timedelta(days=2, hours=1, minutes=5))
    killed = ledger.find_one_and_delete({"fetched_at_ms": {"$gt": epoch_ms(begins + timedelta(days=2, minutes=30))}})
    assert killed["outcome"] == "sound"
    assert asked_days() == [(f"{DAYS[2]}", f"{DAYS[2]}")], "as a kill before the ledger knew leaves it"
    assert ledger.find_one({"_id": killed["_id"]}) == killed
    run_what_is_asked(platform)
    assert platform.rows(Poll, DAYS[2]).filter(source="belib")["is_folded"].all()
    assert platform.rows(ChargePointStatus, DAYS[2])["last_seen_at"].max() >= begins + timedelta(days=2, hours=1)
    assert asked_days() == []
