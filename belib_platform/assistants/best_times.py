"""The hours of a weekday at a place, of charge points and of bikes alike: how often something was free."""

from typing import Any

from mcp.types import CallToolResult

from belib_platform.assistants.figures import answered, chosen, listed, percent, value_of
from belib_platform.assistants.parameters import WEEKDAYS
from belib_platform.assistants.read_api import ReadApi, Told
from belib_platform.assistants.spots import Spot

FREE = "free_s / nullif(free_s + none_free_s, 0)"
NEAREST = 5
"""Stations that are told one by one."""

BEST = f"WHERE weather = 'any' ORDER BY {FREE} DESC NULLS LAST, hour LIMIT 1"


def of_hour(
    told: Told,
    spot: Spot,
    weekday: int,
    hour: int | None,
    what: str,
    unit: str,
    coverage: dict[int, float | None],
    stations: list[dict[str, Any]],
) -> CallToolResult:
    """The share of past time with `what`, in an hour of the weekday or in the best one.

    `coverage` is by hour; `stations` are single ones, from `stations_of`.
    """
    hours = told.items
    found = next((one for one in hours if hour in (None, one["hour"])), None)
    known = found if found is not None and found["free_ratio"] is not None else None
    at = hour if found is None else int(found["hour"])
    when = f"on {WEEKDAYS[weekday - 1]}" + ("" if at is None else f" from {at}:00 to {at + 1}:00")
    figure: dict[str, Any] = {
        "value": known and known["free_ratio"],
        "low": known and known["free_low"],
        "high": known and known["free_high"],
        "unit": unit,
        "insufficient": None if known else f"Nothing was observed {when} {spot.words} in these days.",
        "n": known["n"] if known else 0,
        "n_of": "dates",
        "coverage": coverage.get(at) if known and at is not None else None,
        "place": spot.words,
        "details": {
            "weekday": weekday,
            "hour": at,
            **({name: known[name] for name in ("dry", "wet")} if known else {}),
            "stations": [_at_hour(one, at) for one in stations],
        },
        "items": [{name: value for name, value in one.items() if name not in ("dry", "wet")} for one in hours],
        "sql": value_of(told.sql[0], FREE, BEST if hour is None else f"WHERE weather = 'any' AND hour = {hour}"),
    }
    singly = _singly(figure["details"]["stations"])
    return answered(told, f"{_sentence(known, when, spot, what)}{singly}" if known else "", **figure)


async def stations_of(
    api: ReadApi, spot: Spot, path: str, key: str, best_times: str, **asked: Any
) -> list[dict[str, Any]]:
    """The nearest stations of a place, each with its hours; none of an area, whose stations have no order."""
    if "near" not in spot.parameters:
        return []
    found = (await api.ask(path, limit=NEAREST, **spot.parameters)).items
    return [one | {"hours": (await api.ask(best_times, station=one[key], **asked)).items} for one in found]


def _at_hour(station: dict[str, Any], hour: int | None) -> dict[str, Any]:
    share: dict[str, Any] = next((one for one in station["hours"] if one["hour"] == hour), {})
    return chosen(station, "station_id", "station_code", "station_name", "address", "distance_m") | chosen(
        share, "free_ratio", "free_low", "free_high", "n"
    )


def _singly(stations: list[dict[str, Any]]) -> str:
    known = [one for one in stations if "free_ratio" in one]
    return f" The nearest:{listed(known, lambda one: percent(one['free_ratio']))}" if known else ""


def _sentence(hour: dict[str, Any], when: str, spot: Spot, what: str) -> str:
    weathers = ", ".join(
        f"{name} {percent(hour[name]['free_ratio'])} ({hour[name]['n']} dates)"
        for name in ("dry", "wet")
        if hour[name]["free_ratio"] is not None
    )
    interval = f"90 % interval {percent(hour['free_low'])} to {percent(hour['free_high'])}"
    return (
        f"{when[0].upper()}{when[1:]} {spot.station} had {what} for {percent(hour['free_ratio'])} of the time "
        f"({interval}{'; ' if weathers else ''}{weathers})."
    )
