"""What the views ask the read API, so that the page in files has the answers.

A selection whose question is missing here is said to be missing; `test_files.py` opens every view as it is without one.
"""

import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import product
from typing import Any, NamedTuple

from belib_platform.page.site import PARIS

Parameters = dict[str, str]

ALL = "1000"
"""Items of a page of an answer of which all pages are asked for."""


class Question(NamedTuple):
    """A path below /v1/ and its parameters; `then` makes further questions of the answer."""

    path: str
    parameters: Parameters
    then: "Callable[[dict[str, Any]], list[Question]] | None" = None

    @property
    def is_of_all(self) -> bool:
        """Whether it is asked for all pages, as `askAll` in the page's scripts does."""
        return self.parameters.get("limit") == ALL


def each(path: str, **choices: Iterable[object]) -> list[Question]:
    """A question for every combination of these values; an empty text leaves the parameter out, as the scripts do."""
    chosen = (dict(zip(choices, map(str, values), strict=True)) for values in product(*choices.values()))
    return [Question(path, {name: value for name, value in one.items() if value}) for one in chosen]


def name_of(path: str, parameters: Parameters) -> str:
    """The name of an answer's file, as `answerInFile` in `ask.js` makes it."""
    parts = [path, *sorted(f"{name}={value}" for name, value in parameters.items())]
    return re.sub(r"[^\w=,.-]", "-", ",".join(parts), flags=re.ASCII)


def _histories(outages: dict[str, Any]) -> list[Question]:
    """Seven dates in Paris of the charge points of outages, with the UTC day before, in which the first one begins.

    None of a history that ended long ago: the API tells at most 366 days at once, until now.
    """
    if outages["age_s"] is None or outages["age_s"] > timedelta(days=300).total_seconds():
        return []
    newest = datetime.fromisoformat(outages["newest_response_at"]).astimezone(PARIS).date()
    since = f"{newest - timedelta(days=7)}T00:00:00.000Z"
    points = sorted({outage["charge_point_id"] for outage in outages["items"]})
    return [Question(f"charge-points/{point}/history", {"from": since, "limit": ALL}) for point in points]


def of_bikes(stations: dict[str, Any]) -> list[Question]:
    """What is asked of bikes, where there are any. `stations` is an answer of bike stations.

    Hours of single stations are left out: those of an arrondissement alone are megabytes.
    """
    if stations["newest_response_at"] is None:
        return []
    at = datetime.fromisoformat(stations["as_of"])
    since = [(at - timedelta(days=days)).astimezone(PARIS).date() for days in PERIODS]
    return [
        *each("bike-stations", limit=[ALL]),
        *each("bikes/best-times", arrondissement=ARRONDISSEMENTS, weekday=WEEKDAYS, what=WANTED),
        *each("bikes/rhythms", arrondissement=ANYWHERE, what=WANTED),
        *(Question("bikes/daily", {"from": day.isoformat()}) for day in since),
    ]


BIKES = Question("bike-stations", {"limit": "1"}, then=of_bikes)

POWERS = ("", 7, 22, 50)
ARRONDISSEMENTS = range(1, 21)
ANYWHERE = ("", *ARRONDISSEMENTS)
WEEKDAYS = range(1, 8)
PERIODS = (7, 28, 91)
WANTED = ("bike", "ebike", "dock")

ASKED: dict[str, list[Question]] = {
    "now": [
        *each("totals", power_min=POWERS, arrondissement=ANYWHERE),
        *each("stations", power_min=POWERS, limit=[ALL]),
        *each("arrondissements"),
        *each("weather", hours=[6]),
    ],
    "when": [
        *each("best-times", arrondissement=ARRONDISSEMENTS, weekday=WEEKDAYS),
        *each("rhythms", arrondissement=ARRONDISSEMENTS),
    ],
    "tomorrow": [*each("bike-tomorrow"), *each("arrondissements")],
    "trends": [
        *each("occupancy", days=[14], arrondissement=ANYWHERE),
        *each("rhythms", arrondissement=ANYWHERE),
        *each("rhythms/arrondissements"),
        *each("saturation", by=["city", "arrondissement"], days=PERIODS),
        *each("saturation", by=["station"], days=PERIODS, limit=[10]),
    ],
    "weather": each("weather-effect", arrondissement=ANYWHERE),
    "reliability": [
        *each("reliability", by=["city", "arrondissement"], days=PERIODS),
        *each("reliability", by=["station"], days=PERIODS, limit=[10]),
        Question("outages", {"limit": "10"}, then=_histories),
    ],
    "audiences": [
        *each("totals", power_min=POWERS),
        *each("totals", payment=["single"]),
        *each("weather", hours=[6]),
        *each("rhythms"),
        *each("outages", going_on=["true"], limit=[1]),
        *each("outages", limit=[1]),
        *each("reliability", by=["city"], days=[28, 91]),
        *each("saturation", by=["city"]),
        *each("saturation", by=["arrondissement"], limit=[1]),
        *each("quality"),
    ],
    "data": [
        *each("quality"),
        *each("reliability", by=["city", "arrondissement"], days=[28]),
        *each("weather", hours=[1]),
        *each("arrondissements"),
        BIKES,
    ],
}
"""By view. What two views ask alike is asked once."""


def questions() -> list[Question]:
    """What all views ask, each question once."""
    found = {name_of(one.path, one.parameters): one for asked in ASKED.values() for one in asked}
    return list(found.values())
