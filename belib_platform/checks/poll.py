"""Checks of `poll`: those of a feed judge its newest sound poll in the store, whatever days a run is about."""

from collections.abc import Callable, Iterator
from datetime import date, datetime

import polars as pl

from belib_platform.checks.check import Check
from belib_platform.checks.draft import Draft
from belib_platform.checks.finding import Finding, none_of
from belib_platform.checks.newest_response import every_value_is_readable, newest_records
from belib_platform.contracts.clean import Poll
from belib_platform.contracts.contract import conform, frame_schema, qualified_name
from belib_platform.raw.response import AHEAD
from belib_platform.settings import load_settings
from belib_platform.sources import belib_realtime, velib_realtime
from belib_platform.sources.belib_realtime import BELIB
from belib_platform.sources.records import Layout
from belib_platform.sources.source import Source
from belib_platform.sources.velib_realtime import VELIB

HISTORY = 28
"""Sound polls before the newest one with which it is compared."""

FRESH_MINUTES = 30
FRESH_RATIO = 0.9


def feed_is_fresh(polls: pl.DataFrame) -> Finding:
    """The newest stamp and the share of points stamped within 24 hours, against the time of its request."""
    if polls.is_empty():
        return Finding(passed=False, numbers={"sound_polls": 0})
    newest = polls.row(0, named=True)
    stamp = newest["newest_source_updated_at"]
    age = (newest["fetched_at"] - stamp).total_seconds() / 60 if stamp else float("inf")
    fresh = newest["fresh_ratio"] or 0.0
    return Finding(
        passed=age <= FRESH_MINUTES and fresh >= FRESH_RATIO,
        numbers={"freshness_age_minutes": round(age, 1), "fresh_ratio": fresh, "fetched_at": str(newest["fetched_at"])},
    )


def volume_is_as_usual(polls: pl.DataFrame) -> Finding:
    """The newest poll's records against the least and the most of those before it."""
    counts = polls["record_count"].to_list()
    if len(counts) < 2:
        return Finding(passed=bool(counts), numbers={"records": sum(counts), "compared_with": 0})
    newest, before = counts[0], counts[1:]
    low, high = 0.95 * min(before), 1.05 * max(before)
    return Finding(
        passed=low <= newest <= high,
        numbers={"records": newest, "least_allowed": low, "most_allowed": high, "compared_with": len(before)},
    )


def unknown_share_is_as_usual(polls: pl.DataFrame) -> Finding:
    """The newest poll's share of UNKNOWN against twice the median of those before it, plus 0.01."""
    shares = polls["unknown_ratio"].fill_null(0.0).to_list()
    if len(shares) < 2:
        return Finding(passed=bool(shares), numbers={"unknown_ratio": sum(shares), "compared_with": 0})
    limit = 2 * float(pl.Series(shares[1:]).median() or 0.0) + 0.01  # type: ignore[arg-type]
    return Finding(
        passed=shares[0] <= limit,
        numbers={"unknown_ratio": shares[0], "most_allowed": limit, "compared_with": len(shares) - 1},
    )


def no_stamp_lies_in_the_future(polls: pl.DataFrame) -> Finding:
    """Stamps of the newest poll later than its reception; they are kept, counted and warned about."""
    ahead = int(polls["future_stamp_count"][0] or 0) if polls.height else 0
    return Finding(passed=ahead == 0, numbers={"future_stamps": ahead}, is_warning=True)


def every_day_has_polls(polls: pl.DataFrame, days: list[date], source: str = BELIB.name) -> Finding:
    """Each of these days has a sound poll of a source."""
    sound = polls.filter((pl.col("source") == source) & (pl.col("outcome") == "sound"))
    by_day = sound.group_by(pl.col("fetched_at").dt.date().alias("day")).agg(pl.len().alias("sound_polls"))
    wanted = pl.DataFrame({"day": days}, schema={"day": pl.Date})
    return none_of(wanted.join(by_day, on="day", how="anti"), len(days))


