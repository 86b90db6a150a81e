"""Outages of the simulated real-time feeds, and their responses during them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal, NamedTuple, get_args

from belib_platform.simulator.dice import dice

OutageKind = Literal["error", "html", "empty", "truncated", "frozen", "silent"]

EVERY_S: Final = 20 * 3600
LENGTH_S: Final = 2400
SHORTEST_S: Final = 360

HTML: Final = b"<!DOCTYPE html><html><head><title>Maintenance</title></head><body>Back soon.</body></html>"


class Outage(NamedTuple):
    """A half-open interval in UTC; `frozen` repeats the response of its start, `silent` sends no response."""

    starts_at: datetime
    ends_at: datetime
    kind: OutageKind


@dataclass(frozen=True, slots=True)
class Answer:
    """A response of the simulated server."""

    body: bytes
    status: int = 200
    media_type: str = "application/json; charset=utf-8"


SERVER_ERROR: Final = Answer(b'{"error_code": "InternalServerError", "message": "Internal Server Error"}', 500)
PAGE: Final = Answer(HTML, media_type="text/html; charset=utf-8")


def draw_outages(seed: int, feed: str, first: int, last: int) -> list[Outage]:
    """The outages of a feed that start between two instants (epoch s), in order; a longer range continues a shorter."""
    rng = dice(seed, feed)
    outages = []
    at = first + int(rng.expovariate(1 / EVERY_S))
    while at < last:
        end = at + SHORTEST_S + int(rng.expovariate(1 / LENGTH_S))
        kind = rng.choice(get_args(OutageKind))
        outages.append(Outage(datetime.fromtimestamp(at, UTC), datetime.fromtimestamp(end, UTC), kind))
        at = end + int(rng.expovariate(1 / EVERY_S))
    return outages


def outage_at(outages: list[Outage], at: datetime) -> Outage | None:
    """The outage at an instant, if there is one."""
    return next((o for o in outages if o.starts_at <= at < o.ends_at), None)


def answer_at(outages: list[Outage], at: datetime, body: Callable[[datetime], bytes]) -> Answer | None:
    """The response of a feed whose sound body is `body`, also during outages; None if it does not answer."""
    outage = outage_at(outages, at)
    match outage:
        case None:
            return Answer(body(at))
        case Outage(kind="frozen"):
            return Answer(body(outage.starts_at))
        case Outage(kind="truncated"):
            return Answer(truncated(body(at)))
        case Outage(kind="empty"):
            return Answer(b"[]")
        case Outage(kind="html"):
            return PAGE
        case Outage(kind="error"):
            return SERVER_ERROR
        case _:
            return None


def truncated(body: bytes) -> bytes:
    """The first 60 % of a body."""
    return body[: len(body) * 3 // 5]
