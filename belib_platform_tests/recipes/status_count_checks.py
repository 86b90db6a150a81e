"""The checks of a new table, as they would stand in `belib_platform/checks/status_count.py`."""

import polars as pl

from belib_platform.checks.check import Check
from belib_platform.checks.finding import Finding, none_of


def every_poll_saw_a_free_point(counts: pl.DataFrame) -> Finding:
    """Every poll counts at least one charge point that is AVAILABLE."""
    polls = counts.select("fetched_at").unique()
    free = counts.filter(pl.col("status") == "AVAILABLE")
    return none_of(polls.join(free, on="fetched_at", how="anti"), polls.height, is_warning=True)


CHECKS = (
    Check(
        "every_poll_saw_a_free_point",
        "Every poll of the run saw at least one charge point that is AVAILABLE.",
        lambda draft: every_poll_saw_a_free_point(draft.rows),
    ),
)
