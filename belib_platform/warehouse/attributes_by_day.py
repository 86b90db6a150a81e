"""Attributes by UTC day, of the things of every feed: what the day's real-time responses and lists know of each."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from belib_platform.contracts.contract import conform
from belib_platform.raw.response import ResponseMetadata
from belib_platform.raw.responses import RawResponses
from belib_platform.transforms.attributes import lay_day
from belib_platform.warehouse.feeds import BIKE_STATION_FEED, CHARGE_POINT_FEED, Feed
from belib_platform.warehouse.inputs import Inputs, LedgerDay
from belib_platform.warehouse.lost_responses import refuse_nothing
from belib_platform.warehouse.made_table import DailyTable, Preview
from belib_platform.warehouse.notes import Plan, plan
from belib_platform.warehouse.partition import Partition, rejected_rows
from belib_platform.warehouse.records import decoded_chunks


def attributes_table(feed: Feed, *, code_version: str, preview: Preview) -> DailyTable:
    """The declaration of a feed's table of attributes by day."""

    def make(inputs: Inputs, day: date, *, full_refresh: bool = False) -> Partition:
        return _partition(feed, table.basis, inputs, day, full_refresh=full_refresh)

    def plan_by_ledger(day: LedgerDay) -> Plan:
        basis = [*table.basis, *day.sound_ids(feed.listing)]
        return plan(day.note(feed.by_day), basis, day.sound_ids(feed.source))

    table = DailyTable(
        contract=feed.by_day,
        code_version=code_version,
        sources=(feed.source, feed.listing),
        make=make,
        plan=plan_by_ledger,
        preview=preview,
    )
    return table


def _partition(feed: Feed, basis: Sequence[str], inputs: Inputs, day: date, *, full_refresh: bool) -> Partition:
    """The attributes of one UTC day.

    New real-time responses are laid on the rows that are held; a new list causes a full refresh.
    """
    own = inputs.table(feed.by_day)
    found = own.note(day)
    responses, lists = inputs.sound_responses(day, feed.source), inputs.sound_responses(day, feed.listing)
    refuse_nothing(feed.by_day, day, found, [*responses, *lists])
    editions = [edition.id for edition in lists]
    todo = plan(found, [*basis, *editions], [response.id for response in responses], full_refresh=full_refresh)
    if todo.action == "nothing":
        return Partition(key=day.isoformat(), found=found, plan=todo)
    held = own.rows(day) if todo.action == "append" else None
    layers = [held.lazy()] if held is not None else []
    rejects = rejected_rows(feed.by_day, None)
    if todo.action == "full_refresh":
        listed, rejects = _listed(feed, day, inputs.responses(feed.listing), lists)
        layers += listed
    raw = inputs.responses(feed.source)
    layers.append(inputs.folds.of(feed, raw, responses[todo.start :]).attributes.lazy())
    return Partition(
        key=day.isoformat(),
        found=found,
        plan=todo,
        frame=conform(feed.by_day, lay_day(feed.by_day, layers).collect()),
        held=held,
        rejects=rejects,
        refolded_responses=[] if todo.action == "append" else None,
    )


def _listed(
    feed: Feed, day: date, raw: RawResponses, responses: Sequence[ResponseMetadata]
) -> tuple[list[pl.LazyFrame], pl.DataFrame]:
    layers, rejects = [], [rejected_rows(feed.by_day, None)]
    for records, undecoded in decoded_chunks(raw, responses, feed.decode_list):
        rejects.append(rejected_rows(feed.by_day, undecoded))
        if records is not None:
            sifted = feed.sift_list(records)
            layers.append(feed.static_day(day, sifted.good.lazy()))
            rejects.append(rejected_rows(feed.by_day, sifted.rejects))
    return layers, pl.concat(rejects)


CHARGE_POINT_DAY = attributes_table(
    CHARGE_POINT_FEED,
    code_version="3",
    preview=Preview(
        ["utc_date", "charge_point_id", "station_name", "arrondissement", "power_kw", "is_live", "is_in_static_set"],
        ["utc_date", "is_live", "power_kw"],
    ),
)

BIKE_STATION_DAY = attributes_table(
    BIKE_STATION_FEED,
    code_version="1",
    preview=Preview(
        ["utc_date", "station_code", "station_name", "commune", "capacity", "is_live", "is_in_static_set"],
        ["utc_date", "is_live", "capacity"],
    ),
)
