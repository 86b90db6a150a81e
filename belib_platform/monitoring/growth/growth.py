"""How much something holds and how fast it grows: plain figures, whoever shows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

DAYS = 7
"""Closed UTC days by which a pace is judged."""


@dataclass(frozen=True, kw_only=True)
class Growth:
    """One collection, table, index or folder of a store; None where it cannot be known.

    `bytes` are those it takes with its indices. The paces are means over the last closed UTC days that brought it
    something; a store that lives in memory has none, nor what is written anew rather than added to.
    """

    store: str
    name: str
    rows: int | None = None
    bytes: int | None = None
    rows_per_day: float | None = None
    bytes_per_day: float | None = None


def closed_days(today: date) -> list[date]:
    """The last seven UTC days that are over, oldest first."""
    return [today - timedelta(days=n) for n in range(DAYS, 0, -1)]


def pace(by_day: Mapping[date, float]) -> float | None:
    """Mean over the days that have any; None when none has."""
    counts = [count for count in by_day.values() if count]
    return sum(counts) / len(counts) if counts else None


def of_rows(store: str, name: str, rows: int | None, size: int | None, rows_per_day: float | None) -> Growth:
    """Growth of something whose rows to come are as large as those it has."""
    each = size / rows if size is not None and rows else None
    return Growth(
        store=store,
        name=name,
        rows=rows,
        bytes=size,
        rows_per_day=rows_per_day,
        bytes_per_day=rows_per_day * each if rows_per_day is not None and each is not None else None,
    )
