"""Group `exports`: files that are more than a copy of one table."""

import dataframely as dy
import polars as pl

from belib_platform.contracts.clean import count, flag, instant, text
from belib_platform.contracts.contract import Contract
from belib_platform.contracts.vocabulary import CHARGE_POINT_ID, STATUSES


class Episode(Contract):
    """One row per charge point and unbroken stretch of one status, however many UTC days it lasts.

    The runs of `clean.charge_point_status` merged over midnight. An episode ends when a poll sees another status, or
    when no poll sees the point within the gap limit: no hole longer than that is bridged, so that all time within an
    episode is observed. A status that comes back after a hole is another episode.
    """

    first_seen_at = instant("First poll that saw it (UTC).", primary_key=True)
    charge_point_id = text("IRVE id_pdc with its asterisks.", primary_key=True, regex=CHARGE_POINT_ID)
    status = dy.Enum(STATUSES, metadata={"doc": "OCPI status; from statut_pdc."})
    last_seen_at = instant("Last poll that saw it (UTC).")
    began_after_at = instant(
        "Last poll before first_seen_at, which saw another status: the status began after it, at first_seen_at at the "
        "latest (UTC). Null where is_left_censored.",
        nullable=True,
    )
    ended_by_at = instant(
        "First poll after last_seen_at, which saw another status: the status ended after last_seen_at, at this instant "
        "at the latest (UTC). Null where is_right_censored.",
        nullable=True,
    )
    is_left_censored = flag(
        "Whether it is unknown when it began: no poll saw the point within the gap limit before first_seen_at. It may "
        "have begun long before.",
        nullable=False,
    )
    is_right_censored = flag(
        "Whether it is unknown when it ended: it goes on at the end of the export, or no poll saw the point within the "
        "gap limit after last_seen_at. It may have lasted much longer.",
        nullable=False,
    )
    is_going_on = flag(
        "Whether its gap limit is not over at the end of the export, the midnight UTC after the last day exported.",
        nullable=False,
    )
    status_before = dy.Enum(
        STATUSES, nullable=True, metadata={"doc": "The status at began_after_at; null where is_left_censored."}
    )
    status_after = dy.Enum(
        STATUSES, nullable=True, metadata={"doc": "The status at ended_by_at; null where is_right_censored."}
    )
    poll_count = dy.Int32(min=1, metadata={"doc": "Polls that saw it."})
    min_duration_s = count("Seconds from first_seen_at to last_seen_at, rounded down: it lasted at least so long.")
    max_duration_s = count(
        "Seconds from began_after_at to ended_by_at, rounded up: it did not last longer. Null where either is null.",
        nullable=True,
    )
    observed_s = count(
        "Seconds from first_seen_at to ended_by_at, or, where that is null, to half a gap limit after last_seen_at, no "
        "later than the end of the export: the time for which the rule of time counts this status."
    )

    @dy.rule()
    def instants_are_in_order(cls) -> pl.Expr:
        return (
            (pl.col("began_after_at") < pl.col("first_seen_at")).fill_null(value=True)
            & (pl.col("first_seen_at") <= pl.col("last_seen_at"))
            & (pl.col("last_seen_at") < pl.col("ended_by_at")).fill_null(value=True)
        )

    @dy.rule()
    def censored_is_what_has_no_bound(cls) -> pl.Expr:
        return (
            (pl.col("is_left_censored") == pl.col("began_after_at").is_null())
            & (pl.col("is_right_censored") == pl.col("ended_by_at").is_null())
            & (pl.col("is_right_censored") | ~pl.col("is_going_on"))
        )

    @dy.rule()
    def the_status_changed_at_each_bound(cls) -> pl.Expr:
        return (
            (pl.col("status_before").is_null() == pl.col("is_left_censored"))
            & (pl.col("status_after").is_null() == pl.col("is_right_censored"))
            & (pl.col("status_before") != pl.col("status")).fill_null(value=True)
            & (pl.col("status_after") != pl.col("status")).fill_null(value=True)
        )
