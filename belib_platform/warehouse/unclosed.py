"""Days that are over and were not made again since: their closing failed, or nobody was there to do it."""

from datetime import date, timedelta

from belib_platform.contracts.clean import WrittenWindow
from belib_platform.contracts.contract import qualified_name
from belib_platform.raw.store import RawStore
from belib_platform.warehouse.registry import daily_tables
from belib_platform.warehouse.warehouse import Warehouse

LOOK_BACK_DAYS = 7

CLOSED = [table.name for table in daily_tables() if table.is_live]
"""Tables that are written while their day goes on, and are to be written once more when it is over."""

WRITTEN = f"""
SELECT window_key, count(*) AS tables, count(*) FILTER (WHERE written_at >= (CAST(window_key AS date) + 1)::timestamp
       AT TIME ZONE 'UTC') AS closed
FROM {qualified_name(WrittenWindow)}
WHERE asset IN ({", ".join(f"'{name}'" for name in CLOSED)}) AND window_key BETWEEN $1 AND $2
GROUP BY 1
"""


def unclosed_days(store: RawStore, warehouse: Warehouse, before: date) -> list[date]:
    """UTC days of the week before `before`, oldest first, that have attempts and a table not written since their end.

    Days whose responses left raw are as they will stay.
    """
    warehouse.require(WrittenWindow)
    week = [before - timedelta(days=n) for n in range(LOOK_BACK_DAYS, 0, -1)]
    written = warehouse.query(WRITTEN, week[0].isoformat(), week[-1].isoformat())
    closed = {key for key, _, tables in written.iter_rows() if tables == len(CLOSED)}
    retired = store.retired.all()
    due = [day for day in week if day.isoformat() not in closed and day not in retired]
    return [day for day in due if store.ledger.attempts(day)]
