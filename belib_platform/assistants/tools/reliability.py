"""What does not work, and where no charge point is free."""

from typing import Annotated, Any, Literal

from pydantic import Field

from belib_platform.assistants.figures import Answered, answered, chosen, percent, value_of
from belib_platform.assistants.parameters import Days, Most
from belib_platform.assistants.read_api import Asking, api_of
from belib_platform.assistants.spots import Near, Radius, StationId, spot_of
from belib_platform.transforms.city import IN_SERVICE, UP

ABOUT = ("station_id", "station_name", "arrondissement", "longitude", "latitude", "n", "observed_ratio")

UPTIME_LOWER = f"({' + '.join(UP)})::float8 / nullif({' + '.join(IN_SERVICE)}, 0)"
NONE_FREE = "none_free_s::float8 / nullif(free_s + none_free_s, 0)"

OUTAGES = "CASE WHEN EXISTS (SELECT FROM mart.station_period WHERE days = 91) THEN count(*) END"
"""SQL of their number; null where there is no statistic yet."""

NO_STATISTIC = "There is no statistic of these stations yet"


async def reliability_of_charge_points(
    context: Asking,
    near: Near = None,
    radius_m: Radius = None,
    station: StationId = None,
    days: Days = "28",
    most: Most = 5,
) -> Answered:
    """How reliable the charge points of a station or a place are, and which stations are the worst.

    Uptime is a range, since UNKNOWN (the operator has no contact) is neither up nor down: value and low take it for
    down, high for up. It is a share of the observed time in service, 0 to 1; n is UTC days, coverage the observed share
    of all time. items are the stations there, the least reliable first, with seconds out of order.
    """
    api = api_of(context)
    spot = await spot_of(api, near, radius_m, station)
    told = await api.ask("reliability", by="city", days=days, limit=1, **spot.parameters)
    worst = await api.ask("reliability", by="station", days=days, limit=most, **spot.parameters)
    found: dict[str, Any] = told.items[0] if told.items else {}
    lower, upper = found.get("uptime_lower_ratio"), found.get("uptime_upper_ratio")
    return answered(
        told,
        f"Charge points {spot.words} worked for {percent(lower)} to {percent(upper)} of the observed time in service."
        f"{_worst(worst.items)}",
        sql=value_of(told.sql[0], UPTIME_LOWER),
        also=[worst],
        value=lower,
        low=lower,
        high=upper,
        unit="share of the observed time in service in which charge points worked, at least, 0 to 1",
        insufficient=None if lower is not None else f"{NO_STATISTIC} ({spot.words}).",
        n=found.get("n", 0),
        n_of="UTC days",
        coverage=found.get("observed_ratio"),
        place=spot.words,
        details=chosen(found, "station_count", "point_count", "out_of_order_s", "unknown_s"),
        items=[
            chosen(
                one, *ABOUT, "point_count", "uptime_lower_ratio", "uptime_upper_ratio", "out_of_order_s", "unknown_s"
            )
            for one in worst.items
        ],
    )


def _worst(stations: list[dict[str, Any]]) -> str:
    if len(stations) < 2:
        return ""
    one = stations[0]
    name, upper = one["station_name"] or one["station_id"], percent(one["uptime_upper_ratio"])
    return f" The least reliable station: {name}, at most {upper}."


async def outages_of_charge_points(
    context: Asking,
    near: Near = None,
    radius_m: Radius = None,
    station: StationId = None,
    min_hours: Annotated[float, Field(description="Observed out of order for at least so many hours.")] = 24,
    going_on: Annotated[bool, Field(description="Only those that go on at the end of the newest day.")] = False,
    most: Most = 5,
) -> Answered:
    """How many outages of charge points there were in the newest 91 days, and the longest ones.

    An outage is an uninterrupted period OUTOFORDER; UNKNOWN is none. value is their number, n the same; coverage is
    the observed share of all time. items are the longest, with bounds of their duration.
    """
    api = api_of(context)
    spot = await spot_of(api, near, radius_m, station)
    asked = {"min_hours": min_hours, "going_on": str(going_on).lower()}
    told = await api.ask_all("outages", **asked, **spot.parameters)
    observed = await api.ask("reliability", by="city", days="91", limit=1, **spot.parameters)
    outages, is_known = told.items, told.answer["first_date"] is not None
    lasting = f"of {min_hours:g} hours or more" + (", which go on" if going_on else "")
    return answered(
        told,
        f"{len(outages)} outages {lasting} {spot.words}.{_longest(outages)}",
        sql=value_of(told.sql[0], OUTAGES),
        value=len(outages) if is_known else None,
        unit=f"outages {lasting}",
        insufficient=None if is_known else f"{NO_STATISTIC} ({spot.words}).",
        n=len(outages),
        n_of="outages",
        coverage=observed.items[0]["observed_ratio"] if observed.items else None,
        place=spot.words,
        items=outages[:most],
    )


def _longest(outages: list[dict[str, Any]]) -> str:
    if not outages:
        return ""
    one = outages[0]
    where, hours = one["station_name"] or one["station_id"], one["observed_s"] / 3600
    return f" The longest: {one['charge_point_id']} ({where}), observed for {hours:.0f} hours."


async def where_none_is_free(
    context: Asking,
    by: Annotated[Literal["station", "arrondissement"], Field(description="What is ranked.")] = "station",
    near: Near = None,
    radius_m: Radius = None,
    days: Days = "28",
    most: Most = 10,
) -> Answered:
    """Which stations or arrondissements have no free charge point most of the time: where charging is scarce.

    value is the largest share of time (0 to 1) in which a station had none free while the state of all of its points
    was known, and items are ranked by it; low and high are its 90 % interval, n UTC days, coverage how much of all time
    that was.
    """
    api = api_of(context)
    spot = await spot_of(api, near, radius_m)
    told = await api.ask("saturation", by=by, days=days, limit=most, **spot.parameters)
    items = told.items
    first: dict[str, Any] = items[0] if items else {}
    value = first.get("none_free_ratio")
    name = first.get("station_name") or first.get("station_id") or f"Arrondissement {first.get('arrondissement')}"
    return answered(
        told,
        f"{name} had no free charge point for {percent(value)} of the time, the most {spot.words}.",
        sql=value_of(told.sql[0], NONE_FREE, "ORDER BY rank, key LIMIT 1"),
        value=value,
        low=first.get("none_free_low"),
        high=first.get("none_free_high"),
        unit="share of time with no free charge point at a station, 0 to 1",
        insufficient=None if value is not None else f"{NO_STATISTIC} ({spot.words}).",
        n=first.get("n", 0),
        n_of="UTC days",
        coverage=first.get("observed_ratio"),
        place=spot.words,
        items=[
            chosen(
                one,
                *ABOUT,
                "station_count",
                "none_free_ratio",
                "none_free_low",
                "none_free_high",
                "longest_none_free_hours",
            )
            for one in items
        ],
    )
