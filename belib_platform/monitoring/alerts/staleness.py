"""Data that no longer comes, judged by the newest sound answer of each source, whatever ran or did not."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from belib_platform.monitoring.alerts.problem import Problem
from belib_platform.monitoring.health import utc
from belib_platform.monitoring.observation import Freshness
from belib_platform.raw.due import sources_asked
from belib_platform.settings import Settings
from belib_platform.sources.registry import SOURCES
from belib_platform.sources.source import Source

NOT_KNOWN = "stale/not_known"


def limits(settings: Settings) -> dict[Source, timedelta]:
    """How old the newest sound response of each source asked may be."""
    return {source: source.cadence.fresh_within(settings) for source in sources_asked(settings)}


def stale_key(source: Source) -> str:
    """The key under which a source's staleness is remembered."""
    return f"stale/{source.name}"


def stale_sources(
    freshness: Freshness, settings: Settings, watched_since: datetime, now: datetime
) -> Iterator[Problem]:
    """Each source whose newest sound answer is too old; without any, the time since the observation began counts."""
    for source, limit in limits(settings).items():
        newest = freshness.newest_sound_at.get(source.name)
        since = newest or watched_since
        if now - since > limit:
            yield Problem(
                key=stale_key(source),
                title=f"{source.name} is stale",
                sentence=f"No sound answer of {source.name} for more than {round(limit.total_seconds() / 60)} minutes.",
                numbers={"newest_sound_page": utc(newest) if newest else "none yet"},
                since=since,
                path=f"/assets/{source.collection}",
            )


def instants_ahead(freshness: Freshness, now: datetime) -> Iterator[Problem]:
    """Each source of which the ledger notes an instant in the future: the present is judged without it."""
    for source, latest in freshness.ahead.items():
        yield Problem(
            key=f"clock/{source}",
            title=f"{source} was asked in the future",
            sentence=f"The ledger notes {source} at {utc(latest)}: a clock was ahead, or still is.",
            since=now,
            path=f"/assets/{SOURCES[source].collection}",
            is_warning=True,
        )


def cannot_be_judged(error: str, now: datetime) -> Problem:
    """That the raw store does not answer."""
    return Problem(
        key=NOT_KNOWN,
        title="the raw store does not answer",
        sentence=f"Whether data is stale is not known: {error}",
        since=now,
        path="/assets/raw_belib",
    )
