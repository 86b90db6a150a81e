"""What one thing did, and how complete the history is."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, NamedTuple

from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field, TypeAdapter

from belib_platform.api.instants import Instant
from belib_platform.assistants.figures import Answered, answered, chosen, percent, share, value_of
from belib_platform.assistants.parameters import AsOf, Most
from belib_platform.assistants.read_api import Asking, ReadApi, Told, api_of
from belib_platform.transforms.local_calendar import PARIS, starts_at

DAYS = 7

INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)
"""Instants in every form that the read API takes."""

OBSERVED = """
SELECT sum(observed) / sum(whole + greatest({hours} - hours, 0) * things) AS value FROM (
    SELECT sum(observed_ratio * {things} * {of}) AS observed, sum({things} * {of}) AS whole, sum({of}) AS hours,
        max({things}) AS things
    FROM ({statement}) AS answered WHERE {time} < '{end}' GROUP BY {area}
) AS areas
"""
"""SQL of the observed share: of an hour without a row, all things of the area are unobserved."""


class Observed(NamedTuple):
    """Some hours of an area: how many, of how many things, and their observed share."""

    area: str
    hours: int
    things: int
    ratio: float


async def history_of_one(
    context: Asking,
    charge_point: Annotated[str | None, Field(description="IRVE id_pdc of a charge point, with asterisks.")] = None,
    bike_station: Annotated[str | None, Field(description="Code of a bike station.")] = None,
    first: Annotated[str | None, Field(description="Beginning, with its offset. Default: a week before.")] = None,
    last: Annotated[str | None, Field(description="End, not included, with its offset. Default: as_of.")] = None,
    as_of: AsOf = None,
    most: Most = 50,
) -> Answered:
    """What one charge point or bike station did: its states one after another, as they were known at an instant.

    A run is an uninterrupted period of one state within one UTC day; items are the newest ones, oldest first. value is
    the number of runs that began in the period, n the number of polls that saw those that are over, coverage the share
    of the time from the first run to the end in which some run holds; nobody knows what was between two that do not
    touch.
    """
    if (charge_point is None) == (bike_station is None):
        raise ToolError("Name one thing: charge_point or bike_station.")
    kind, thing = ("charge-points", charge_point) if charge_point is not None else ("bike-stations", str(bike_station))
    # `from` is no name of a parameter in Python
    told = await api_of(context).ask_all(f"{kind}/{{}}/history", thing, from_=first, to=last, as_of=as_of)
    runs, place = told.items, f"{kind[:-1].replace('-', ' ')} {thing}"
    as_known = _instant(told.answer["as_of"])
    end = min(as_known, _instant(last)) if last else as_known
    over = [run["poll_count"] for run in runs if run["poll_count"] is not None]
    return answered(
        told,
        f"{len(runs)} runs of {place}, from {runs[0]['first_seen_at']} on." if runs else "",
        sql=value_of(told.sql[0], "nullif(count(*), 0)"),
        value=len(runs) or None,
        unit="runs of one state",
        insufficient=None if runs else f"Nothing of {place} was observed in this time.",
        n=sum(over),
        n_of="polls"
        if len(over) == len(runs)
        else "polls, and those of the run that still holds, which are not counted",
        coverage=_held(runs, end),
        place=place,
        details={"has_more": len(runs) > most},
        items=runs[-most:],
    )


def _instant(text: str) -> datetime:
    return INSTANT.validate_python(text)


def _held(runs: list[dict[str, Any]], end: datetime) -> float | None:
    """Share of the time from the first run to the end in which one holds."""
    begins = [_instant(run["first_seen_at"]) for run in runs]
    held = timedelta()
    for run, begin, following in zip(runs, begins, [*begins[1:], end], strict=False):
        until = _instant(run["holds_until"]) if run["holds_until"] else end
        held += max(min(until, following, end) - begin, timedelta())
    return share(held.total_seconds(), (end - begins[0]).total_seconds()) if runs else None


async def quality_of_the_history(
    context: Asking,
    network: Annotated[Literal["belib", "velib"], Field(description="Charge points or bikes.")] = "belib",
) -> Answered:
    """How complete and how fresh the history of a network is: observed share, polls, gaps, rejected records of a week.

    value is the observed share (0 to 1) of all time of charge points or bike stations: of the last 168 whole hours, or
    of the seven dates in Paris before the UTC day of now. Hours that are not in the history count as unobserved.
    coverage is the same; n is the number of sound responses in the last seven UTC days. items are these days with polls
    and gaps.
    """
    api = api_of(context)
    quality = await api.ask("quality")
    told, sql, rows, hours, until = await (_of_charge_points(api) if network == "belib" else _of_bikes(api, quality))
    value = _share(rows, hours)
    polls = [one for one in quality.answer["polls"] if one["source"] == network]
    gaps = [one["longest_gap_s"] for one in polls if one["longest_gap_s"] is not None]
    n = sum(one["sound_count"] for one in polls)
    longest = f" The longest gap between two responses was {max(gaps) / 60:.0f} min." if gaps else ""
    period = f"the {hours} hours until {until.astimezone(PARIS):%Y-%m-%d %H:%M} in Paris"
    return answered(
        told,
        f"{percent(value)} of the time was observed in {period}.{longest}",
        sql=sql,
        also=[quality],
        value=value,
        unit=f"observed share of all time in {period}, 0 to 1",
        insufficient=None if value is not None else f"Nothing of {period} is in the history.",
        n=n,
        n_of=f"sound responses in {DAYS} days",
        coverage=value,
        place="in Paris" if network == "belib" else "in Paris and the communes around it",
        details={
            "hours": hours,
            **({"hops": quality.answer["hops"]} if network == "belib" else {}),  # they are told of charge points alone
            "rejected": [
                chosen(one, "rule", "record_count") for one in quality.answer["rejected"] if one["source"] == network
            ],
        },
        items=polls,
    )


Period = tuple[Told, str, list[Observed], int, datetime]
"""An answer, SQL of the observed share, what it is made of, and number and end (UTC) of the hours that it is of."""


async def _of_charge_points(api: ReadApi) -> Period:
    """The whole hours of the last days; an hour that goes on has no row, or is left out."""
    told = await api.ask("occupancy", days=DAYS)
    end = _instant(told.answer["as_of"]).replace(minute=0, second=0, microsecond=0)
    rows = [Observed("", 1, one["n"], one["observed_ratio"]) for one in told.items if _instant(one["hour_at"]) < end]
    hours = DAYS * 24
    sql = _sql(told, hours, things="n", of="1", time="hour_at", end=end.isoformat(), area="()")
    return told, sql, rows, hours, end


async def _of_bikes(api: ReadApi, now: Told) -> Period:
    """The dates in Paris before the UTC day of now: the row of a date is made when the UTC day is over."""
    today = _instant(now.answer["as_of"]).date()
    first = today - timedelta(days=DAYS)
    told = await api.ask("bikes/daily", from_=first.isoformat(), to=today.isoformat())
    rows = [Observed(one["area"], one["hours"], one["station_count"], one["observed_ratio"]) for one in told.items]
    hours = round((starts_at(today) - starts_at(first)).total_seconds() / 3600)
    sql = _sql(told, hours, things="station_count", of="hours", time="local_date", end=today.isoformat(), area="area")
    return told, sql, rows, hours, starts_at(today)


def _sql(told: Told, hours: int, **names: str) -> str:
    return " ".join(OBSERVED.format(statement=told.sql[0], hours=hours, **names).split())


def _share(rows: Iterable[Observed], hours: int) -> float | None:
    """The observed share of all hours: of one without a row, all things of the area are unobserved."""
    areas: dict[str, list[Observed]] = {}
    for row in rows:
        areas.setdefault(row.area, []).append(row)
    observed = sum(row.ratio * row.things * row.hours for of_area in areas.values() for row in of_area)
    whole = 0
    for of_area in areas.values():
        missing = max(hours - sum(row.hours for row in of_area), 0)
        whole += sum(row.things * row.hours for row in of_area) + missing * max(row.things for row in of_area)
    return share(observed, whole)
