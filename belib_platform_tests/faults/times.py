"""Faults of time: the clock jumps back, Paris changes its clocks, the daemon sleeps over midnight, two at once."""

from datetime import UTC, datetime, timedelta

from belib_platform_tests.faults.case import Case
from belib_platform_tests.faults.site import ARCHIVING, CADENCE, CHAIN, CLOSING, THURSDAY, WEATHER, Site, midnight_after
from belib_platform_tests.faults.worker import ended, started

SPRING = datetime(2025, 3, 30, 0, 32, tzinfo=UTC)
AUTUMN = datetime(2025, 10, 26, 0, 32, tzinfo=UTC)


def jumping_back(by: timedelta, told: str, at: datetime = THURSDAY) -> Case:
    """The machine's clock jumps back between two polls."""

    def happen(site: Site) -> None:
        site.poll()
        site.clock.at -= CADENCE + by
        site.poll()
        site.clock.at += by

    def heal(site: Site) -> None:
        site.poll()
        for day in {(site.clock.at - by).date(), site.today - timedelta(days=1)} - {site.today}:
            site.run(CLOSING, day)

    return Case("clock jumps back", told, happen, heal, at=at)


def jumping_ahead(by: timedelta, told: str) -> Case:
    """The machine's clock is ahead for one poll."""

    def happen(site: Site) -> None:
        site.clock.at += by
        site.poll()
        site.clock.at -= by
        site.poll()

    return Case("clock ahead for a poll", told, happen)


def slept(asleep: timedelta, told: str) -> Case:
    """The daemon dies before midnight and comes back after it: Dagster catches up with the ticks it missed."""

    def happen(site: Site) -> None:
        midnight = midnight_after(site.clock.at)
        site.clock.at = midnight - 3 * CADENCE
        site.poll()
        site.clock.at = midnight + asleep

    def heal(site: Site) -> None:
        midnight = site.clock.at.replace(hour=0, minute=0)
        missed = {CLOSING: midnight + timedelta(minutes=4), ARCHIVING: midnight + timedelta(minutes=19)}
        for schedule, at in missed.items():
            assert site.tick(schedule, at) == [str(midnight.date() - timedelta(days=1))]
        site.tick(CHAIN, midnight - timedelta(minutes=3))  # asks nobody: its day is over
        site.poll()

    return Case("daemon dead over midnight", told, happen, heal)


def at_once(first: str, second: str, told: str) -> Case:
    """Two workers at the same day at the same time."""

    def happen(site: Site) -> None:
        workers = [started(site, first), started(site, second)]
        assert [ended(site, worker) for worker in workers] == [0, 0]
        for job in (first, second):
            site.expect(job)
        site.clock.advance(CADENCE)

    return Case("two workers at once", told, happen, shows=first == second)


def through(night: datetime, told: str) -> Case:
    """Polls through the hour that Paris has twice or not at all, with a poll killed in it."""

    def happen(site: Site) -> None:
        for number in range(6):
            refused = number == 2
            if refused:
                site.server.faults.plan("/exports/json", *["empty_list"] * 8)
            site.poll(keeps=not refused, must_succeed=not refused)
            while site.server.faults.take("/exports/json"):
                pass
            site.clock.advance(2 * CADENCE)
        site.run(WEATHER)

    def heal(site: Site) -> None:
        day = site.today
        site.poll()
        site.clock.at = midnight_after(site.clock.at) + timedelta(minutes=4)
        site.run(CLOSING, day)
        site.poll()

    return Case("clocks change", told, happen, heal, at=night)


CASES = [
    jumping_back(timedelta(minutes=2), "by two minutes"),
    jumping_back(CADENCE, "onto the poll before"),
    jumping_back(timedelta(hours=1), "by an hour"),
    jumping_back(timedelta(minutes=10), "over midnight", at=datetime(2025, 3, 27, 23, 56, tzinfo=UTC)),
    jumping_ahead(timedelta(minutes=40), "by forty minutes"),
    jumping_ahead(timedelta(hours=25), "by a day"),
    slept(timedelta(minutes=31), "by half an hour"),
    slept(timedelta(hours=5), "until the morning"),
    at_once(CHAIN, CHAIN, "two polls"),
    at_once(CHAIN, WEATHER, "a poll and a forecast"),
    at_once(CHAIN, "rebuild", "a poll and a rebuild"),
    through(SPRING, "in spring"),
    through(AUTUMN, "in autumn"),
]
