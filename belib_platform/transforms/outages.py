"""Outages: the episodes OUTOFORDER of charge points."""

from datetime import date, datetime

import polars as pl

from belib_platform.transforms.episodes import episodes

DOWN = "OUTOFORDER"


def outages(runs: pl.LazyFrame, points: pl.LazyFrame, first: date, until: datetime) -> pl.LazyFrame:
    """Columns of Outage: those last seen on UTC day `first` or later, given ChargePointStatus rows before `until`.

    `runs` must have the rows of each outage, and those before and after it of the same charge point; `points` are
    ChargePoint rows.
    """
    located = points.select("charge_point_id", "station_id", "arrondissement")
    return (
        episodes(runs, until)
        .filter(pl.col("status") == DOWN, pl.col("last_seen_at").dt.date() >= first)
        .join(located, on="charge_point_id", how="left")
        .sort("charge_point_id", "first_seen_at")
    )
