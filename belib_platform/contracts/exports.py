"""Group `exports`: files that are not copies of a table."""

import dataframely as dy
import polars as pl

from belib_platform.contracts.clean import count, flag, instant, text
from belib_platform.contracts.contract import Contract
from belib_platform.contracts.vocabulary import CHARGE_POINT_ID, STATUSES


class Episode(Contract):
    """One row per charge point and uninterrupted period of one status, which may last several UTC days.

    Made by merging the periods of `clean.charge_point_status` across midnight. An episode ends when a poll observes
    another status, or when no poll observes the charge point within the gap limit. So all time within an episode is
    observed. The same status after a longer gap is another episode.
    """

    first_seen_at = instant("First poll of the episode (UTC).", primary_key=True)
    charge_point_id = text("IRVE id_pdc with its asterisks.", primary_key=True, regex=CHARGE_POINT_ID)
    status = dy.Enum(STATUSES, metadata={"doc": "OCPI status; from statut_pdc."})
    last_seen_at = instant("Last poll of the episode (UTC).")
    began_after_at = instant(
        "Last poll before first_seen_at, which observed another status (UTC). The episode began after it, and not "
        "later than first_seen_at. Null if is_left_censored.",
        nullable=True,
    )
    ended_by_at = instant(
        "First poll after last_seen_at, which observed another status (UTC). The episode ended after last_seen_at, and "
        "not later than this. Null if is_right_censored.",
        nullable=True,
    )
    is_left_censored = flag(
        "Whether its beginning is unknown: no poll observed the charge point within the gap limit before "
        "first_seen_at. It may have begun long before.",
        nullable=False,
    )
    is_right_censored = flag(
        "Whether its end is unknown: it continues at the end of the export, or no poll observed the charge point "
        "within the gap limit after last_seen_at. It may have lasted much longer.",
        nullable=False,
    )
    is_going_on = flag(
        "Whether it continues at the end of the export: its gap limit does not end before the midnight UTC after the "
        "last exported day.",
        nullable=False,
    )
    status_before = dy.Enum(
        STATUSES, nullable=True, metadata={"doc": "The status at began_after_at; null if is_left_censored."}
    )
    status_after = dy.Enum(
        STATUSES, nullable=True, metadata={"doc": "The status at ended_by_at; null if is_right_censored."}
    )
    poll_count = dy.Int32(min=1, metadata={"doc": "Number of polls in the episode."})
    min_duration_s = count("Minimum duration: seconds from first_seen_at to last_seen_at, rounded down.")
    max_duration_s = count(
        "Maximum duration: seconds from began_after_at to ended_by_at, rounded up. Null if one of them is null.",
        nullable=True,
    )
    observed_s = count(
        "Observed time with this status: seconds from first_seen_at to ended_by_at, or, if that is null, to half a gap "
        "limit after last_seen_at, but not later than the end of the export."
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
