"""Whether the platform is well, in sentences: what it must do to keep its history, judged from an observation."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from belib_platform.monitoring.metrics.observation import POLLED, DagsterLook, NoAnswer, Observation, RawLook

SILENT = timedelta(minutes=2)
"""A daemon that lives beats every 30 seconds."""

NAMES = {
    "mongo": "The raw store (MongoDB)",
    "postgres": "The warehouse (PostgreSQL)",
    "dagster": "Dagster's storage",
    "elasticsearch": "The search layer (Elasticsearch)",
}


def problems(seen: Observation, gap_limit: timedelta) -> list[str]:
    """What is not as it must be; nothing when all stores answer, the daemon beats, no blocking check is false and,
    unless the schedule was stopped, the newest sound poll is no older than `gap_limit` (three cadences)."""
    return [*_stores(seen), *_polls(seen, gap_limit), *_daemon(seen.dagster, seen.at), *_checks(seen.dagster)]


def _stores(seen: Observation) -> Iterator[str]:
    for store, look in seen.stores.items():
        if isinstance(look, NoAnswer):
            yield f"{NAMES[store]} does not answer: {look.why}"


def _polls(seen: Observation, gap_limit: timedelta) -> Iterator[str]:
    if not isinstance(seen.raw, RawLook) or not polling_is_meant(seen):
        return
    newest = seen.raw.newest_sound_at.get(POLLED)
    if newest is None:
        yield f"There is no sound poll of {POLLED} yet."
    elif seen.at - newest > gap_limit:
        age, limit = seen.at - newest, gap_limit
        yield (
            f"The newest sound poll of {POLLED} is {_minutes(age)} minutes old ({newest:%Y-%m-%d %H:%M:%S} UTC); "
            f"at most {_minutes(limit)} are well."
        )


def warnings(seen: Observation) -> list[str]:
    """What a person should know and nobody can mend: raw is never rewritten, so an instant from the future stays."""
    ahead = seen.raw.ahead if isinstance(seen.raw, RawLook) else {}
    return [
        f"The ledger notes {source} at {latest:%Y-%m-%d %H:%M:%S} UTC, which is in the future: a clock was ahead, or "
        "still is. The present is judged without it."
        for source, latest in sorted(ahead.items())
    ]


def polling_is_meant(seen: Observation) -> bool:
    """Whether the schedule of polls is on; where that cannot be known it is meant to be."""
    return seen.dagster.polling_is_on if isinstance(seen.dagster, DagsterLook) else True


def _daemon(dagster: DagsterLook | NoAnswer, now: datetime) -> Iterator[str]:
    if isinstance(dagster, NoAnswer):
        return
    newest = dagster.newest_heartbeat
    if newest is None:
        yield "Dagster's daemon has never run: nothing is scheduled."
    elif abs(now - newest) > SILENT:
        yield f"Dagster's daemon is silent since {newest:%Y-%m-%d %H:%M:%S} UTC: nothing runs and no alert is sent."


def _checks(dagster: DagsterLook | NoAnswer) -> Iterator[str]:
    for check in dagster.checks if isinstance(dagster, DagsterLook) else ():
        if check.is_blocking and check.state != "passed":
            yield f"The blocking check {check.name} of {check.asset} is false: nothing is written there."


def _minutes(duration: timedelta) -> int:
    return round(duration.total_seconds() / 60)
