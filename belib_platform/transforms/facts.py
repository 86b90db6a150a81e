"""Figures of a poll: freshness of the operator's timestamps, and share of unknown statuses."""

import polars as pl

FRESH_FOR = pl.duration(hours=24)
"""Freshness is a share and not a rule per record, since 1.5 % of available charge points and 46 % of unknown ones have
an older timestamp."""

FACTS = ("newest_source_updated_at", "fresh_ratio", "unknown_ratio", "future_stamp_count")


def poll_facts(records: pl.LazyFrame) -> pl.LazyFrame:
    """Figures by `page_id`: newest timestamp not in the future, shares of fresh and unknown records, future timestamps.

    `records` has `status` (OCPI, null if not known) and `source_updated_at`, and of each record's response `page_id`,
    `fetched_at` and `received_at`.
    """
    stamp = pl.col("source_updated_at")
    return records.group_by("page_id", maintain_order=True).agg(
        # a timestamp in the future would hide that the feed is frozen
        stamp.filter(stamp <= pl.col("received_at")).max().alias("newest_source_updated_at"),
        (stamp >= pl.col("fetched_at") - FRESH_FOR).fill_null(value=False).mean().alias("fresh_ratio"),
        (pl.col("status") == "UNKNOWN").fill_null(value=False).mean().alias("unknown_ratio"),
        (stamp > pl.col("received_at")).sum().cast(pl.Int32).alias("future_stamp_count"),
    )
