"""`belib_availability`: the mart's hours as documents, in an index a month, made equal day by day."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from typing import Any

import polars as pl

from belib_platform.contracts.clean import Station
from belib_platform.contracts.contract import fingerprint as contract_fingerprint
from belib_platform.contracts.mart import StationAvailabilityHourly
from belib_platform.contracts.search import BelibAvailability
from belib_platform.search.bulk import ids, remove
from belib_platform.search.client import Search
from belib_platform.search.errors import in_sentences
from belib_platform.search.held import Held, read_held
from belib_platform.search.indices import Living, delete_index, living, publish, target, targets
from belib_platform.search.notes import forget
from belib_platform.search.slices import Loaded, Slice, load
from belib_platform.transforms.documents import availability_documents
from belib_platform.warehouse.notes import fingerprint
from belib_platform.warehouse.warehouse import Warehouse

CODE_VERSION = "2"
BUDGET_S = 60.0
"""How long a run goes on with days that are not its own; the rest waits for the next one."""

PLACES = ["station_id", "station_name", "longitude", "latitude"]


@dataclass(frozen=True)
class Basis:
    """What documents depend on besides the mart's rows."""

    stations: pl.DataFrame
    said: list[str]

    @classmethod
    def read(cls, warehouse: Warehouse) -> "Basis":
        """The stations now, and the versions of our code and of the calendars."""
        stations = warehouse.read(Station).sort("station_id")
        calendars = [version("holidays"), version("vacances-scolaires-france")]
        places = stations.select(PLACES).write_ndjson()
        return cls(stations, [CODE_VERSION, contract_fingerprint(BelibAvailability), *calendars, places])

    def fingerprint(self, mart: str) -> str:
        """What the documents of a day of the mart are made from."""
        return fingerprint(self.said, [mart])


def load_days(
    search: Search, warehouse: Warehouse, own: Iterable[date], *, full_refresh: bool = False, budget_s: float = BUDGET_S
) -> Loaded:
    """Make the index equal to the mart: on these UTC days, and within the budget on others, newest first.

    At least one other day is made, so that a backlog drains. A full refresh sends all documents of the own days.
    Raises SearchError.
    """
    basis, deadline = Basis.read(warehouse), time.monotonic() + budget_s
    with in_sentences():
        wanted = wanted_days(search, warehouse)
        indices = living(search, BelibAvailability)
        held = read_held(search, indices, adding_up=full_refresh)
        _drop_days(search, warehouse, indices, held, wanted)
        stale = _stale(indices, held, wanted, basis)
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


def wanted_days(search: Search, warehouse: Warehouse) -> dict[date, str]:
    """The mart's days that are to be indexed, newest first, and each one's fingerprint there."""
    notes = warehouse.notes(StationAvailabilityHourly)
    days = [(date.fromisoformat(key), note.fingerprint) for key, note in notes.items() if note.row_count]
    return dict(sorted(days, reverse=True)[: search.kept_days])


def load_day(search: Search, warehouse: Warehouse, basis: Basis, day: date, *, full_refresh: bool = False) -> Loaded:
    """Make one UTC day of the index equal to the mart, alone of all processes."""
    with warehouse.alone(search.alias(BelibAvailability)):
        note = warehouse.note(StationAvailabilityHourly, day.isoformat())
        frame = day_documents(warehouse, basis, day)
        index = target(search, BelibAvailability, month(day))
        return load(
            _slice(search, index, day),
            frame,
            basis.fingerprint(note.fingerprint if note else ""),
            full_refresh=full_refresh,
        )


def day_documents(warehouse: Warehouse, basis: Basis, day: date) -> pl.DataFrame:
    """The documents of one UTC day of the mart, those that break their contract included."""
    hours = warehouse.read(StationAvailabilityHourly, day, day)
    return availability_documents(hours.lazy(), basis.stations.lazy()).collect()


def month(day: date) -> str:
    """The part of the index that holds a UTC day."""
    return f"{day:%Y.%m}"


def of_days(first: date, last: date) -> dict[str, Any]:
    """The documents of a range of UTC days, both included."""
    begin, end = (datetime(d.year, d.month, d.day, tzinfo=UTC) for d in (first, last + timedelta(days=1)))
    return {"range": {"hour_at": {"gte": begin.isoformat(), "lt": end.isoformat()}}}


def _slice(search: Search, index: str, day: date) -> Slice:
    return Slice(search, BelibAvailability, index, day.isoformat(), of_days(day, day))


def _stale(indices: list[Living], held: Held, wanted: dict[date, str], basis: Basis) -> list[date]:
    """Days whose documents are not known to be those of the mart, newest first."""
    names = {part: index.name for part, index in targets(indices).items()}

    def is_known(day: date, mart: str) -> bool:
        key = names.get(month(day), ""), day
        note = held.notes.get(key)
        return bool(
            note and note.fingerprint == basis.fingerprint(mart) and note.document_count == held.counts.get(key)
        )

    return [day for day, mart in wanted.items() if not is_known(day, mart)]


def _drop_days(
    search: Search, warehouse: Warehouse, indices: list[Living], held: Held, wanted: dict[date, str]
) -> None:
    """Delete documents of days the mart does not have or the server is not to keep; a month without others whole."""
    months = {month(day) for day in wanted}
    for index in indices:
        gone = [day for name, day in held.counts if name == index.name and day not in wanted]
        if not index.is_ours or not (gone or index.part not in months):
            continue
        with warehouse.alone(search.alias(BelibAvailability)):
            forget(search, [(index.name, day.isoformat()) for day in gone])
            if index.part not in months:
                delete_index(search, index.name)
                continue
            for day in gone:
                remove(search, index.name, list(ids(search, index.name, "document_id", of_days(day, day))))
            search.client.indices.refresh(index=index.name)


def _publish(search: Search, wanted: dict[date, str], basis: Basis) -> None:
    indices = living(search, BelibAvailability)
    if all(index.is_published for index in indices):
        return
    stale = {month(day) for day in _stale(indices, read_held(search, indices), wanted, basis)}
    publish(search, BelibAvailability, lambda index: index.part not in stale)
