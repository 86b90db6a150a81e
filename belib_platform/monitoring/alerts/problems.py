"""Every problem there is now: checks and runs that failed, stale data, ticks that failed or did not come."""

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime, timedelta
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
from belib_platform.monitoring.alerts.problem import Problem
from belib_platform.monitoring.alerts.staleness import (
    cannot_be_judged,
    instants_ahead,
    limits,
    stale_key,
    stale_sources,
)
from belib_platform.monitoring.health import utc
from belib_platform.monitoring.masking import shortened, without_secrets
from belib_platform.monitoring.mongo import observe_freshness
from belib_platform.raw.store import RawStore
from belib_platform.settings import Settings

SHORTEST_SILENCE = timedelta(minutes=5)
HOUR = timedelta(hours=1)


class Site(NamedTuple):
    """The platform to examine, at what instant, and since when it is observed without interruption."""

    instance: dg.DagsterInstance
    repository: dg.RepositoryDefinition
    settings: Settings
    watched_since: datetime
    now: datetime


class Found(NamedTuple):
    """The problems found, and the keys of what could not be judged."""

    problems: list[Problem]
    not_judged: Collection[str] = ()


def all_problems(site: Site, store: RawStore, *, but_ticks_of: str) -> Found:
    """All problems, except in the ticks of one sensor: the one that asks."""
    ticking = [tick for tick in _tickings(site) if tick.name != but_ticks_of]
    found = [*failed_checks(site), *failed_runs(site), *_of_ticks(site, ticking)]
    sources = limits(site.settings)
    try:
        freshness = observe_freshness(store, sources, site.now)
    except PyMongoError as error:
        found.append(cannot_be_judged(without_secrets(site.settings, str(error)), site.now))
        return Found(found, [stale_key(source) for source in sources])
    stale = stale_sources(freshness, site.settings, site.watched_since, site.now)
    return Found([*found, *stale, *instants_ahead(freshness, site.now)])


def problems_in_ticks_of(site: Site, name: str) -> Found:
    """The problems in the ticks of one schedule or sensor."""
    return Found(list(_of_ticks(site, [tick for tick in _tickings(site) if tick.name == name])))


def failed_checks(site: Site) -> Iterator[Problem]:
    """Each check whose newest evaluation did not pass."""
    for state in check_states(site.instance, site.repository.asset_graph):
        if state.passed is False:
            yield _of_check(state, site.now)


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
    if isinstance(value, float):
        return f"{value:.4g}"
    try:
        instant = datetime.fromisoformat(str(value))
    except ValueError:
        return shortened(str(value))
    return utc(instant.astimezone(UTC)) if instant.tzinfo else str(value)


def failed_runs(site: Site) -> Iterator[Problem]:
    """Each job whose newest run failed, after its last retry."""
    jobs = sorted(job.name for job in site.repository.get_all_jobs())
    for end in last_ends(site.instance, jobs, site.now):
        if end.failed:
            yield _of_run(end, without_secrets(site.settings, cause_of_failure(site.instance, end.run_id)))


def _of_run(end: RunEnd, why: str) -> Problem:
    return Problem(
        key=f"job/{end.job}",
        title=f"a run of {end.job} failed",
        sentence=why,
        since=end.ended_at,
        path=f"/runs/{end.run_id}",
    )


def _of_ticks(site: Site, ticking: Iterable[Ticking]) -> Iterator[Problem]:
    """Each schedule or sensor whose newest tick failed, and each that is on and silent for too long."""
    for tick in ticking:
        if tick.error is not None:
            sentence = f"The newest tick failed: {without_secrets(site.settings, tick.error)}"
            yield _of_tick(tick, "failed", sentence, tick.last_at or site.now)
        heard_at = max(tick.last_at or site.watched_since, site.watched_since)
        if site.now - heard_at > longest_silence(tick.interval):
            sentence = f"No tick for {_minutes(site.now - heard_at)} minutes, though it is due every "
            since = tick.last_at or site.watched_since
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


def _tickings(site: Site) -> Iterator[Ticking]:
    return tickings(site.instance, site.repository, site.now)
