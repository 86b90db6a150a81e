"""daily tables ↔ their inputs: each day is made again in memory and compared with the rows in the table."""

from collections.abc import Iterator
from datetime import date

import polars as pl

from belib_platform.contracts.clean import RejectedRecord
from belib_platform.contracts.contract import qualified_name
from belib_platform.raw.retired import RetiredDayError
from belib_platform.repair.doctor.archived_day import archived, restoring
from belib_platform.repair.doctor.finding import Finding, Remedy
from belib_platform.repair.doctor.rows import differing
from belib_platform.repair.doctor.stores import Stores
from belib_platform.warehouse.lost_responses import LostResponsesError
from belib_platform.warehouse.made_table import DailyTable
from belib_platform.warehouse.partition import Partition
from belib_platform.warehouse.registry import daily_tables, tables_from_raw


def clean_and_raw(stores: Stores, day: date) -> Iterator[Finding]:
    """How rows, rejected records and notes of a UTC day differ from those made of its responses."""
    inputs = stores.inputs  # of which each table takes what others have decoded
    for table in tables_from_raw():
        try:
            partition = table.make(inputs, day, full_refresh=True)
        except RetiredDayError:
            continue  # the comparison with the ledger reports it
        except LostResponsesError as error:
            yield _without_responses(stores, day, table, error)
            continue
        yield from _compared(stores, day, table, partition, Remedy.REFOLD)
        yield from _rejects(stores, day, table, partition)


def mart_and_clean(stores: Stores, day: date) -> Iterator[Finding]:
    """How rows and notes of a UTC day differ from those made of other tables."""
    for table in daily_tables():
        if not table.sources and not table.is_record:
            made = table.make(stores.inputs, day, full_refresh=True)
            yield from _compared(stores, day, table, made, Remedy.MART)


def _compared(stores: Stores, day: date, table: DailyTable, partition: Partition, remedy: Remedy) -> Iterator[Finding]:
    layer, held = _layer(table), stores.warehouse.read(table.contract, day, day)
    made = partition.frame if partition.frame is not None else table.contract.create_empty()
    if found := differing(table.contract, held, made):
        yield Finding(layer, day, "rows differ", found.keys, found.example, remedy)
    elif (partition.found is None and made.height) or (
        partition.found
        and (partition.found.fingerprint, partition.found.row_count) != (partition.plan.fingerprint, made.height)
    ):
        yield Finding(layer, day, "rows are right, their note is of other inputs", 1, remedy=remedy)


def _rejects(stores: Stores, day: date, table: DailyTable, partition: Partition) -> Iterator[Finding]:
    held = stores.warehouse.read(RejectedRecord, day, day).filter(pl.col("asset") == table.name)
    if found := differing(RejectedRecord, held, partition.rejects):
        layer = f"{qualified_name(RejectedRecord)} ↔ raw"
        yield Finding(layer, day, "rejected records differ", found.keys, found.example, Remedy.REFOLD)


def _without_responses(stores: Stores, day: date, table: DailyTable, error: LostResponsesError) -> Finding:
    """Rows whose responses are all gone: a difference unless the ledger says that their loss was accepted."""
    layer, sources = _layer(table), {source.name for source in table.sources}
    attempts = [a for a in stores.raw.ledger.attempts(day) if a["source"] in sources]
    if attempts and not any(attempt.get("page_id") for attempt in attempts):
        return Finding(layer, day, "its responses are lost, which was accepted; its rows stay", is_remark=True)
    remedy = restoring(stores, day) if archived(stores, day).hashes else None
    return Finding(layer, day, "raw has no response of it", 1, str(error).partition(";")[0], remedy)


def _layer(table: DailyTable) -> str:
    return f"{qualified_name(table.contract)} ↔ what it is made from"
