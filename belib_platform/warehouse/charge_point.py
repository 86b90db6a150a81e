"""`charge_point` and `station`, whole: the newest day laid over what is known, or all days when older ones changed."""

from collections.abc import Mapping
from datetime import date

from belib_platform.contracts.clean import ChargePoint, ChargePointDay, Station
from belib_platform.contracts.contract import conform
from belib_platform.transforms.attributes import charge_points, stations
from belib_platform.warehouse import charge_point_day
from belib_platform.warehouse.inputs import Inputs
from belib_platform.warehouse.made_table import Preview, TableInput, WholeTable
from belib_platform.warehouse.notes import Note, Plan, plan
from belib_platform.warehouse.partition import Partition
from belib_platform.warehouse.warehouse import ALL, Table, Warehouse


def charge_point_partition(inputs: Inputs, *, full_refresh: bool = False) -> Partition:
    """All charge points from `charge_point_day`; the newest day alone may still grow and be laid again."""
    days, own = inputs.table(ChargePointDay), inputs.table(ChargePoint)
    found, notes = own.note(), inputs.warehouse.notes(ChargePointDay)
    todo = _points_plan(found, notes, full_refresh=full_refresh)
    if todo.action == "nothing":
        return Partition(key=ALL, found=found, plan=todo)
    held = own.rows() if found else None
    so_far = held if held is not None and todo.action == "append" else ChargePoint.create_empty()
    changed = [date.fromisoformat(key) for key in list(notes)[todo.start :]]
    later = days.rows(changed[0], changed[-1]) if changed else ChargePointDay.create_empty()
    frame = conform(ChargePoint, charge_points(so_far.lazy(), later.lazy()).collect())
    return Partition(key=ALL, found=found, plan=todo, frame=frame, held=held)


def station_partition(inputs: Inputs, *, full_refresh: bool = False) -> Partition:
    """All stations from `charge_point`."""
    points, own = inputs.table(ChargePoint), inputs.table(Station)
    found = own.note()
    todo = _stations_plan(found, points.fingerprint(), full_refresh=full_refresh)
    if todo.action == "nothing":
        return Partition(key=ALL, found=found, plan=todo)
    frame = conform(Station, stations(points.rows().lazy()).collect())
    return Partition(key=ALL, found=found, plan=todo, frame=frame, held=own.rows() if found else None)


def stale_points(warehouse: Warehouse) -> list[WholeTable]:
    """Which of both tables no longer fit what they are made from, in the order in which to make them."""
    points = _points_plan(Table(warehouse, ChargePoint).note(), warehouse.notes(ChargePointDay), full_refresh=False)
    if points.action != "nothing":
        return [CHARGE_POINT, STATION]
    made = _stations_plan(Table(warehouse, Station).note(), points.fingerprint, full_refresh=False)
    return [STATION] if made.action != "nothing" else []


def _points_plan(found: Note | None, days: Mapping[str, Note], *, full_refresh: bool) -> Plan:
    # A day that grew knows all that it knew before and is laid over itself; made by other code it may know less.
    basis = [*CHARGE_POINT.basis, *charge_point_day.CHARGE_POINT_DAY.basis]
    inputs = [f"{key} {note.fingerprint}" for key, note in days.items()]
    return plan(found, basis, inputs, unsettled=1, full_refresh=full_refresh)


def _stations_plan(found: Note | None, points: str, *, full_refresh: bool) -> Plan:
    return plan(found, STATION.basis, [points], unsettled=1, full_refresh=full_refresh)


CHARGE_POINT = WholeTable(
    contract=ChargePoint,
    code_version="2",
    tables=(TableInput(ChargePointDay),),
    make=charge_point_partition,
    preview=Preview(
        ["charge_point_id", "station_name", "arrondissement", "power_kw", "first_seen_date", "last_seen_date"],
        ["first_seen_date", "power_kw"],
    ),
)

STATION = WholeTable(
    contract=Station,
    code_version="2",
    tables=(TableInput(ChargePoint),),
    make=station_partition,
    preview=Preview(
        ["station_id", "station_name", "address", "arrondissement", "point_count", "max_power_kw"], ["point_count"]
    ),
)
