"""Everything that is not as it should be now: false checks, failed runs, stale data, ticks that fail or do not come."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

import dagster as dg
from pymongo.errors import PyMongoError

from belib_platform.dagster_internals.records import (
    CheckState,
    RunEnd,
    Ticking,
    cause_of_failure,
    check_states,
    last_ends,
    tickings,
)
from belib_platform.monitoring.alerts.hiding import without_secrets
from belib_platform.monitoring.alerts.problem import Problem, shortened
from belib_platform.monitoring.alerts.staleness import (
    cannot_be_judged,
    instants_ahead,
    limits,
    stale_key,
    stale_sources,
)
from belib_platform.raw.store import RawStore
from belib_platform.settings import Settings

SHORTEST_SILENCE = timedelta(minutes=5)
HOUR = timedelta(hours=1)


class Look(NamedTuple):
    """Where to look, at what instant, and since when somebody looks."""

    instance: dg.DagsterInstance
    repository: dg.RepositoryDefinition
    settings: Settings
    watched_since: datetime
    now: datetime


class Seen(NamedTuple):
    """The problems found, and the keys of what could not be judged."""

    problems: list[Problem]
    unjudged: Collection[str] = ()


def everything(look: Look, store: RawStore, *, but_ticks_of: str) -> Seen:
    """All problems there are, except in the ticks of the one who asks."""
    ticking = [tick for tick in _tickings(look) if tick.name != but_ticks_of]
    found = [*of_checks(look), *of_runs(look), *of_ticks(look, ticking)]
    unjudged: list[str] = []
    try:
        found += [
            *stale_sources(store, look.settings, look.watched_since, look.now),
            *instants_ahead(store, look.now),
        ]
    except PyMongoError as error:
        found.append(cannot_be_judged(without_secrets(look.settings, str(error)), look.now))
        unjudged = [stale_key(source) for source in limits(look.settings)]
    return Seen(found, unjudged)


def ticks_of(look: Look, sensor: str) -> Seen:
    """The problems in the ticks of one sensor."""
    return Seen(list(of_ticks(look, [tick for tick in _tickings(look) if tick.name == sensor])))


def of_checks(look: Look) -> Iterator[Problem]:
    """Each check whose newest evaluation is false."""
    for state in check_states(look.instance, look.repository.asset_graph):
        if state.passed is False:
            yield _of_check(state, look.now)


def _of_check(state: CheckState, now: datetime) -> Problem:
    return Problem(
        key=f"check/{state.asset}/{state.name}",
        title=f"{state.asset}: {state.name}",
        sentence=f"Not true: {state.sentence}",
        numbers={name: _shown(value) for name, value in state.numbers.items()},
        since=state.at or now,
        path=f"/assets/{state.asset}?view=checks&checkDetail={state.name}",
        is_warning=state.is_warning,
    )


def _shown(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else shortened(str(value))


def of_runs(look: Look) -> Iterator[Problem]:
    """Each job whose newest run failed, after its last retry."""
    jobs = sorted(job.name for job in look.repository.get_all_jobs())
    for end in last_ends(look.instance, jobs, look.now):
        if end.failed:
            yield _of_run(end, without_secrets(look.settings, cause_of_failure(look.instance, end.run_id)))


def _of_run(end: RunEnd, why: str) -> Problem:
    return Problem(
        key=f"job/{end.job}",
        title=f"a run of {end.job} failed",
        sentence=why,
        since=end.ended_at,
        path=f"/runs/{end.run_id}",
    )


def of_ticks(look: Look, ticking: Iterable[Ticking]) -> Iterator[Problem]:
    """Each schedule or sensor whose newest tick failed, and each that is on and silent for too long."""
    for tick in ticking:
        if tick.error is not None:
            sentence = f"The newest tick failed: {without_secrets(look.settings, tick.error)}"
            yield _of_tick(tick, "failed", sentence, tick.last_at or look.now)
        heard_at = max(tick.last_at or look.watched_since, look.watched_since)
        if look.now - heard_at > longest_silence(tick.interval):
            sentence = f"No tick for {_minutes(look.now - heard_at)} minutes, though it is due every "
            since = tick.last_at or look.watched_since
            yield _of_tick(tick, "silent", f"{sentence}{_minutes(tick.interval) or 1} minutes.", since)


def longest_silence(interval: timedelta) -> timedelta:
    """Three intervals; at least five minutes, and at most an hour more than one interval."""
    return max(SHORTEST_SILENCE, min(3 * interval, interval + HOUR))


def _of_tick(tick: Ticking, what: str, sentence: str, since: datetime) -> Problem:
    return Problem(
        key=f"{tick.kind}/{tick.name}/{what}",
        title=f"{tick.kind} {tick.name} {'fails' if what == 'failed' else 'does not tick'}",
        sentence=sentence,
        since=since,
        path=f"/locations/belib_platform/{tick.kind}s/{tick.name}",
    )


def _minutes(duration: timedelta) -> int:
    return round(duration.total_seconds() / 60)


def _tickings(look: Look) -> Iterator[Ticking]:
    return tickings(look.instance, look.repository, look.now)
