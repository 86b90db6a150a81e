"""Tables by local date: hours of two UTC days of a mart, added up once the date is over."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import polars as pl

from belib_platform.contracts.contract import Contract, conform, fingerprint
from belib_platform.transforms.local_calendar import is_public_holiday, is_school_holiday
from belib_platform.warehouse.inputs import Inputs
from belib_platform.warehouse.notes import Note, Plan, plan
from belib_platform.warehouse.partition import ConcurrentWriteError, Partition
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform.warehouse.written_days import is_over, writing

DAYS_BEFORE = 1
"""UTC days before the one of the same date in which a date of Paris begins."""

NOT_OVER = ["the day is not over"]

Rows = Callable[[date, pl.LazyFrame], pl.LazyFrame]
"""Makes the rows of a date, given the hours of its two UTC days."""


@dataclass(frozen=True)
class LocalDaily:
    """How a table by date in Europe/Paris is made of a table of `hours`."""

    contract: type[Contract]
    code_version: str
    hours: type[Contract]
    rows: Rows

    def partition(self, inputs: Inputs, day: date, *, full_refresh: bool = False) -> Partition:
        """The areas of one date of Europe/Paris; no rows before the UTC day of the same date is over.

        That is an hour or two after midnight in Paris: only then are all hours of the date closed in the mart.
        """
        found = inputs.table(self.contract).note(day)
        made_from = self._made_from(inputs.warehouse, day, day, inputs.now)[day]
        todo = self._plan(found, day, made_from, full_refresh=full_refresh)
        if todo.action == "nothing":
            return Partition(key=day.isoformat(), found=found, plan=todo)
        if not is_over(day, inputs.now):
            return Partition(key=day.isoformat(), found=found, plan=todo, frame=self.contract.create_empty())
        hours = inputs.table(self.hours).rows(day - timedelta(days=DAYS_BEFORE), day)
        frame = conform(self.contract, self.rows(day, hours.lazy()).collect())
        return Partition(key=day.isoformat(), found=found, plan=todo, frame=frame)

    def refuse_changed_hours(self, warehouse: Warehouse, partitions: Sequence[Partition], now: datetime) -> None:
        """Raise ConcurrentWriteError when the mart was written since these partitions were made from it."""
        for partition in partitions:
            day = date.fromisoformat(partition.key)
            made_from = self._made_from(warehouse, day, day, now)[day]
            todo = self._plan(partition.found, day, made_from, full_refresh=False)
            if todo.fingerprint != partition.plan.fingerprint:
                raise ConcurrentWriteError(f"The mart's hours of {day} were written by another run in the meantime.")

    def stale_days(self, warehouse: Warehouse, before: date) -> list[date]:
        """Dates before a day, and over, whose hours in the mart are no longer, or not yet, those that were added up."""
        now = datetime.now(UTC)
        mart, notes = warehouse.notes(self.hours), warehouse.notes(self.contract)
        days = [date.fromisoformat(key) for key, note in mart.items() if note.row_count]
        known = {day + timedelta(days=n) for day in days for n in (0, 1)} | {date.fromisoformat(key) for key in notes}
        due = sorted(day for day in known if day < before and is_over(day, now))
        if not due:
            return []
        inputs = self._made_from(warehouse, due[0], due[-1], now)
        plans = {day: self._plan(notes.get(day.isoformat()), day, inputs[day], full_refresh=False) for day in due}
        return [day for day, todo in plans.items() if todo.action != "nothing"]

    def _made_from(self, warehouse: Warehouse, first: date, last: date, now: datetime) -> dict[date, list[str]]:
        """What each date's rows depend on: the mart's writings of both UTC days, once the date is over."""
        mart = warehouse.notes(self.hours, (first - timedelta(days=DAYS_BEFORE)).isoformat(), last.isoformat())
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        return {
            day: [writing(mart.get((day - timedelta(days=back)).isoformat())) for back in range(DAYS_BEFORE, -1, -1)]
            if is_over(day, now)
            else NOT_OVER
            for day in days
        }

    def _plan(self, found: Note | None, day: date, inputs: list[str], *, full_refresh: bool) -> Plan:
        facts = f"{is_public_holiday(day)} {is_school_holiday(day)}"
        basis = [self.code_version, fingerprint(self.contract), facts]
        return plan(found, basis, inputs, unsettled=len(inputs), full_refresh=full_refresh)
