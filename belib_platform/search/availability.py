"""The mart's hours as documents, in one index per month for each network, updated day by day."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from typing import Any

import polars as pl

from belib_platform.contracts.contract import Contract, qualified_name
from belib_platform.contracts.contract import fingerprint as contract_fingerprint
from belib_platform.search.bulk import ids, remove
from belib_platform.search.client import Search
from belib_platform.search.errors import in_sentences
from belib_platform.search.hourly_index import HourlyIndex
from belib_platform.search.indexed_days import IndexedDays, read_indexed_days
from belib_platform.search.indices import IndexState, delete_index, living, publish, target, targets
from belib_platform.search.loading import Loaded, Slice, load
from belib_platform.search.notes import forget
from belib_platform.warehouse.notes import fingerprint
from belib_platform.warehouse.warehouse import Warehouse

CODE_VERSION = "2"
BUDGET_S = 60.0
"""How long a run may update days outside its own partitions; the next run continues."""

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Basis:
    """What documents of an index are made from besides the mart's rows, and which hours it keeps.

    These are the stations, and versions of our code and of the calendars. Hours before `since` (UTC) are not indexed;
    None if all are.
    """

    index: HourlyIndex
    stations: pl.DataFrame
    versions: list[str]
    since: datetime | None

    @classmethod
    def read(cls, search: Search, warehouse: Warehouse, index: HourlyIndex) -> "Basis":
        """Read the current stations, the versions, and the newest hour of the mart. Raises SearchError."""
        places = list(index.places)
        stations = warehouse.read(index.stations).sort(places[0])
        calendars = [version("holidays"), version("vacances-scolaires-france")]
        versions = [CODE_VERSION, contract_fingerprint(index.contract), *calendars]
        kept_since = _kept_since(search, warehouse, index.table)
        return cls(index, stations, [*versions, stations.select(places).write_ndjson()], kept_since)

    def fingerprint(self, day: date, mart: str) -> str:
        """Fingerprint of the inputs of a day's documents; `mart` is the fingerprint of that day in the mart."""
        begins = [self.since.isoformat()] if self.since and self.is_cut(day) else []
        return fingerprint([*self.versions, *begins], [mart])

    def is_cut(self, day: date) -> bool:
        """Whether only the last hours of this UTC day are indexed."""
        return self.since is not None and self.since.date() == day and self.since.hour > 0


def _kept_since(search: Search, warehouse: Warehouse, table: type[Contract]) -> datetime | None:
    if search.kept_hours is None:
        return None
    sql = f"SELECT extract(epoch FROM max(hour_at))::bigint AS newest FROM {qualified_name(table)}"  # noqa: S608
    newest = warehouse.query(sql)["newest"].item()
    return None if newest is None else datetime.fromtimestamp(newest, UTC) - (search.kept_hours - 1) * HOUR


def load_days(
    search: Search,
    warehouse: Warehouse,
    index: HourlyIndex,
    own: Iterable[date],
    *,
    full_refresh: bool = False,
    budget_s: float = BUDGET_S,
) -> Loaded:
    """Make the index equal to the mart: on the UTC days `own`, then on other outdated days, newest first.

    Other days are updated until `budget_s` is spent, but at least one per run, so that a backlog shrinks.
    `full_refresh` writes all documents of `own`. Raises SearchError.
    """
    basis, deadline = Basis.read(search, warehouse, index), time.monotonic() + budget_s
    with in_sentences():
        wanted = wanted_days(warehouse, basis)
        indices = living(search, index.contract)
        indexed = read_indexed_days(search, indices, count_all=full_refresh)
        _drop_days(search, warehouse, index, indices, indexed, wanted)
        stale = _stale(indices, indexed, wanted, basis)
        mine = [day for day in sorted(own, reverse=True) if day in wanted and (full_refresh or day in stale)]
        loaded = Loaded()
        for day in mine:
            loaded += load_day(search, warehouse, basis, day, full_refresh=full_refresh)
        for day in (day for day in stale if day not in mine):
            loaded += load_day(search, warehouse, basis, day)
            if time.monotonic() > deadline:
                break
        _publish(search, wanted, basis)
    return loaded


