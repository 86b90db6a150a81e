"""Whether the platform works, judged from an observation: problems and warnings as sentences, and facts for /health."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from belib_platform.monitoring.observation import NoAnswer, Observation

HEARTBEAT_LIMIT = timedelta(minutes=2)
"""A daemon that runs sends a heartbeat every 30 seconds."""

NAMES = {
    "mongo": "The raw store (MongoDB)",
    "postgres": "The warehouse (PostgreSQL)",
    "dagster": "Dagster's storage",
    "elasticsearch": "The search layer (Elasticsearch)",
}


def problems(seen: Observation, gap_limit: timedelta) -> list[str]:
    """What keeps the history from growing; empty when all is well.

    All is well when every store answers, the daemon's heartbeat is fresh, every blocking check passes and, unless its
    schedule was stopped, the newest sound answer of each feed that is asked is no older than `gap_limit` (three
    cadences).
    """
    return [*_stores(seen), *_polls(seen, gap_limit), *_daemon(seen), *_checks(seen)]


def _stores(seen: Observation) -> Iterator[str]:
    for store, no_answer in seen.no_answers.items():
        if no_answer is not None:
            yield f"{NAMES[store]} does not answer: {no_answer.why}"


def _polls(seen: Observation, gap_limit: timedelta) -> Iterator[str]:
    for feed, newest in seen.newest_sound_polls.items():
        if not seen.polling_is_on(feed):
            continue
        if newest is None:
            yield f"There is no sound answer of {feed} yet."
        elif seen.at - newest > gap_limit:
            yield (
                f"The newest sound answer of {feed} is {_minutes(seen.at - newest)} minutes old ({utc(newest)}); "
                f"the limit is {_minutes(gap_limit)} minutes."
            )


def _daemon(seen: Observation) -> Iterator[str]:
    if isinstance(seen.dagster, NoAnswer):
        return
    newest = seen.newest_heartbeat
    if newest is None:
        yield "Dagster's daemon has never run: nothing is scheduled."
    elif is_silent(newest, seen.at):
        yield f"Dagster's daemon has sent no heartbeat since {utc(newest)}: nothing runs and no alert is sent."


def is_silent(heartbeat: datetime, now: datetime) -> bool:
    """Whether a daemon with this newest heartbeat no longer runs; one from the future counts for nothing."""
    return abs(now - heartbeat) > HEARTBEAT_LIMIT


def _checks(seen: Observation) -> Iterator[str]:
    for check in () if isinstance(seen.dagster, NoAnswer) else seen.dagster.checks:
        if check.is_blocking and check.state != "passed":
            yield f"The blocking check {check.name} of {check.asset} fails: nothing is written there."


def warnings(seen: Observation) -> list[str]:
    """What a person should know but cannot repair: raw is never rewritten, so an instant in the future stays."""
    ahead = {} if isinstance(seen.mongo, NoAnswer) else seen.mongo.freshness.ahead
    return [
        f"The ledger notes {source} at {utc(latest)}, which is in the future: a clock was ahead, or still is. The "
        "present is judged without it."
        for source, latest in sorted(ahead.items())
    ]


def facts(seen: Observation) -> dict[str, Any]:
    """What /health reports beside its sentences; instants are UTC, in ISO 8601."""
    polls = seen.newest_sound_polls
    head = None if isinstance(seen.archive, NoAnswer) else seen.archive.head
    return {
        "observed_at": _iso(seen.at),
        "newest_sound_poll_at": _iso(max(filter(None, polls.values()), default=None)),
        "newest_sound_polls": {feed: _iso(newest) for feed, newest in polls.items()},
        "newest_heartbeat_at": _iso(seen.newest_heartbeat),
        "archive_head": {"newest_day": head.newest_day.isoformat(), "sha256": head.sha256} if head else None,
        "stores": {store: no_answer is None for store, no_answer in seen.no_answers.items()},
    }


def utc(instant: datetime) -> str:
    """An instant for a person, to the second, with its time zone."""
    return f"{instant:%Y-%m-%d %H:%M:%S} UTC"


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat(timespec="seconds") if instant else None


def _minutes(duration: timedelta) -> int:
    return round(duration.total_seconds() / 60)
