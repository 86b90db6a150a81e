"""Days of `clean` made from other responses than raw holds now: some came late, or with a killed import.

The ledger alone is read: it names every sound response, and costs a thousandth of the responses.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from belib_platform.contracts.clean import ChargePointDay, ChargePointStatus, Poll, WeatherForecast
from belib_platform.raw.store import RawStore
from belib_platform.sources.belib_realtime import BELIB
from belib_platform.sources.belib_static import BELIB_STATIC
from belib_platform.sources.weather import PROVIDERS
from belib_platform.warehouse.charge_point_day import day_plan
from belib_platform.warehouse.charge_point_status import status_plan
from belib_platform.warehouse.notes import Note, Plan
from belib_platform.warehouse.poll import poll_plan
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform.warehouse.weather_forecast import forecast_plan

Notes = dict[type, dict[str, Note]]


def stale_clean_days(store: RawStore, warehouse: Warehouse, location: str, before: date) -> list[date]:
    """UTC days before a day, the retired aside, of which some table was made from other answers, or is not made."""
    retired = store.retired.all()
    contracts = (ChargePointStatus, Poll, ChargePointDay, WeatherForecast)
    notes: Notes = {contract: warehouse.notes(contract) for contract in contracts}
    days = store.ledger.by_day(date(1970, 1, 1), before - timedelta(days=1))
    return [day for day, attempts in days if day not in retired and _is_stale(day, attempts, notes, location)]


def _is_stale(day: date, attempts: list[dict[str, Any]], notes: Notes, location: str) -> bool:
    return any(todo.action != "nothing" for todo in _plans(day.isoformat(), attempts, notes, location))


def _plans(key: str, attempts: list[dict[str, Any]], notes: Notes, location: str) -> Iterator[Plan]:
    status, live = notes[ChargePointStatus].get(key), _sound(attempts, [BELIB.name])
    yield status_plan(status, live)
    yield poll_plan(notes[Poll].get(key), attempts, set(live[: status.settled_count] if status else []))
    yield day_plan(notes[ChargePointDay].get(key), live, _sound(attempts, [BELIB_STATIC.name]))
    yield forecast_plan(notes[WeatherForecast].get(key), _sound(attempts, list(PROVIDERS)), location)


def _sound(attempts: list[dict[str, Any]], sources: Sequence[str]) -> list[str]:
    return [a["page_id"] for a in attempts if a["outcome"] == "sound" and a["source"] in sources]
