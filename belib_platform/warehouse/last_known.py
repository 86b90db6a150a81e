"""The last known attributes, whole, of every feed: the newest day laid over what is known, or all days when older ones
changed. And `station`, made of charge points."""

from collections.abc import Mapping, Sequence
from datetime import date

from belib_platform.contracts.clean import ChargePoint, Station
from belib_platform.contracts.contract import conform
from belib_platform.transforms.charge_points import stations
from belib_platform.warehouse.attributes_by_day import BIKE_STATION_DAY, CHARGE_POINT_DAY
from belib_platform.warehouse.feeds import BIKE_STATION_FEED, CHARGE_POINT_FEED, Feed
from belib_platform.warehouse.inputs import Inputs
from belib_platform.warehouse.made_table import DailyTable, Preview, TableInput, WholeTable
from belib_platform.warehouse.notes import Note, Plan, plan
from belib_platform.warehouse.partition import Partition
from belib_platform.warehouse.warehouse import ALL, Table, Warehouse


def last_known_table(feed: Feed, by_day: DailyTable, *, code_version: str, preview: Preview) -> WholeTable:
    """The declaration of a feed's table of last known attributes."""

    def make(inputs: Inputs, *, full_refresh: bool = False) -> Partition:
        return _partition(feed, [*table.basis, *by_day.basis], inputs, full_refresh=full_refresh)

    table = WholeTable(
        contract=feed.whole,
        code_version=code_version,
        tables=(TableInput(feed.by_day),),
        make=make,
        preview=preview,
    )
    return table


def _partition(feed: Feed, basis: Sequence[str], inputs: Inputs, *, full_refresh: bool) -> Partition:
    """All things by their days; the newest day alone may still grow and be laid again."""
    days, own = inputs.table(feed.by_day), inputs.table(feed.whole)
    found, notes = own.note(), inputs.warehouse.notes(feed.by_day)
    todo = _plan(found, basis, notes, full_refresh=full_refresh)
    if todo.action == "nothing":
        return Partition(key=ALL, found=found, plan=todo)
    held = own.rows() if found else None
    so_far = held if held is not None and todo.action == "append" else feed.whole.create_empty()
    changed = [date.fromisoformat(key) for key in list(notes)[todo.start :]]
    later = days.rows(changed[0], changed[-1]) if changed else feed.by_day.create_empty()
    frame = conform(feed.whole, feed.lay_days(so_far.lazy(), later.lazy()).collect())
    return Partition(key=ALL, found=found, plan=todo, frame=frame, held=held)


def _plan(found: Note | None, basis: Sequence[str], days: Mapping[str, Note], *, full_refresh: bool) -> Plan:
    # A day that grew knows all that it knew before and is laid over itself; made by other code it may know less, which
    # is why the basis has that of the days, too.
    inputs = [f"{key} {note.fingerprint}" for key, note in days.items()]
    return plan(found, basis, inputs, unsettled=1, full_refresh=full_refresh)


def station_partition(inputs: Inputs, *, full_refresh: bool = False) -> Partition:
    """All stations from `charge_point`."""
    points, own = inputs.table(ChargePoint), inputs.table(Station)
    found = own.note()
    todo = _stations_plan(found, points.fingerprint(), full_refresh=full_refresh)
    if todo.action == "nothing":
        return Partition(key=ALL, found=found, plan=todo)
    frame = conform(Station, stations(points.rows().lazy()).collect())
    return Partition(key=ALL, found=found, plan=todo, frame=frame, held=own.rows() if found else None)


def _stations_plan(found: Note | None, points: str, *, full_refresh: bool) -> Plan:
    return plan(found, STATION.basis, [points], unsettled=1, full_refresh=full_refresh)


def stale_last_known(warehouse: Warehouse) -> list[WholeTable]:
    """Which of the tables here no longer fit what they are made from, in the order in which to make them."""
    stale = []
    points = _planned(CHARGE_POINT, CHARGE_POINT_DAY, warehouse)
    if points.action != "nothing":
        stale.append(CHARGE_POINT)
    of_stations = _stations_plan(Table(warehouse, Station).note(), points.fingerprint, full_refresh=False)
    if stale or of_stations.action != "nothing":
        stale.append(STATION)
    if _planned(BIKE_STATION, BIKE_STATION_DAY, warehouse).action != "nothing":
        stale.append(BIKE_STATION)
    return stale


def _planned(table: WholeTable, by_day: DailyTable, warehouse: Warehouse) -> Plan:
    found, days = Table(warehouse, table.contract).note(), warehouse.notes(by_day.contract)
    return _plan(found, [*table.basis, *by_day.basis], days, full_refresh=False)


CHARGE_POINT = last_known_table(
    CHARGE_POINT_FEED,
    CHARGE_POINT_DAY,
    code_version="2",
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

BIKE_STATION = last_known_table(
    BIKE_STATION_FEED,
    BIKE_STATION_DAY,
    code_version="1",
    preview=Preview(
        ["station_code", "station_name", "commune", "arrondissement", "capacity", "first_seen_date", "last_seen_date"],
        ["first_seen_date", "capacity"],
    ),
)
