"""What the writing of days of runs is to others: changes of state, one by one, or a day that was written again.

It is found in the transaction that writes the days, while nobody else can write the table.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import adbc_driver_postgresql.dbapi
import polars as pl

from belib_platform.contracts.clean import WrittenWindow
from belib_platform.contracts.contract import conform, frame_schema, name, qualified_name
from belib_platform.contracts.mart import Change
from belib_platform.raw.response import ResponseMetadata
from belib_platform.transforms.changes import state_changes
from belib_platform.warehouse.feeds import Feed
from belib_platform.warehouse.notes import Note, Plan
from belib_platform.warehouse.outbox import no_changes

NEWS = timedelta(days=1)
"""Older responses are history: whoever folds them again, such as after a lost warehouse, tells of days."""

NOTED = f"SELECT window_key FROM {qualified_name(WrittenWindow)} WHERE asset = $1 AND settled_count > 0"
"""Days into which responses are folded."""


@dataclass(frozen=True, kw_only=True)
class FoldedDay:
    """A UTC day of a feed's runs that is to be written, at an instant (UTC).

    `responses` are those that are folded into it now, `runs` what they give. `follows` is the UTC day of the newest
    sound response before them, if there is one. `frame` are the rows that are written instead of `held`, or, where
    these are None, of the whole day; `differs` tells whether the day has other rows then. `found` is the day's note.
    """

    feed: Feed
    day: date
    now: datetime
    responses: Sequence[ResponseMetadata]
    follows: date | None
    runs: pl.DataFrame
    frame: pl.DataFrame
    held: pl.DataFrame | None
    differs: bool
    found: Note | None
    plan: Plan

    @property
    def is_begun(self) -> bool:
        """Whether responses were folded into it before."""
        return self.found is not None and self.found.settled_count > 0

    @property
    def may_tell(self) -> bool:
        """Whether only polls of NEWS are added to it, and no imported response."""
        polls = all(response.origin == "poll" for response in self.responses)
        is_news = bool(self.responses) and self.responses[0].fetched_at >= self.now - NEWS
        return polls and is_news and (self.plan.action == "append" or not self.is_begun)


def changes_of(cursor: adbc_driver_postgresql.dbapi.Cursor, days: Iterable[FoldedDay]) -> pl.DataFrame:
    """Rows of `no_changes` for days of one feed that this transaction is about to write, by day.

    A day into which only polls are folded that came after all that is folded of the feed tells each change of state,
    even if the runs before it are written in the same transaction. Any other one tells that the day was written again,
    if it has other rows than before.
    """
    told, written, in_order = [no_changes()], list[FoldedDay](), set[date]()
    for day in sorted(days, key=lambda day: day.day):
        if day.may_tell and _is_in_order(cursor, day, in_order):
            in_order.add(day.day)
            told.append(_state_changes(cursor, day, written))
        elif day.differs:
            told.append(_day_rewritten(day))
        written.append(day)
    return pl.concat(told)


def _is_in_order(cursor: adbc_driver_postgresql.dbapi.Cursor, day: FoldedDay, in_order: set[date]) -> bool:
    """Whether polls came after all that is folded of the feed, and nothing before them waits to be folded.

    What came before the first poll of a day, and is not folded, is a history that is being made again.
    """
    status, tomorrow = name(day.feed.status), (day.now + timedelta(days=1)).date()
    later = f"{NOTED} AND window_key > $2 AND window_key <= $3 LIMIT 1"
    if not _query(cursor, later, status, day.day.isoformat(), tomorrow.isoformat()).is_empty():
        return False
    if day.is_begun:
        return True
    if day.follows and day.follows not in in_order:
        before = _query(cursor, f"{NOTED} AND window_key = $2", status, day.follows.isoformat())
        if before.is_empty():
            return False
    # a change that was told of these responses: the table that they are folded into was dropped since
    told = f"SELECT 1 FROM {qualified_name(Change)} WHERE network = $1 AND after_first_seen_at >= $2 LIMIT 1"
    return _query(cursor, told, day.feed.source.network, day.responses[0].fetched_at).is_empty()


def _state_changes(
    cursor: adbc_driver_postgresql.dbapi.Cursor, day: FoldedDay, written: Sequence[FoldedDay]
) -> pl.DataFrame:
    """One row for each change of state that the responses of a day show.

    Among the runs held of the day, where there is one of a thing, is the thing's last one.
    """
    feed, runs, key = day.feed, day.runs, day.feed.things.key
    known = runs.clear() if day.held is None else day.held.sort("first_seen_at").unique(key, keep="last")
    others = runs.select(key).unique().join(known, on=key, how="anti")
    earlier = [known.select(runs.columns), _last_runs(cursor, feed, others[key], day.responses[0], written)]
    of_responses = pl.DataFrame(
        [(response.fetched_at, response.id) for response in day.responses],
        schema={"after_first_seen_at": pl.Datetime("ms", "UTC"), "page_id": pl.String()},
        orient="row",
    )
    told = state_changes(runs, pl.concat(earlier), feed.things).join(
        of_responses, on="after_first_seen_at", how="left", maintain_order="left"
    )
    return _rows(feed, told, kind="state_changed")


def _last_runs(
    cursor: adbc_driver_postgresql.dbapi.Cursor,
    feed: Feed,
    things: pl.Series,
    first: ResponseMetadata,
    written: Sequence[FoldedDay],
) -> pl.DataFrame:
    """The last run of each of these things before a response, on whatever day, as rows of the status table.

    The days `written`, which are before it, count as if they were written already.
    """
    columns, key = ", ".join(frame_schema(feed.status)), feed.things.key
    sql = (
        f"SELECT last.* FROM unnest($1::text[]) AS asked (thing) CROSS JOIN LATERAL ("
        f"SELECT {columns} FROM {qualified_name(feed.status)} "
        f'WHERE "{key}" = asked.thing AND first_seen_at < $2 '
        f"AND (first_seen_at AT TIME ZONE 'UTC')::date <> ALL ($3::date[]) ORDER BY first_seen_at DESC LIMIT 1) AS last"
    )
    replaced = f"{{{','.join(day.day.isoformat() for day in written if day.held is None)}}}"
    held = conform(feed.status, _query(cursor, sql, things.to_list(), first.fetched_at, replaced))
    new = [conform(feed.status, day.frame).filter(pl.col(key).is_in(things.implode())) for day in written]
    last_first = pl.concat([held, *new]).sort("first_seen_at", maintain_order=True)
    return last_first.unique(key, keep="last", maintain_order=True)


def _day_rewritten(day: FoldedDay) -> pl.DataFrame:
    """One row: a UTC day was written otherwise than by adding polls at its end."""
    fingerprints = {
        "before": pl.lit(None) if day.found is None else _fingerprint(day.found.fingerprint),
        "after": _fingerprint(day.plan.fingerprint),
    }
    return _rows(day.feed, pl.DataFrame({"utc_date": [day.day]}).with_columns(**fingerprints), kind="day_rewritten")


def _fingerprint(text: str) -> pl.Expr:
    return pl.struct(fingerprint=pl.lit(text)).struct.json_encode()


def _query(cursor: adbc_driver_postgresql.dbapi.Cursor, sql: str, *parameters: Any) -> pl.DataFrame:
    cursor.execute(sql, parameters)
    return pl.DataFrame(cursor.fetch_arrow_table())


def _rows(feed: Feed, told: pl.DataFrame, *, kind: str) -> pl.DataFrame:
    columns = {"network": pl.lit(feed.source.network), "kind": pl.lit(kind)}
    given = {**columns, **{column: pl.col(column) for column in told.columns}}
    return told.select(
        given.get(column, pl.lit(None)).cast(dtype).alias(column) for column, dtype in no_changes().schema.items()
    )
