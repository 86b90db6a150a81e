"""What the writing of a day of runs is to others: changes of state, one by one, or a day that was written again."""

from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl

from belib_platform.contracts.contract import conform, frame_schema, qualified_name
from belib_platform.contracts.mart import Change
from belib_platform.raw.response import ResponseMetadata
from belib_platform.transforms.changes import state_changes
from belib_platform.warehouse.feeds import Feed
from belib_platform.warehouse.inputs import Inputs
from belib_platform.warehouse.notes import Note, Plan
from belib_platform.warehouse.outbox import no_changes

NEWS = timedelta(days=1)
"""Older responses are history: whoever folds them again, such as after a lost warehouse, tells of days."""


def arrive_in_order(
    inputs: Inputs, feed: Feed, day: date, found: Note | None, todo: Plan, responses: Sequence[ResponseMetadata]
) -> bool:
    """Whether responses, all that are folded into a UTC day, are polls that came after all that is folded of the feed.

    Imported responses do not count as polls, nor do those that are older than NEWS.
    """
    if not responses or responses[0].fetched_at < inputs.now - NEWS:
        return False
    if any(response.origin != "poll" for response in responses):
        return False
    if inputs.warehouse.notes(feed.status, (day + timedelta(days=1)).isoformat()):
        return False
    if found is None:
        return not _is_told_since(inputs, feed, responses[0])
    return todo.action == "append"


def _is_told_since(inputs: Inputs, feed: Feed, first: ResponseMetadata) -> bool:
    """Whether a change was told of these responses already: the table that they are folded into was dropped then."""
    sql = f"SELECT 1 FROM {qualified_name(Change)} WHERE network = $1 AND after_first_seen_at >= $2 LIMIT 1"
    return not inputs.warehouse.query(sql, feed.source.network, first.fetched_at).is_empty()


def changes_in_order(
    inputs: Inputs, feed: Feed, responses: Sequence[ResponseMetadata], runs: pl.DataFrame, held: pl.DataFrame | None
) -> pl.DataFrame:
    """Rows of `no_changes`: one for each change of state that responses show, whose runs these are.

    `held` are runs of the same day; where there is one of a thing, the thing's last one is among them.
    """
    key = feed.things.key
    known = runs.clear() if held is None else held.sort("first_seen_at").unique(key, keep="last")
    others = runs.select(key).unique().join(known, on=key, how="anti")
    earlier = [known.select(runs.columns), _last_runs(inputs, feed, others[key], responses[0])]
    of_responses = pl.DataFrame(
        [(response.fetched_at, response.id) for response in responses],
        schema={"after_first_seen_at": pl.Datetime("ms", "UTC"), "page_id": pl.String()},
        orient="row",
    )
    told = state_changes(runs, pl.concat(earlier), feed.things).join(
        of_responses, on="after_first_seen_at", how="left", maintain_order="left"
    )
    return _rows(feed, told, kind="state_changed")


def _last_runs(inputs: Inputs, feed: Feed, things: pl.Series, first: ResponseMetadata) -> pl.DataFrame:
    """The last run of each of these things before a response, on whatever day, as rows of the status table."""
    columns = ", ".join(frame_schema(feed.status))
    key = feed.things.key
    sql = (
        f"SELECT last.* FROM unnest($1::text[]) AS asked (thing) CROSS JOIN LATERAL ("
        f"SELECT {columns} FROM {qualified_name(feed.status)} "
        f'WHERE "{key}" = asked.thing AND first_seen_at < $2 ORDER BY first_seen_at DESC LIMIT 1) AS last'
    )
    return conform(feed.status, inputs.warehouse.query(sql, things.to_list(), first.fetched_at))


def day_rewritten(feed: Feed, day: date, found: Note | None, todo: Plan) -> pl.DataFrame:
    """One row of `no_changes`: a UTC day was written otherwise than by adding polls at its end."""
    fingerprints = {
        "before": pl.struct(fingerprint=pl.lit(found.fingerprint)).struct.json_encode() if found else pl.lit(None),
        "after": pl.struct(fingerprint=pl.lit(todo.fingerprint)).struct.json_encode(),
    }
    return _rows(feed, pl.DataFrame({"utc_date": [day]}).with_columns(**fingerprints), kind="day_rewritten")


def _rows(feed: Feed, told: pl.DataFrame, *, kind: str) -> pl.DataFrame:
    columns = {"network": pl.lit(feed.source.network), "kind": pl.lit(kind)}
    given = {**columns, **{column: pl.col(column) for column in told.columns}}
    return told.select(
        given.get(column, pl.lit(None)).cast(dtype).alias(column) for column, dtype in no_changes().schema.items()
    )
