"""The five-minute run and a rebuild of the same day, at the same time in two processes."""

from datetime import UTC, datetime

import pytest

from belib_platform.contracts.clean import ChargePointStatus, Poll
from belib_platform.repair.rebuild import rebuild_days
from belib_platform.warehouse.feeds import CHARGE_POINT_FEED
from belib_platform.warehouse.folds import fold
from belib_platform_tests.end_to_end.platform import (
    Platform,
    apis_of,
    environment,
    paris_around,
    today,
)
from belib_platform_tests.forks import Fork
from belib_platform_tests.simulator.hand_clock import HandClock

pytestmark = pytest.mark.slow

ROUNDS = 3
NOTES = "SELECT asset, window_key, run_id FROM clean.written_window ORDER BY 1, 2"


def test_two_writers_of_one_day_end_in_one_consistent_day(platform: Platform) -> None:
    now, day = datetime.now(UTC), today()
    with apis_of(paris_around(now, seed=9), HandClock(now)):
        platform.run("belib_five_minutely", day)
        polling = started(platform, "belib_five_minutely")
        rebuilding = started(platform, "rebuild", "belib/full_refresh=true")
        polled, rebuilt = ended(polling), ended(rebuilding)
    assert (polled[0], rebuilt[0]) == (ROUNDS, ROUNDS)
    responses = platform.store.responses("raw_belib")
    all_metadata = responses.responses(day)
    assert len(all_metadata) == ROUNDS + 1
    at_once = fold(CHARGE_POINT_FEED, responses, all_metadata).runs
    assert platform.rows(ChargePointStatus, day).equals(at_once.sort(ChargePointStatus.primary_key()))
    assert platform.rows(Poll, day)["is_folded"].all()
    before = platform.warehouse.query(NOTES)
    rebuild_days(platform.instance, [day])
    assert platform.warehouse.query(NOTES).equals(before)


def started(platform: Platform, job: str, *tags: str) -> Fork:
    """A process that runs a job for today, several times."""
    module = "belib_platform_tests.end_to_end.rounds"
    env = environment(platform.mongo_url, platform.postgres_url)
    return Fork(module, job, today().isoformat(), str(ROUNDS), *tags, env=env)


def ended(process: Fork) -> tuple[int, int]:
    """Runs that succeeded and steps tried again."""
    done = process.ended()
    assert done.returncode == 0, done.stderr
    succeeded, retried = done.stdout.split()
    return int(succeeded), int(retried)
