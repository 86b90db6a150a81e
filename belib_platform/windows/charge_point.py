"""`charge_point` and `station`, whole: the newest day laid over what is known, or all days when older ones changed."""

from datetime import date

from belib_platform.contracts.clean import ChargePoint, Station
from belib_platform.contracts.contract import conform, fingerprint
from belib_platform.transforms.attributes import charge_points, stations
from belib_platform.warehouse.notes import plan
from belib_platform.warehouse.warehouse import ALL, Table
from belib_platform.warehouse.window import Window

CODE_VERSION = "1"


def charge_point_window(days: Table, own: Table, *, anew: bool = False) -> Window:
    """All charge points from `charge_point_day`; the newest day alone may still grow and be laid again."""
    found = own.note()
    notes = days.warehouse.notes(days.contract)
    inputs = [f"{key} {note.fingerprint}" for key, note in notes.items()]
    todo = plan(found, [CODE_VERSION, fingerprint(ChargePoint)], inputs, unsettled=1, anew=anew)
    if todo.action == "nothing":
        return Window(key=ALL, found=found, plan=todo)
    so_far = own.rows() if todo.action == "append" else ChargePoint.create_empty()
    changed = [date.fromisoformat(key) for key in list(notes)[todo.start :]]
    later = days.rows(changed[0], changed[-1]) if changed else days.contract.create_empty()
    frame = conform(ChargePoint, charge_points(so_far.lazy(), later.lazy()).collect())
    return Window(key=ALL, found=found, plan=todo, frame=frame)


def station_window(points: Table, own: Table, *, anew: bool = False) -> Window:
    """All stations from `charge_point`."""
    found = own.note()
    todo = plan(found, [CODE_VERSION, fingerprint(Station)], [points.fingerprint()], unsettled=1, anew=anew)
    if todo.action == "nothing":
        return Window(key=ALL, found=found, plan=todo)
    return Window(key=ALL, found=found, plan=todo, frame=conform(Station, stations(points.rows().lazy()).collect()))
