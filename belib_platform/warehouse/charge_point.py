"""`charge_point` and `station`, whole: the newest day laid over what is known, or all days when older ones changed."""

from collections.abc import Mapping
from datetime import date

from belib_platform.contracts.clean import ChargePoint, ChargePointDay, Station
from belib_platform.contracts.contract import Contract, conform, fingerprint
from belib_platform.transforms.attributes import charge_points, stations
from belib_platform.warehouse import charge_point_day
from belib_platform.warehouse.notes import Note, Plan, plan
from belib_platform.warehouse.partition import Partition
from belib_platform.warehouse.warehouse import ALL, Table, Warehouse

CODE_VERSION = "2"


def charge_point_partition(days: Table, own: Table, *, full_refresh: bool = False) -> Partition:
    """All charge points from `charge_point_day`; the newest day alone may still grow and be laid again."""
    found = own.note()
    notes = days.warehouse.notes(days.contract)
    todo = _points_plan(found, notes, full_refresh=full_refresh)
    if todo.action == "nothing":
        return Partition(key=ALL, found=found, plan=todo)
    so_far = own.rows() if todo.action == "append" else ChargePoint.create_empty()
    changed = [date.fromisoformat(key) for key in list(notes)[todo.start :]]
    later = days.rows(changed[0], changed[-1]) if changed else days.contract.create_empty()
    frame = conform(ChargePoint, charge_points(so_far.lazy(), later.lazy()).collect())
    return Partition(key=ALL, found=found, plan=todo, frame=frame)


def station_partition(points: Table, own: Table, *, full_refresh: bool = False) -> Partition:
    """All stations from `charge_point`."""
    found = own.note()
    todo = _stations_plan(found, points.fingerprint(), full_refresh=full_refresh)
    if todo.action == "nothing":
        return Partition(key=ALL, found=found, plan=todo)
    return Partition(key=ALL, found=found, plan=todo, frame=conform(Station, stations(points.rows().lazy()).collect()))


def stale_points(warehouse: Warehouse) -> list[type[Contract]]:
    """Which of both no longer fit what they are made of; they come before all that reads them."""
    points = _points_plan(Table(warehouse, ChargePoint).note(), warehouse.notes(ChargePointDay), full_refresh=False)
    if points.action != "nothing":
        return [ChargePoint, Station]
    made = _stations_plan(Table(warehouse, Station).note(), points.fingerprint, full_refresh=False)
    return [Station] if made.action != "nothing" else []


def _points_plan(found: Note | None, days: Mapping[str, Note], *, full_refresh: bool) -> Plan:
    # A day that grew knows all that it knew before and is laid over itself; made by other code it may know less.
    made_by = [charge_point_day.CODE_VERSION, fingerprint(ChargePointDay)]
    inputs = [f"{key} {note.fingerprint}" for key, note in days.items()]
    return plan(
        found, [CODE_VERSION, fingerprint(ChargePoint), *made_by], inputs, unsettled=1, full_refresh=full_refresh
    )


def _stations_plan(found: Note | None, points: str, *, full_refresh: bool) -> Plan:
    return plan(found, [CODE_VERSION, fingerprint(Station)], [points], unsettled=1, full_refresh=full_refresh)
