"""Bikes and docks: where there are any, and how likely one is."""

from datetime import date, timedelta
from typing import Any

from belib_platform.assistants.best_times import of_hour, stations_of
from belib_platform.assistants.figures import Answered, answered, chosen, listed, share, value_of
from belib_platform.assistants.parameters import WORDS, AsOf, Hour, Most, Weekday, What
from belib_platform.assistants.read_api import Asking, Told, api_of
from belib_platform.assistants.spots import Near, Radius, StationId, spot_of

ABOUT = ("station_code", "station_name", "commune", "arrondissement", "longitude", "latitude", "capacity", "distance_m")

COUNTED = {"bike": "bikes", "ebike": "ebike", "dock": "docks"}
"""The field of what is wanted."""

FLAGS = {"bike": "is_renting", "ebike": "is_renting", "dock": "is_returning"}
"""Which flag a station must have, beside being installed and reporting."""

HAD = """
CASE WHEN count(*) FILTER (WHERE state <> 'unobserved') > 0 THEN coalesce(sum({field}) FILTER (WHERE {flags}), 0) END
""".strip()
"""SQL of how many there are; null where nobody knows of any station."""


async def bikes_and_docks(
    context: Asking,
    near: Near = None,
    radius_m: Radius = None,
    what: What = "bike",
    as_of: AsOf = None,
    most: Most = 5,
) -> Answered:
    """How many Vélib' bikes, electric bikes or free docks there are near a place, now or at an instant of the past.

    value is their number at stations that report and rent (or take bikes back), n of stations there,
    coverage the share of stations of which a recent observation tells the state. items are the nearest with any.
    """
    spot = (await spot_of(api_of(context), near, radius_m, of_bikes=True)).require()
    told = (await api_of(context).ask_all("bike-stations", as_of=as_of, **spot.parameters)).first
    field, flags, stations = COUNTED[what], ("is_reporting", "is_installed", FLAGS[what]), told.items
    usable = [one for one in stations if all(one[flag] for flag in flags)]
    observed = sum(one["state"] != "unobserved" for one in stations)
    value, having = sum(one[field] for one in usable), [one for one in usable if one[field] > 0]
    missing = "Nobody knows: no response is recent enough" if stations else "There is no bike station"
    return answered(
        told,
        f"{value} {_plural(what)} at {len(having)} of {len(stations)} stations {spot.words}."
        f"{listed(having[:most], lambda one: str(one[field]))}",
        sql=value_of(told.sql[0], HAD.format(field=field, flags=" AND ".join(flags))),
        value=value if observed else None,
        unit=f"{_plural(what)} that can be had",
        insufficient=None if observed else f"{missing} {spot.words}.",
        n=len(stations),
        n_of="stations",
        coverage=share(observed, len(stations)),
        place=spot.words,
        details={"stations_with_any": len(having), "stations_in_use": len(usable)},
        items=[chosen(one, *ABOUT, "state", "bikes", "mechanical", "ebike", "docks") for one in having[:most]],
    )


def _plural(what: str) -> str:
    return {"bike": "bikes", "ebike": "electric bikes", "dock": "free docks"}[what]


async def chance_of_a_bike_or_dock(
    context: Asking,
    weekday: Weekday,
    hour: Hour = None,
    near: Near = None,
    radius_m: Radius = None,
    station: StationId = None,
    what: What = "bike",
) -> Answered:
    """How often a Vélib' station near a place had a bike, an electric bike or a free dock, at an hour of a weekday.

    value is the share of past time (0 to 1) in which a station was open and had any: of several stations their mean.
    low and high are its 90 % interval; n is the number of dates, coverage their share of all such dates of the
    statistic. details has dry and wet hours apart, and the nearest stations one by one; items all hours, best first.
    """
    api = api_of(context)
    spot = (await spot_of(api, near, radius_m, station, of_bikes=True)).require()
    told = await api.ask("bikes/best-times", weekday=weekday, what=what, **spot.parameters)
    dates = _dates(told, weekday)
    coverage = {one["hour"]: share(min(one["n"], dates), dates) for one in told.items}
    unit = f"share of past open time with {WORDS[what]} at a station, 0 to 1"
    asked: dict[str, Any] = {"weekday": weekday, "what": what}
    stations = await stations_of(api, spot, "bike-stations", "station_code", "bikes/best-times", **asked)
    return of_hour(told, spot, weekday, hour, WORDS[what], unit, coverage, stations)


def _dates(told: Told, weekday: int) -> int:
    """Number of dates of the statistic that are this day of the week."""
    if told.answer["first_date"] is None:
        return 0
    first, last = (date.fromisoformat(told.answer[name]) for name in ("first_date", "last_date"))
    return sum((first + timedelta(days=n)).isoweekday() == weekday for n in range((last - first).days + 1))
