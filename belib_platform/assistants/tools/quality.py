"""What one thing did, and how complete the history is."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from belib_platform.assistants.figures import Answered, answered, chosen, percent, share, value_of
from belib_platform.assistants.parameters import AsOf, Most
from belib_platform.assistants.read_api import Asking, ReadApi, Told, api_of

ALL = 1000
"""Runs of one answer of the read API."""

DAYS = 7

OBSERVED = {
    "belib": "sum(observed_ratio * n) / sum(n)",
    "velib": "sum(observed_ratio * station_count * hours) / sum(station_count * hours)",
}
"""SQL of the observed share of the newest days, by feed."""


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
    the number of runs (1000 means at least so many), n the number of polls that saw them, coverage the share of the
    time between the first and the end in which some run holds; nobody knows what was between two that do not touch.
    """
    if (charge_point is None) == (bike_station is None):
        raise ToolError("Name one thing: charge_point or bike_station.")
    kind, thing = ("charge-points", charge_point) if charge_point else ("bike-stations", bike_station)
    # `from` is no name of a parameter in Python
    asked = {"from_": first, "to": last, "as_of": as_of, "limit": ALL}
    told = await api_of(context).ask(f"{kind}/{thing}/history", **asked)
    runs, place = told.items, f"{kind[:-1].replace('-', ' ')} {thing}"
    end = min(_instant(told.answer["as_of"]), _instant(last) if last else _instant(told.answer["as_of"]))
    return answered(
        told,
        f"{len(runs)} runs of {place}, from {runs[0]['first_seen_at']} on." if runs else "",
        sql=value_of(told.sql[0], f"least(count(*), {ALL})"),
        value=len(runs) if runs else None,
        unit="runs of one state",
        insufficient=None if runs else f"Nothing of {place} was observed in this time.",
        n=sum(run["poll_count"] or 1 for run in runs),
        n_of="polls",
        coverage=_observed(runs, end),
        place=place,
        details={"has_more": told.answer["next_cursor"] is not None},
        items=runs[-most:],
    )


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _observed(runs: list[dict[str, Any]], end: datetime) -> float | None:
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

    value is the observed share (0 to 1) of all time of charge points or bike stations in the last seven days, and
    coverage is the same; n is the number of sound responses in them. items are these days with polls and gaps.
    """
    api = api_of(context)
    quality, told = await api.ask("quality"), await _observations(api, network)
    weights = [(one["observed_ratio"], _weight(one)) for one in told.items]
    value = share(sum(ratio * weight for ratio, weight in weights), sum(weight for _, weight in weights))
    polls = [one for one in quality.answer["polls"] if one["source"] == network]
    gaps = [one["longest_gap_s"] for one in polls if one["longest_gap_s"] is not None]
    n = sum(one["sound_count"] for one in polls)
    longest = f" The longest gap between two responses was {max(gaps) / 60:.0f} min." if gaps else ""
    return answered(
        told,
        f"{percent(value)} of the last {DAYS} days was observed.{longest}",
        sql=value_of(told.sql[0], OBSERVED[network]),
        also=[quality],
        value=value,
        unit="observed share of all time in the last seven days, 0 to 1",
        insufficient=None if value is not None else f"No hour of the last {DAYS} days is in the history.",
        n=n,
        n_of=f"sound responses in {DAYS} days",
        coverage=value,
        place="in Paris" if network == "belib" else "in Paris and the communes around it",
        details={
            **({"hops": quality.answer["hops"]} if network == "belib" else {}),  # they are told of charge points alone
            "rejected": [
                chosen(one, "rule", "record_count") for one in quality.answer["rejected"] if one["source"] == network
            ],
        },
        items=polls,
    )


async def _observations(api: ReadApi, network: str) -> Told:
    """Rows with observed_ratio of the last days."""
    return await (api.ask("occupancy", days=DAYS) if network == "belib" else api.ask("bikes/daily"))


def _weight(row: dict[str, Any]) -> float:
    return float(row["n"] if "n" in row else row["station_count"] * row["hours"])
