"""What the weather does: to the occupancy of charge points, and to bike stations."""

from typing import Annotated, Any, Literal

from pydantic import Field

from belib_platform.assistants.figures import Answered, answered, chosen, points, value_of
from belib_platform.assistants.parameters import WORDS, What
from belib_platform.assistants.read_api import Asking, api_of
from belib_platform.assistants.spots import Near, Radius, StationId, spot_of

VARIABLES = {"rain": ("precipitation_mmh", "mm of rain per hour"), "temperature": ("temperature_c", "°C")}

FIELDS = ("occupancy_difference", "difference_low", "difference_high")

LEAST_DATES = 10
"""Below, the read API tells no interval, so a difference may be chance."""

LEAST_HOURS = 10

HOURS_OF_THE_WEEK = 168

SHARE = "{0}.free_s / nullif({0}.free_s + {0}.none_free_s, 0)"
DIFFERENCE = f"{SHARE.format('wet')} - {SHARE.format('dry')}"
BESIDE = (
    f"SELECT CASE WHEN count({DIFFERENCE}) >= {LEAST_HOURS} THEN avg({DIFFERENCE}) END AS value "
    "FROM ({dry}) AS dry JOIN ({wet}) AS wet USING (weekday, hour)"
)


async def weather_and_charging(
    context: Asking,
    weather: Annotated[Literal["rain", "temperature"], Field(description="Which weather.")] = "rain",
    at: Annotated[float, Field(description="How much: mm of rain per hour, or °C.")] = 1.0,
    arrondissement: Annotated[int | None, Field(description="Of this one, 1 to 20. Default: all of Paris.")] = None,
) -> Answered:
    """What rain or temperature does to the occupancy of charge points, beside other dates at the same hour of the week.

    value is the mean difference of the share in use (0.02 is two percentage points more) in hours of such weather from
    dates at most three weeks away; low and high are its 95 % interval, n dates. An interval that includes 0 shows no
    effect, and none proves a cause. coverage is the observed share of all time. items are all bins of that weather.
    """
    api, (variable, unit) = api_of(context), VARIABLES[weather]
    told = await api.ask("weather-effect", arrondissement=arrondissement)
    observed = await api.ask("reliability", by="city", days="91", limit=1, arrondissement=arrondissement)
    place = "in Paris" if arrondissement is None else f"in arrondissement {arrondissement}"
    bins = [one for one in told.items if one["variable"] == variable]
    found = next((one for one in bins if _is_in(at, one["lower"], one["upper"])), None)
    n = found["n"] if found else 0
    known = found if found is not None and n >= LEAST_DATES else None
    which = f"variable = '{variable}' AND coalesce(lower <= {at}, true) AND coalesce({at} < upper, true)"
    return answered(
        told,
        _sentence(known, f"At {at:g} {unit}", place) if known else "",
        sql=value_of(told.sql[0], f"CASE WHEN n >= {LEAST_DATES} THEN occupancy_difference END", f"WHERE {which}"),
        value=known and known["occupancy_difference"],
        low=known and known["difference_low"],
        high=known and known["difference_high"],
        unit="difference of the share of charge points in use, -1 to 1",
        insufficient=None if known else f"Only {n} dates had such weather {place}; {LEAST_DATES} are needed.",
        n=n,
        n_of="dates with such weather",
        coverage=observed.items[0]["observed_ratio"] if observed.items else None,
        place=place,
        details={} if found is None else chosen(found, "lower", "upper", "hour_count", "is_effect_seen"),
        items=bins,
    )


def _sentence(effect: dict[str, Any], when: str, place: str) -> str:
    difference, low, high = (points(effect[name]) for name in FIELDS)
    seen = "an effect" if effect["is_effect_seen"] else "no effect"
    return (
        f"{when} the share of charge points in use {place} differs by {difference} percentage points from other dates "
        f"at that hour (95 % interval {low} to {high}): {seen} is seen."
    )


def _is_in(at: float, lower: float | None, upper: float | None) -> bool:
    return (lower is None or lower <= at) and (upper is None or at < upper)


async def rain_and_bikes(
    context: Asking,
    what: What = "bike",
    near: Near = None,
    radius_m: Radius = None,
    station: StationId = None,
) -> Answered:
    """Whether rain empties or fills Vélib' stations: wet beside dry hours at the same hour of the week.

    value is the mean, over the hours of the week that were both wet and dry in the newest 91 days, of the difference of
    the share of open time with a bike, an electric bike or a free dock at a station (-0.05: five percentage points less
    in rain). It has no interval and proves no cause. n is the number of these hours of the week, coverage their share
    of the week's 168.
    """
    api = api_of(context)
    spot = await spot_of(api, near, radius_m, station, of_bikes=True)
    dry, wet = [await api.ask("bikes/rhythms", what=what, weather=name, **spot.parameters) for name in ("dry", "wet")]
    dry_of = {(one["weekday"], one["hour"]): one["free_ratio"] for one in dry.items if one["free_ratio"] is not None}
    differences = {
        key: one["free_ratio"] - dry_of[key]
        for one in wet.items
        if (key := (one["weekday"], one["hour"])) in dry_of and one["free_ratio"] is not None
    }
    n = len(differences)
    value = sum(differences.values()) / n if n >= LEAST_HOURS else None
    less = sum(one < 0 for one in differences.values())
    return answered(
        dry,
        f"The share of time in which {spot.station} had {WORDS[what]} differs by {points(value)} percentage points in "
        f"wet hours from dry ones at the same hour of the week; it is smaller in {less} of {n} such hours. No interval "
        "is known.",
        sql=BESIDE.format(dry=dry.sql[0], wet=wet.sql[0]),
        also=[wet],
        value=value,
        unit=f"difference of the share of open time with {WORDS[what]}, wet minus dry, -1 to 1",
        insufficient=None if n >= LEAST_HOURS else f"Only {n} hours of the week were both wet and dry {spot.words}.",
        n=n,
        n_of="hours of the week, both wet and dry",
        coverage=n / HOURS_OF_THE_WEEK,
        place=spot.words,
        details={"hours_with_less_in_rain": less},
        items=[{"weekday": day, "hour": hour, "difference": value} for (day, hour), value in differences.items()],
    )
