"""What checks look at beyond a run's own rows: the newest polls in the store, rejects kept earlier, static editions."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import polars as pl

from belib_platform.checks.feed import HISTORY
from belib_platform.contracts.clean import Poll, RejectedRecord
from belib_platform.contracts.contract import conform, frame_schema, name, qualified_name
from belib_platform.contracts.mart import SECONDS, StationAvailabilityHourly
from belib_platform.raw.response import AHEAD
from belib_platform.raw.responses import RawResponses
from belib_platform.sources.belib_realtime import BELIB
from belib_platform.sources.record_body import read_records
from belib_platform.sources.records import BodyError, Decoded, Layout
from belib_platform.warehouse.city_daily import is_over, refuse_moved_mart
from belib_platform.warehouse.partition import Partition
from belib_platform.warehouse.warehouse import Table


def newest_polls(own: Table, partitions: Sequence[Partition], now: datetime) -> pl.DataFrame:
    """The newest sound polls of Belib', newest first, those about to be written included, none from the future."""
    columns = ", ".join(frame_schema(Poll))
    kept = own.warehouse.query(
        f"SELECT {columns} FROM {qualified_name(Poll)} WHERE source = $1 AND outcome = 'sound' "  # noqa: S608
        "AND fetched_at <= $2 ORDER BY fetched_at DESC LIMIT $3",
        BELIB.name,
        now + AHEAD,
        HISTORY + 1,
    )
    fresh = [partition.frame for partition in partitions if partition.frame is not None]
    sound = (pl.col("source") == BELIB.name) & (pl.col("outcome") == "sound")
    is_past = pl.col("fetched_at") <= now + AHEAD
    polls = pl.concat([conform(Poll, frame).filter(sound & is_past) for frame in [kept, *fresh]])
    return polls.unique(Poll.primary_key(), keep="last").sort("fetched_at", descending=True).head(HISTORY + 1)


def rejects_of(own: Table, partitions: Sequence[Partition]) -> pl.DataFrame:
    """Records turned away in the windows, by this run or, where it had nothing new, by the one before."""
    unchanged = [partition.key for partition in partitions if partition.frame is None]
    kept = [
        own.warehouse.query(
            f"SELECT {', '.join(frame_schema(RejectedRecord))} FROM {qualified_name(RejectedRecord)} "  # noqa: S608
            "WHERE asset = $1 AND (fetched_at AT TIME ZONE 'UTC')::date = CAST($2 AS date)",
            name(own.contract),
            key,
        )
        for key in unchanged
    ]
    fresh = [partition.rejects for partition in partitions if partition.frame is not None]
    return pl.concat([conform(RejectedRecord, frame) for frame in [*kept, *fresh]] or [RejectedRecord.create_empty()])


def newest_records(responses: RawResponses, source: str, layout: Layout) -> Decoded | BodyError | None:
    """The records of a source's newest sound response, the error where they cannot be read now, None without one."""
    newest = responses.newest(source)
    if newest is None:
        return None
    _, body = next(responses.bodies([newest]))
    try:
        return read_records(body, newest.media_type, layout)
    except BodyError as error:
        return error


def seconds_in_the_mart(own: Table, partitions: Sequence[Partition], now: datetime) -> pl.DataFrame:
    """Seconds of each state in the mart, by date of Europe/Paris, for the windows to be written whose date is over.

    Raises ConcurrentWriteError, upon which a run tries again, when the mart was written since the windows were made.
    """
    columns = ", ".join(f"sum({column})::bigint AS {column}" for column in SECONDS)
    days = [date.fromisoformat(partition.key) for partition in partitions if partition.frame is not None]
    found = [
        own.warehouse.query(
            f"SELECT CAST($1 AS date) AS local_date, {columns} "  # noqa: S608
            f"FROM {qualified_name(StationAvailabilityHourly)} "
            "WHERE hour_at >= CAST($1 AS date)::timestamp AT TIME ZONE 'Europe/Paris' "
            "AND hour_at < CAST($2 AS date)::timestamp AT TIME ZONE 'Europe/Paris' HAVING count(*) > 0",
            day,
            day + timedelta(days=1),
        )
        for day in days
        if is_over(day, now)
    ]
    refuse_moved_mart(own.warehouse, partitions, now)
    nothing = pl.DataFrame(schema={"local_date": pl.Date, **dict.fromkeys(SECONDS, pl.Int64)})
    return pl.concat([nothing, *found])
