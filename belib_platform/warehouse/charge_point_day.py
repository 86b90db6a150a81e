"""`charge_point_day` by UTC day: what the day's real-time and static responses know of each charge point."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from belib_platform.contracts.clean import ChargePointDay
from belib_platform.contracts.contract import conform
from belib_platform.raw.response import ResponseMetadata
from belib_platform.raw.responses import RawResponses
from belib_platform.sources import belib_static
from belib_platform.sources.belib_realtime import BELIB
from belib_platform.sources.belib_static import BELIB_STATIC
from belib_platform.transforms.attributes import lay_day, static_day
from belib_platform.transforms.static_set import sift_static
from belib_platform.warehouse.inputs import Inputs
from belib_platform.warehouse.lost_responses import refuse_nothing
from belib_platform.warehouse.made_table import DailyTable, Preview
from belib_platform.warehouse.notes import Note, Plan, plan
from belib_platform.warehouse.partition import Partition, rejected_rows
from belib_platform.warehouse.records import decoded_chunks


def charge_point_day_partition(inputs: Inputs, day: date, *, full_refresh: bool = False) -> Partition:
    """The attributes of one UTC day.

    New real-time responses are laid on the rows that are held; a new static edition causes a full refresh.
    """
    raw, editions, own = inputs.responses(BELIB), inputs.responses(BELIB_STATIC), inputs.table(ChargePointDay)
    found = own.note(day)
    responses, static_responses = inputs.sound_responses(BELIB, day), inputs.sound_responses(BELIB_STATIC, day)
    refuse_nothing(ChargePointDay, day, found, [*responses, *static_responses])
    todo = day_plan(
        found,
        [response.id for response in responses],
        [response.id for response in static_responses],
        full_refresh=full_refresh,
    )
    if todo.action == "nothing":
        return Partition(key=day.isoformat(), found=found, plan=todo)
    held = own.rows(day) if todo.action == "append" else None
    layers = [held.lazy()] if held is not None else []
    rejects = rejected_rows(ChargePointDay, None)
    if todo.action == "full_refresh":
        static, rejects = _static(day, editions, static_responses)
        layers += static
    layers.append(inputs.folds.of(raw, responses[todo.start :]).attributes.lazy())
    frame = conform(ChargePointDay, lay_day(layers).collect())
    return Partition(
        key=day.isoformat(),
        found=found,
        plan=todo,
        frame=frame,
        held=held,
        rejects=rejects,
        refolded_responses=[] if todo.action == "append" else None,
    )


def day_plan(
    found: Note | None, page_ids: Sequence[str], edition_ids: Sequence[str], *, full_refresh: bool = False
) -> Plan:
    """What is to do about a day that has these sound responses and static editions, oldest first."""
    return plan(found, [*CHARGE_POINT_DAY.basis, *edition_ids], page_ids, full_refresh=full_refresh)


def _static(
    day: date, editions: RawResponses, responses: Sequence[ResponseMetadata]
) -> tuple[list[pl.LazyFrame], pl.DataFrame]:
    layers, rejects = [], [rejected_rows(ChargePointDay, None)]
    for records, undecoded in decoded_chunks(editions, responses, belib_static.decode):
        rejects.append(rejected_rows(ChargePointDay, undecoded))
        if records is not None:
            sifted = sift_static(records)
            layers.append(static_day(day, sifted.good.lazy()))
            rejects.append(rejected_rows(ChargePointDay, sifted.rejects))
    return layers, pl.concat(rejects)


CHARGE_POINT_DAY = DailyTable(
    contract=ChargePointDay,
    code_version="3",
    sources=(BELIB, BELIB_STATIC),
    make=charge_point_day_partition,
    plan=lambda day: day_plan(day.note(ChargePointDay), day.sound_ids(BELIB), day.sound_ids(BELIB_STATIC)),
    preview=Preview(
        ["utc_date", "charge_point_id", "station_name", "arrondissement", "power_kw", "is_live", "is_in_static_set"],
        ["utc_date", "is_live", "power_kw"],
    ),
)
