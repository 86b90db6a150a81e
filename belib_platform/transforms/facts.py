"""Figures of a poll: freshness of the operator's timestamps, and share of unknown statuses."""

import polars as pl

FRESH_FOR = pl.duration(hours=24)
"""Freshness is a share and not a rule per record, since 1.5 % of available charge points and 46 % of unknown ones have
an older timestamp."""

FACTS = ("newest_source_updated_at", "fresh_ratio", "unknown_ratio", "future_stamp_count")


IS_UNKNOWN = (pl.col("status") == "UNKNOWN").fill_null(value=False)
"""Of charge points: the operator did not know the status."""

NEVER_UNKNOWN = pl.lit(None, pl.Boolean)
"""Of things for which the feed has no such word."""


def poll_facts(records: pl.LazyFrame, is_unknown: pl.Expr = IS_UNKNOWN) -> pl.LazyFrame:
    """Figures by `page_id`: newest timestamp not in the future, shares of fresh and unknown records, future timestamps.

    `records` has `source_updated_at` and what `is_unknown` needs, and of each record's response `page_id`, `fetched_at`
    and `received_at`.
    """
    stamp = pl.col("source_updated_at")
    return records.group_by("page_id", maintain_order=True).agg(
        # a timestamp in the future would hide that the feed is frozen
        stamp.filter(stamp <= pl.col("received_at")).max().alias("newest_source_updated_at"),
        (stamp >= pl.col("fetched_at") - FRESH_FOR).fill_null(value=False).mean().alias("fresh_ratio"),
        is_unknown.mean().alias("unknown_ratio"),
        (stamp > pl.col("received_at")).sum().cast(pl.Int32).alias("future_stamp_count"),
    )
