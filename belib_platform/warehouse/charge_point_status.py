"""`charge_point_status` by UTC day: new responses are appended to the day, or the whole day is folded again."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from belib_platform.contracts.clean import ChargePointStatus
from belib_platform.contracts.contract import conform
from belib_platform.raw.response import ResponseMetadata
from belib_platform.raw.responses import RawResponses
from belib_platform.sources import belib_realtime
from belib_platform.sources.belib_realtime import BELIB
from belib_platform.sources.records import Decoded
from belib_platform.transforms.runs import merge_runs
from belib_platform.transforms.sightings import sift_sightings
from belib_platform.warehouse.inputs import Inputs
from belib_platform.warehouse.lost_responses import refuse_nothing
from belib_platform.warehouse.made_table import DailyTable, Preview
from belib_platform.warehouse.notes import Note, Plan, plan
from belib_platform.warehouse.partition import Partition, rejected_rows
from belib_platform.warehouse.records import decoded_chunks

COLUMNS = ("charge_point_id", "status_word", "source_updated_at")


def charge_point_status_partition(inputs: Inputs, day: date, *, full_refresh: bool = False) -> Partition:
    """The runs of one UTC day; a full refresh folds all of its responses and compares with the rows that are held."""
    raw, own = inputs.responses(BELIB), inputs.table(ChargePointStatus)
    found = own.note(day)
    responses = raw.responses(day)
    refuse_nothing(ChargePointStatus, day, found, responses)
    todo = status_plan(found, [response.id for response in responses], full_refresh=full_refresh)
    if todo.action == "nothing":
        return Partition(key=day.isoformat(), found=found, plan=todo)
    runs, rejects = fold(raw, responses[todo.start :])
    differing = None
    if todo.action == "append":
        runs = _merged([own.rows(day), runs])
    elif found and found.fingerprint == todo.fingerprint:
        differing = difference(own.rows(day), runs)
    return Partition(
        key=day.isoformat(),
        found=found,
        plan=todo,
        frame=runs,
        rejects=rejects,
        refolded_responses=[response.id for response in responses[todo.start :]] if todo.action == "append" else None,
        differing=differing,
    )


def status_plan(found: Note | None, page_ids: Sequence[str], *, full_refresh: bool = False) -> Plan:
    """What is to do about a day that has these sound responses, oldest first."""
    return plan(found, CHARGE_POINT_STATUS.basis, page_ids, full_refresh=full_refresh)


def fold(raw: RawResponses, responses: Sequence[ResponseMetadata]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Runs and rejected records of adjacent responses, a chunk in memory at a time."""
    runs: list[pl.DataFrame] = [ChargePointStatus.create_empty()]
    rejects = [rejected_rows(ChargePointStatus, None)]
    for records, undecoded in decoded_chunks(raw, responses, _decode):
        rejects.append(rejected_rows(ChargePointStatus, undecoded))
        if records is not None:
            sifted = sift_sightings(records)
            runs.append(_merged([sifted.good]))
            rejects.append(rejected_rows(ChargePointStatus, sifted.rejects))
    return _merged(runs), pl.concat(rejects)


def difference(held: pl.DataFrame, folded: pl.DataFrame) -> pl.DataFrame:
    """Rows that only one of two versions of a day has."""
    key = held.columns
    return pl.concat(
        [
            held.join(folded, on=key, how="anti", nulls_equal=True),
            folded.join(held, on=key, how="anti", nulls_equal=True),
        ]
    )


def _merged(runs: Sequence[pl.DataFrame]) -> pl.DataFrame:
    adjacent = pl.concat([conform(ChargePointStatus, frame) for frame in runs])
    return conform(ChargePointStatus, merge_runs(adjacent.lazy()).collect())


def _decode(body: bytes, media_type: str) -> Decoded:
    return belib_realtime.decode(body, media_type, columns=COLUMNS)


CHARGE_POINT_STATUS = DailyTable(
    contract=ChargePointStatus,
    code_version="2",
    sources=(BELIB,),
    make=charge_point_status_partition,
    plan=lambda day: status_plan(day.note(ChargePointStatus), day.sound_ids(BELIB)),
    preview=Preview(["charge_point_id", "status", "first_seen_at", "last_seen_at", "poll_count"], ["first_seen_at"]),
)
