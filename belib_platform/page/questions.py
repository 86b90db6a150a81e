"""What the views ask the read API, so that the page in files has the answers.

A selection whose question is missing here is said to be missing; `test_files.py` opens every view as it is without one.
"""

import re
from collections.abc import Callable, Iterable
from itertools import product
from typing import Any, NamedTuple

Parameters = dict[str, str]


class Question(NamedTuple):
    """A path below /v1/ and its parameters.

    `of_all` asks for all pages, as `askAll` in the page's scripts does. `then` makes questions of the answer.
    """

    path: str
    parameters: Parameters
    of_all: bool = False
    then: "Callable[[dict[str, Any]], list[Question]] | None" = None


def each(
    path: str,
    *,
    of_all: bool = False,
    then: Callable[[dict[str, Any]], list[Question]] | None = None,
    **choices: Iterable[object],
) -> list[Question]:
    """A question for every combination of these values; an empty text leaves the parameter out, as the scripts do."""
    chosen = (dict(zip(choices, map(str, values), strict=True)) for values in product(*choices.values()))
    asked = ({name: value for name, value in one.items() if value} for one in chosen)
    return [Question(path, one | ({"limit": "1000"} if of_all else {}), of_all, then) for one in asked]


def name_of(path: str, parameters: Parameters) -> str:
    """The name of an answer's file, as `answerInFile` in `ask.js` makes it."""
    parts = [path, *sorted(f"{name}={value}" for name, value in parameters.items())]
    return re.sub(r"[^\w=,.-]", "-", ",".join(parts), flags=re.ASCII)


POWERS = ("", 7, 22, 50)
ARRONDISSEMENTS = range(1, 21)
ANYWHERE = ("", *ARRONDISSEMENTS)
WEEKDAYS = range(1, 8)
PERIODS = (7, 28, 91)

ASKED: dict[str, list[Question]] = {
    "now": [
        *each("totals", power_min=POWERS, arrondissement=ANYWHERE),
        *each("stations", of_all=True, power_min=POWERS),
        *each("arrondissements"),
        *each("weather", hours=[6]),
    ],
    "when": each("best-times", arrondissement=ARRONDISSEMENTS, weekday=WEEKDAYS),
    "trends": [
        *each("occupancy", days=[14], arrondissement=ANYWHERE),
        *each("rhythms", arrondissement=ANYWHERE),
        *each("rhythms/arrondissements"),
        *each("saturation", by=["city", "arrondissement"], days=PERIODS),
        *each("saturation", by=["station"], days=PERIODS, limit=[10]),
    ],
    "weather": each("weather-effect", arrondissement=ANYWHERE),
    "reliability": [],
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
    "data": [],
}
"""By view. What two views ask alike is asked once."""


def questions() -> list[Question]:
    """What all views ask, each question once."""
    found = {name_of(one.path, one.parameters): one for asked in ASKED.values() for one in asked}
    return list(found.values())
