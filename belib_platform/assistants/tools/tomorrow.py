"""Which bike stations will be empty or full tomorrow."""

from typing import Annotated, Literal

from pydantic import Field

from belib_platform.assistants.figures import Answered, answered, chosen, listed, percent, share, value_of
from belib_platform.assistants.parameters import AsOf, Most
from belib_platform.assistants.read_api import Asking, api_of
from belib_platform.assistants.spots import Near, Radius, StationId, spot_of

NAMES = {"bike": "empty", "dock": "full"}


async def bike_stations_tomorrow(
    context: Asking,
    lacking: Annotated[Literal["bike", "dock"], Field(description="bike: empty stations. dock: full ones.")] = "bike",
    part: Annotated[
        Literal["06-10", "10-16", "16-20", "20-24"], Field(description="Part of the date: hours in Paris.")
    ] = "06-10",
    at_least: Annotated[
        float, Field(ge=0, le=1, description="Expected for at least this share of the part's open time.")
    ] = 0.5,
    near: Near = None,
    radius_m: Radius = None,
    station: StationId = None,
    as_of: AsOf = None,
    most: Most = 10,
) -> Answered:
    """How many Vélib' stations are expected to be empty or full tomorrow, and which, by the forecast of last evening.

    Before 17:00 UTC the newest forecast is the one for today: details says for which date. value is the number of
    stations expected to lack bikes or docks for at least `at_least` of the time, n of those that have a forecast,
    coverage the mean observed share of the dates it is made of. details tells how wrong such forecasts were before.
    """
    api = api_of(context)
    spot = await spot_of(api, near, radius_m, station, of_bikes=True)
    told = await api.ask("bike-tomorrow", part=part, as_of=as_of, **spot.parameters)
    column, stations = f"no_{lacking}_ratio", told.items
    known = [one for one in stations if one[column] is not None]
    short = sorted((one for one in known if one[column] >= at_least), key=lambda one: -one[column])
    target = told.answer["target_date"]
    expected = f"expected to be {NAMES[lacking]} for {percent(at_least)} of the time or more"
    return answered(
        told,
        f"{len(short)} of {len(known)} stations {spot.words} are {expected} on {target} from {part[:2]}:00 to "
        f"{part[3:]}:00.{listed(short[:3], lambda one: percent(one[column]))}",
        sql=value_of(
            told.sql[0], f"CASE WHEN count({column}) > 0 THEN count(*) FILTER (WHERE {column} >= {at_least}) END"
        ),
        value=len(short) if known else None,
        unit=f"stations {expected}",
        insufficient=None if known else f"There is no recent forecast {spot.words}.",
        n=len(known),
        n_of="stations with a forecast",
        coverage=share(sum(one["observed_ratio"] for one in known), len(known)),
        place=spot.words,
        details={
            "target_date": target,
            "issued_at": told.answer["issued_at"],
            "skill": [one for one in told.answer["skill"] if (one["part"], one["lacking"]) == (part, lacking)],
        },
        items=[
            chosen(one, "station_code", "station_name", "longitude", "latitude", column, "n", "observed_ratio")
            for one in short[:most]
        ],
    )