def wanted_days(warehouse: Warehouse, basis: Basis) -> dict[date, str]:
    """The UTC days of the mart that should be indexed, newest first, with their fingerprints in the mart."""
    notes = warehouse.notes(basis.index.table)
    days = [(date.fromisoformat(key), note.fingerprint) for key, note in notes.items() if note.row_count]
    first = basis.since.date() if basis.since else date.min
    return {day: mart for day, mart in sorted(days, reverse=True) if day >= first}


def load_day(search: Search, warehouse: Warehouse, basis: Basis, day: date, *, full_refresh: bool = False) -> Loaded:
    """Make one UTC day of the index equal to the mart, under a lock that excludes other processes."""
    contract = basis.index.contract
    with warehouse.alone(search.alias(contract)):
        note = warehouse.note(basis.index.table, day.isoformat())
        frame = day_documents(warehouse, basis, day)
        index = target(search, contract, month(day))
        part = Slice(search, contract, index, day.isoformat(), of_days(day, day))
        return load(part, frame, basis.fingerprint(day, note.fingerprint if note else ""), full_refresh=full_refresh)


def day_documents(warehouse: Warehouse, basis: Basis, day: date) -> pl.DataFrame:
    """The documents of the indexed hours of one UTC day, including those that violate their contract."""
    hours = warehouse.read(basis.index.table, day, day).lazy()
    if basis.is_cut(day):
        hours = hours.filter(pl.col("hour_at") >= basis.since)
    return basis.index.documents(hours, basis.stations.lazy()).collect()


def month(day: date) -> str:
    """The month of a UTC day, as part of an index's name: `2025.05`."""
    return f"{day:%Y.%m}"


def of_days(first: date, last: date) -> dict[str, Any]:
    """Query for the documents from one UTC day to another, both included."""
    begin, end = (datetime(d.year, d.month, d.day, tzinfo=UTC) for d in (first, last + timedelta(days=1)))
    return {"range": {"hour_at": {"gte": begin.isoformat(), "lt": end.isoformat()}}}


def _stale(indices: list[IndexState], indexed: IndexedDays, wanted: dict[date, str], basis: Basis) -> list[date]:
    """UTC days whose note does not prove that their documents match the mart, newest first."""
    names = {part: index.name for part, index in targets(indices).items()}

    def is_known(day: date, mart: str) -> bool:
        key = names.get(month(day), ""), day
        note = indexed.notes.get(key)
        found = (note.fingerprint, note.document_count) if note else None
        return found == (basis.fingerprint(day, mart), indexed.counts.get(key))

    return [day for day, mart in wanted.items() if not is_known(day, mart)]


def _drop_days(
    search: Search,
    warehouse: Warehouse,
    hourly: HourlyIndex,
    indices: list[IndexState],
    indexed: IndexedDays,
    wanted: dict[date, str],
) -> None:
    """Delete days that are not wanted, and the whole index of a month without wanted days."""
    months = {month(day) for day in wanted}
    for index in indices:
        gone = [day for name, day in indexed.counts if name == index.name and day not in wanted]
        if not index.is_created_here or not (gone or index.part not in months):
            continue
        with warehouse.alone(search.alias(hourly.contract)):
            forget(search, [(index.name, day.isoformat()) for day in gone])
            if index.part not in months:
                delete_index(search, index.name)
                continue
            for day in gone:
                remove(search, index.name, list(ids(search, index.name, "document_id", of_days(day, day))))
            search.client.indices.refresh(index=index.name)


def _publish(search: Search, wanted: dict[date, str], basis: Basis) -> None:
    contract = basis.index.contract
    indices = living(search, contract)
    if all(index.is_published for index in indices):
        return
    stale = {month(day) for day in _stale(indices, read_indexed_days(search, indices), wanted, basis)}
    publish(search, contract, lambda index: index.part not in stale)
