"""Charge points: which are free, how likely one is, and how many are in use."""

from typing import Annotated, Literal

from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from belib_platform.assistants.best_times import of_hour, stations_of
from belib_platform.assistants.figures import Answered, answered, chosen, listed, percent, share, value_of
from belib_platform.assistants.parameters import WEEKDAYS, AsOf, Hour, Most, Weekday
from belib_platform.assistants.read_api import Asking, api_of
from belib_platform.assistants.spots import Near, Radius, StationId, spot_of

ABOUT = (
    "station_id",
    "station_name",
    "address",
    "arrondissement",
    "longitude",
    "latitude",
    "max_power_kw",
    "distance_m",
)

OCCUPANCY = "avg(charging_s / nullif(available_s + charging_s, 0))"


async def free_charge_points(
    context: Asking,
    near: Near = None,
    radius_m: Radius = None,
    power_min_kw: Annotated[float | None, Field(description="Least power, kW.")] = None,
    connector: Annotated[
        Literal["ef", "type_2", "combo_ccs", "chademo", "type_3"] | None, Field(description="Has this connector.")
    ] = None,
    payment: Annotated[
        Literal["free", "single", "bank_card", "other"] | None,
        Field(description="Costs nothing, or accepts this payment: single is for one session without a contract."),
    ] = None,
    as_of: AsOf = None,
    most: Most = 5,
) -> Answered:
    """How many charge points are free for a car near a place, or in all of Paris, now or at an instant of the past.

    value is the number of charge points that are AVAILABLE, n of those that are there; coverage is the share of which a
    recent observation tells the state. details counts all states; items are the nearest stations with a free point.
    """
    api = api_of(context)
    spot = await spot_of(api, near, radius_m)
    kind = {"power_min": power_min_kw, "connector": connector, "payment": payment}
    told = await api.ask("totals", as_of=as_of, **spot.parameters, **kind)
    same = {"as_of": told.answer["as_of"], "free_min": 1, "limit": most}
    stations = await api.ask("stations", **same, **spot.parameters, **kind)
    counts = {name: n for name, n in told.answer.items() if name.endswith("_count")}
    n, free = counts["point_count"], counts["available_count"]
    observed = n - counts["unobserved_count"]
    nothing = (
        f"There is no such charge point {spot.words}."
        if n == 0
        else f"Nobody knows: no response is recent enough {spot.words}."
    )
    return answered(
        told,
        f"{free} of {n} charge points {spot.words} are free, {counts['charging_count']} are in use."
        f"{listed(stations.items, lambda one: str(one['available_count']) + ' free')}",
        sql=value_of(told.sql[0], "CASE WHEN point_count > unobserved_count THEN available_count END"),
        also=[stations],
        value=free if observed else None,
        unit="free charge points (AVAILABLE)",
        insufficient=None if observed else nothing,
        n=n,
        n_of="charge points",
        coverage=share(observed, n),
        place=spot.words,
        details=counts,
        items=[chosen(one, "available_count", "point_count", *ABOUT) for one in stations.items],
    )


async def chance_of_a_free_charge_point(
    context: Asking,
    weekday: Weekday,
    hour: Hour = None,
    near: Near = None,
    radius_m: Radius = None,
    station: StationId = None,
) -> Answered:
    """How often a charging station near a place had a free point, at an hour of a weekday, and when it is best.

    value is the share of past time (0 to 1) with at least one free point at a station: of several stations their mean,
    the share for a station there and not for the place as a whole. low and high are its 90 % interval, n dates,
    coverage the share of time in which every state was known. details has dry and wet hours apart, and the nearest
    stations one by one; items all hours, best first.
    """
    api = api_of(context)
    spot = (await spot_of(api, near, radius_m, station)).require()
    told = await api.ask("best-times", weekday=weekday, **spot.parameters)
    coverage = {one["hour"]: one["observed_ratio"] for one in told.items}
    unit = "share of past time with at least one free charge point at a station, 0 to 1"
    stations = await stations_of(api, spot, "stations", "station_id", "best-times", weekday=weekday)
    return of_hour(told, spot, weekday, hour, "a free charge point", unit, coverage, stations)


async def occupancy_of_charge_points(
    context: Asking,
    weekdays: Annotated[
        list[Annotated[int, Field(ge=1, le=7)]] | None,
        Field(description="Days in Paris, 1 (Monday) to 7. Default: all."),
    ] = None,
    from_hour: Annotated[int, Field(ge=0, le=23, description="First hour in Paris, included.")] = 0,
    to_hour: Annotated[int, Field(ge=1, le=24, description="Last hour in Paris, not included.")] = 24,
    weather: Annotated[
        Literal["any", "dry", "wet"], Field(description="Wet from 0.1 mm per hour on, as forecast before.")
    ] = "any",
    near: Near = None,
    radius_m: Radius = None,
    station: StationId = None,
) -> Answered:
    """How busy charge points are: the mean share in use over hours of the week, in the newest 91 days.

    value is the mean over these hours of point-seconds CHARGING ÷ (AVAILABLE + CHARGING), 0 to 1; n is the largest
    number of dates behind an hour, coverage the mean share of time in which every state was known, over all hours asked
    for. items are the hours of which something is known.
    """
    if from_hour >= to_hour:
        raise ToolError(f"from_hour {from_hour} is not before to_hour {to_hour}.")
    spot = await spot_of(api_of(context), near, radius_m, station)
    told = await api_of(context).ask("rhythms", weather=weather, **spot.parameters)
    days = sorted(set(weekdays or range(1, 8)))
    hours = [one for one in told.items if one["weekday"] in days and from_hour <= one["hour"] < to_hour]
    known = [one for one in hours if one["occupancy_ratio"] is not None]
    value = sum(one["occupancy_ratio"] for one in known) / len(known) if known else None
    asked = len(days) * (to_hour - from_hour)
    named = ", ".join(WEEKDAYS[day - 1] for day in days)
    when = f"on {named} from {from_hour}:00 to {to_hour}:00" + ("" if weather == "any" else f" in {weather} hours")
    of_hours = f"WHERE weekday IN ({', '.join(map(str, days))}) AND hour >= {from_hour} AND hour < {to_hour}"
    return answered(
        told,
        f"{percent(value)} of the charge points in service {spot.words} were in use {when}: the mean of {len(known)} "
        f"of these {asked} hours of the week, those of which something is known.",
        sql=value_of(told.sql[0], OCCUPANCY, of_hours),
        value=value,
        unit="mean share of charge points in use, 0 to 1",
        insufficient=None if known else f"Nothing was observed {when} {spot.words}.",
        n=max((one["n"] for one in known), default=0),
        n_of="dates",
        coverage=share(sum(one["observed_ratio"] or 0 for one in hours), asked),
        place=spot.words,
        details={"hours_asked": asked, "hours_known": len(known)},
        items=[chosen(one, "weekday", "hour", "occupancy_ratio", "n", "observed_ratio") for one in hours],
    )
