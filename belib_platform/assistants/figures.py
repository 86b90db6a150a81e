"""What every tool answers: a figure, what it is worth, whose data it is, and the SQL that gives it again."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any

from mcp.types import CallToolResult, TextContent
from pydantic import BaseModel, Field

from belib_platform.api.answers import Licence
from belib_platform.assistants.read_api import Told
from belib_platform.transforms.local_calendar import PARIS


class Figure(BaseModel):
    """The answer to a question."""

    value: int | float | str | None = Field(description="The figure asked for. Null where the data do not suffice.")
    unit: str = Field(description="What value is, with its unit.")
    low: float | None = Field(None, description="Lower end of its interval or bounds, if it has any.")
    high: float | None = Field(None, description="Upper end of them.")
    insufficient: str | None = Field(None, description="Why there is no value.")
    n: int = Field(description="How many things or dates value is made of; n_of says which.")
    n_of: str = Field(description="What n counts.")
    coverage: float | None = Field(description="Observed share of what value speaks of, 0 to 1; null if not observed.")
    place: str = Field(description="The place that was understood.")
    as_of: datetime = Field(description="The instant that the answer speaks of (UTC).")
    newest_response_at: datetime | None = Field(description="When the newest response until then was requested (UTC).")
    age_s: int | None = Field(description="Seconds from newest_response_at to as_of.")
    first_date: date | None = Field(None, description="First UTC day of a statistic.")
    last_date: date | None = Field(None, description="Last UTC day of a statistic.")
    is_simulated: bool = Field(description="Whether these are simulated data, and none of Paris.")
    licences: list[Licence] = Field(description="The terms of the data, and whom to name.")
    details: dict[str, Any] = Field(default_factory=dict, description="What belongs to the figure.")
    items: list[dict[str, Any]] = Field(default_factory=list, description="Single things, the most telling first.")
    sql: list[str] = Field(
        description="Statements for `belib sql`. The first gives value as its only cell, null where value is; the "
        "others give items."
    )


Answered = Annotated[CallToolResult, Figure]
"""What a tool returns: a figure as structured content, and a sentence."""

COMMON = ("as_of", "newest_response_at", "age_s", "is_simulated", "licences")


def answered(told: Told, sentence: str, *, sql: str, also: Sequence[Told] = (), **figure: Any) -> CallToolResult:
    """A figure of an answer, in words and as it is; `also` are answers with its items, `sql` gives its value.

    The sentence is left out where `insufficient` says why there is no value.
    """
    statements = list(dict.fromkeys([sql, *(one for answer in (told, *also) for one in answer.sql)]))
    terms = {one["attribution"]: one for answer in (told, *also) for one in answer.answer["licences"]}
    days = {name: told.answer.get(name) for name in ("first_date", "last_date")}
    common = {name: told.answer[name] for name in COMMON} | {"licences": list(terms.values())}
    structured = Figure.model_validate({**common, **days, **figure, "sql": statements}).model_dump(mode="json")
    text = f"{figure.get('insufficient') or sentence} {_worth(structured)}"
    return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=structured)


def value_of(statement: str, value: str, rest: str = "") -> str:
    """SQL with one cell, which is made of what a statement of the read API gives; null where that gives no row."""
    return f"SELECT ({' '.join(['SELECT', value, 'FROM', f'({statement})', 'AS answered', rest]).strip()}) AS value"


def share(part: float, whole: float) -> float | None:
    """The share of a whole; None of nothing."""
    return part / whole if whole else None


def percent(value: float | None) -> str:
    """A share in words."""
    return "unknown" if value is None else f"{100 * value:.1f} %"


def points(value: float | None) -> str:
    """A difference of shares in words."""
    return "unknown" if value is None else f"{100 * value:+.1f}"


def listed(stations: Sequence[Mapping[str, Any]], says: Callable[[Mapping[str, Any]], str]) -> str:
    """Stations at the end of a sentence: where each is, what is said of it, and how far away it is; nothing of none."""
    told = []
    for one in stations:
        name = one.get("address") or one.get("station_name") or one.get("station_code") or one.get("station_id")
        away = "" if one.get("distance_m") is None else f", {round(one['distance_m'])} m"
        told.append(f"{name} ({says(one)}{away})")
    return f" {'; '.join(told)}." if told else ""


def chosen(item: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """These fields of an item, as far as it has them."""
    return {name: item[name] for name in names if item.get(name) is not None}


def _worth(figure: Mapping[str, Any]) -> str:
    at = datetime.fromisoformat(figure["as_of"]).astimezone(PARIS)
    parts = [f"{figure['n']} {figure['n_of']}"]
    if figure["coverage"] is not None:
        parts.append(f"coverage {percent(figure['coverage'])}")
    if figure["first_date"]:
        parts.append(f"UTC days {figure['first_date']} to {figure['last_date']}")
    parts.append(f"as of {at:%Y-%m-%d %H:%M} in Paris")
    if figure["age_s"] is not None:
        parts.append(f"newest response {round(figure['age_s'] / 60)} min old")
    names = "; ".join(f"{one['attribution']} ({one['licence']})" for one in figure["licences"])
    simulated = "Simulated data, none of Paris. " if figure["is_simulated"] else ""
    return f"({'; '.join(parts)}.) {simulated}Data: {names}"
