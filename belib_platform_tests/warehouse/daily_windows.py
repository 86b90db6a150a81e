"""Rows and windows made for tests."""

import random
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import polars as pl

from belib_platform.contracts.clean import ChargePointStatus
from belib_platform.contracts.contract import Contract, conform, frame_schema
from belib_platform.contracts.vocabulary import STATUSES
from belib_platform.warehouse.notes import plan
from belib_platform.warehouse.partition import Partition, rejected_rows
from belib_platform.warehouse.warehouse import Table, Warehouse

DAY = date(2025, 3, 29)
ODD_TEXTS = ("", "é à ç œ €", 'it\'s "quoted"', "a\tb\nc\\d", "\\N", "NULL", "𝄞🚗", "{1,2}", ";" * 5000)


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def runs(day: date, count: int = 3, status: str = "AVAILABLE", hour: float = 12) -> pl.DataFrame:
    """Rows of ChargePointStatus, one a point, all at one instant of a UTC day."""
    seen = midnight(day) + timedelta(hours=hour)
    row = {
        "first_seen_at": seen,
        "last_seen_at": seen,
        "holds_until": seen + timedelta(minutes=15),
        "status": status,
        "poll_count": 1,
        "source_updated_at": None,
    }
    ids = [f"FR*V75*EPX10*{n:02}*1" for n in range(count)]
    return conform(ChargePointStatus, pl.DataFrame([{**row, "charge_point_id": point} for point in ids]))


def rejects(day: date, *responses: str) -> pl.DataFrame:
    """One reject of each response."""
    rows = [
        {
            "page_id": response,
            "record_index": 0,
            "rule": "r",
            "source": "belib",
            "fetched_at": midnight(day),
            "record": "{}",
        }
        for response in responses
    ]
    return rejected_rows(ChargePointStatus, pl.DataFrame(rows) if rows else None)


def partition(
    own: Table, key: date | None, frame: pl.DataFrame | None, inputs: str = "abc", **changes: Any
) -> Partition:
    """A window made anew from inputs named by letters, upon what is noted now."""
    note = own.note(key)
    todo = plan(note, ["code"], list(inputs), full_refresh=True)
    return Partition(key=key.isoformat() if key else "all", found=note, plan=todo, frame=frame, **changes)


def days(house: Warehouse) -> dict[date, list[str]]:
    """Statuses held, by UTC day."""
    held = Table(house, ChargePointStatus).rows()
    by_day = held.group_by(pl.col("first_seen_at").dt.date().alias("day")).agg("status").sort("day")
    return dict(by_day.iter_rows())


def rows_of_every_type(contract: type[Contract], count: int = 40) -> pl.DataFrame:
    """Rows with distinct keys, every value of every type in turn, nulls where they may be."""
    rng = random.Random(contract.__name__)
    columns = contract.columns()
    rows = [
        {
            column: None if columns[column].nullable and rng.random() < 0.3 else _value(dtype, n, rng, columns[column])
            for column, dtype in frame_schema(contract).items()
        }
        for n in range(count)
    ]
    # a day has no more arrondissements than there are
    return pl.DataFrame(rows, schema=frame_schema(contract)).unique(contract.primary_key(), maintain_order=True)


def _value(dtype: pl.DataType, n: int, rng: random.Random, column: Any) -> Any:
    match dtype:
        case pl.Datetime():
            return midnight(DAY) + timedelta(milliseconds=n * 2_159_999)
        case pl.Date():
            return DAY
        case pl.Enum():
            return rng.choice(dtype.categories.to_list())
        case pl.Boolean():
            return rng.random() < 0.5
        case pl.Float64():
            return float(n) if column.primary_key else rng.choice([0.0, -0.1, 1 / 3, 1e-300, 75.0, 2.3522219])
        case pl.String() if column.primary_key:
            return f"{STATUSES[n % 3]} é'{n}"
        case pl.String():
            return rng.choice(ODD_TEXTS)
    return n % 20 + 1 if column.primary_key else rng.randint(1, 20)