def newest_polls(draft: Draft, source: str) -> pl.DataFrame:
    """The newest sound polls of a source, newest first, those about to be written included, none from the future."""
    columns, known_until = ", ".join(frame_schema(Poll)), draft.inputs.now + AHEAD
    kept = draft.inputs.warehouse.query(
        f"SELECT {columns} FROM {qualified_name(Poll)} WHERE source = $1 AND outcome = 'sound' "  # noqa: S608
        "AND fetched_at <= $2 ORDER BY fetched_at DESC LIMIT $3",
        source,
        known_until,
        HISTORY + 1,
    )
    is_sound = (pl.col("source") == source) & (pl.col("outcome") == "sound")
    fresh = draft.rows.filter(is_sound & (pl.col("fetched_at") <= known_until))
    polls = pl.concat([conform(Poll, kept), fresh])
    return polls.unique(Poll.primary_key(), keep="last").sort("fetched_at", descending=True).head(HISTORY + 1)


def polls_of_days(draft: Draft) -> pl.DataFrame:
    """All attempts of the run's days, those that are not written again included."""
    own = draft.inputs.table(Poll)
    return pl.concat([draft.rows, *(own.rows(day) for day in draft.unchanged_days)])


def polled_days(draft: Draft, source: str) -> list[date]:
    """The run's days from the source's first sound poll on."""
    sql = f"SELECT min(fetched_at) AS fetched_at FROM {qualified_name(Poll)} WHERE source = $1 AND outcome = 'sound'"  # noqa: S608
    kept = draft.inputs.warehouse.query(sql, source).cast({"fetched_at": frame_schema(Poll)["fetched_at"]})
    is_sound = (pl.col("source") == source) & (pl.col("outcome") == "sound")
    first = pl.concat([kept, draft.rows.filter(is_sound).select("fetched_at")])["fetched_at"].min()
    return [day for day in draft.days if isinstance(first, datetime) and day >= first.date()]


def feed_checks(source: Source, layout: Layout, *, prefix: str = "", shares: bool = False) -> Iterator[Check]:
    """The checks of a feed, whose names begin with `prefix`; with `shares`, that of the share of UNKNOWN, too.

    Nothing is judged of a feed that is not asked, or that never sent a sound response: for that there is an alert.
    """

    def newest(draft: Draft) -> pl.DataFrame:
        return newest_polls(draft, source.name)

    def judged(judge: Callable[[pl.DataFrame], Finding]) -> Callable[[Draft], Finding]:
        def of_draft(draft: Draft) -> Finding:
            polls = draft.once(newest)
            if polls.is_empty() or not source.is_asked(load_settings()):
                return Finding(passed=True, numbers={"judged": 0})
            return judge(polls)

        return of_draft

    yield Check(
        f"{prefix}feed_is_fresh",
        f"{source.title}: the newest stamp is at most 30 minutes, and 90 % of the stamps at most 24 hours, older than "
        "the newest sound response.",
        judged(feed_is_fresh),
        plotted=(() if prefix else ("freshness_age_minutes", "fresh_ratio")),
    )
    yield Check(
        f"{prefix}volume_is_as_usual",
        f"{source.title}: the newest sound response has between 0.95 × the least and 1.05 × the most records of the 28 "
        "before it (or of as many as there are).",
        judged(volume_is_as_usual),
        plotted=(() if prefix else ("records",)),
    )
    if shares:
        yield Check(
            f"{prefix}unknown_share_is_as_usual",
            "The newest sound response's share of UNKNOWN is at most twice the median of the 28 before it (or of as "
            "many as there are) plus 0.01.",
            judged(unknown_share_is_as_usual),
            plotted=("unknown_ratio",),
        )
    yield Check(
        f"{prefix}no_stamp_lies_in_the_future",
        f"{source.title}: no stamp of the newest sound response is later than its reception.",
        judged(no_stamp_lies_in_the_future),
    )
    yield Check(
        f"{prefix}every_day_has_polls",
        f"{source.title}: every day of the run, from the first poll on, has a sound poll.",
        lambda draft: every_day_has_polls(polls_of_days(draft), polled_days(draft, source.name), source.name),
    )
    yield Check(
        f"{prefix}every_value_is_readable",
        f"{source.title}: every value of the newest sound response could be read, in its usual spelling.",
        lambda draft: every_value_is_readable(newest_records(draft.inputs.responses(source), source.name, layout)),
    )


CHECKS = (
    *feed_checks(BELIB, belib_realtime.LAYOUT, shares=True),
    *feed_checks(VELIB, velib_realtime.LAYOUT, prefix="bike_"),
)
