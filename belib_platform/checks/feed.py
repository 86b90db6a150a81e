"""Checks of the feed as it is now: they judge the newest sound poll in the store, whatever days a run is about."""

from datetime import date

import polars as pl

from belib_platform.checks.finding import Finding, none_of

HISTORY = 28
"""Sound polls before the newest one with which it is compared."""

FRESH_MINUTES = 30
FRESH_RATIO = 0.9


def feed_is_fresh(polls: pl.DataFrame) -> Finding:
    """The newest stamp and the share of points stamped within 24 hours, against the page's own fetch time."""
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


def every_day_has_polls(polls: pl.DataFrame, days: list[date]) -> Finding:
    """Every day of the run has a sound poll of Belib'."""
    sound = polls.filter((pl.col("source") == "belib") & (pl.col("outcome") == "sound"))
    by_day = sound.group_by(pl.col("fetched_at").dt.date().alias("day")).agg(pl.len().alias("sound_polls"))
    wanted = pl.DataFrame({"day": days}, schema={"day": pl.Date})
    return none_of(wanted.join(by_day, on="day", how="anti"), len(days))
