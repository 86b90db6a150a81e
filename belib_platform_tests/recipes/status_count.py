"""`status_count` by UTC day, as it would stand in `belib_platform/warehouse/status_count.py`."""

from datetime import date

import polars as pl

from belib_platform.contracts.contract import conform
from belib_platform.raw.response import ResponseMetadata
from belib_platform.raw.responses import RawResponses
from belib_platform.sources import belib_realtime
from belib_platform.sources.belib_realtime import BELIB
from belib_platform.transforms.charge_point_sightings import status_of
from belib_platform.warehouse.inputs import Inputs
from belib_platform.warehouse.lost_responses import refuse_nothing
from belib_platform.warehouse.made_table import DailyTable
from belib_platform.warehouse.notes import plan
from belib_platform.warehouse.partition import Partition
from belib_platform.warehouse.records import decoded_chunks
from belib_platform_tests.recipes.clean import StatusCount


def status_count_partition(inputs: Inputs, day: date, *, full_refresh: bool = False) -> Partition:
    """The counts of one UTC day; those of new responses are added to the rows that are held."""
    raw, own = inputs.responses(BELIB), inputs.table(StatusCount)
    found, responses = own.note(day), raw.responses(day)
    refuse_nothing(StatusCount, day, found, responses)
    todo = plan(found, STATUS_COUNT.basis, [response.id for response in responses], full_refresh=full_refresh)
    if todo.action == "nothing":
        return Partition(key=day.isoformat(), found=found, plan=todo)
    held = own.rows(day) if todo.action == "append" else StatusCount.create_empty()
    frame = pl.concat([held, *counts(raw, responses[todo.start :])])
    return Partition(key=day.isoformat(), found=found, plan=todo, frame=frame)


def counts(raw: RawResponses, responses: list[ResponseMetadata]) -> list[pl.DataFrame]:
    """Charge points by poll and status, a few responses in memory at a time; unknown words are not counted."""
    frames = []
    for records, _ in decoded_chunks(raw, responses, belib_realtime.decode):
        if records is not None:
            known = records.with_columns(status_of(records["status_word"]).alias("status")).drop_nulls("status")
            counted = known.group_by("fetched_at", "status").agg(pl.len().alias("point_count"))
            frames.append(conform(StatusCount, counted.sort("fetched_at", "status")))
    return frames


STATUS_COUNT = DailyTable(
    contract=StatusCount,
    code_version="1",
    sources=(BELIB,),
    make=status_count_partition,
    plan=lambda day: plan(day.note(StatusCount), STATUS_COUNT.basis, day.sound_ids(BELIB)),
)
