"""What holds of every table of runs: consecutive observations of one state within one UTC day."""

import dataframely as dy
import polars as pl

from belib_platform.contracts.contract import Contract


class RunsOfState(Contract):
    """Rules of such tables; each declares its own columns."""

    @dy.rule()
    def ends_no_earlier_than_it_starts(cls) -> pl.Expr:
        return pl.col("last_seen_at") >= pl.col("first_seen_at")

    @dy.rule()
    def stays_within_its_utc_day(cls) -> pl.Expr:
        return pl.col("last_seen_at").dt.date() == pl.col("first_seen_at").dt.date()
