"""Bad answers: what a source sends instead of what it should, and whether the response is sound all the same."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from belib_platform.simulator.datasets import BELIB, BELIB_STATIC, VELIB
from belib_platform.simulator.faults import BodyFault, Fault
from belib_platform.simulator.outages import Answer
from belib_platform_tests.faults.case import Case
from belib_platform_tests.faults.site import (
    BIKE_CHAIN,
    CADENCE,
    CHAIN,
    CLOSING,
    STATIC,
    WEATHER,
    Site,
    midnight_after,
    sources_of,
)

PATHS = {
    "belib": f"{BELIB}/exports/json",
    "belib_static": f"{BELIB_STATIC}/exports/json",
    "velib": f"{VELIB}/exports/json",
    "open_meteo": "/v1/forecast",
}
JOBS = {"belib": CHAIN, "belib_static": STATIC, "velib": BIKE_CHAIN}
BOTH = "belib,velib"
"""The networks of cases about bike stations."""
OFTEN = 8
"""Times a fault is planned: more often than anyone asks again."""


class Bad(NamedTuple):
    """A bad answer of a source; `keeps` where its response is sound, so that its good records live."""

    kind: str
    fault: Fault | BodyFault
    keeps: bool = False


def case_of(source: str, bad: Bad) -> Case:
    """The case in which a source sends this."""
    job = JOBS.get(source, WEATHER)

    def happen(site: Site) -> None:
        plan(site, source, bad.fault)
        site.run(job, keeps=False, must_succeed=bad.keeps or job == WEATHER)
        asked = {asked.name for asked in sources_of(job)}
        site.expected.update(asked if bad.keeps else asked - {source})
        forget(site, source)
        site.clock.advance(CADENCE)

    heal = after_the_reset if bad.fault == "status_429" else at_the_next_run
    return Case(bad.kind, source, happen, lambda site: heal(site, job), networks=BOTH if job == BIKE_CHAIN else "belib")


def after_the_reset(site: Site, job: str) -> None:
    """The first run after a rate limit was reset at midnight, and the day that is over is closed."""
    day = site.today
    site.clock.at = midnight_after(site.clock.at) + timedelta(minutes=2)
    at_the_next_run(site, job)
    site.run(CLOSING, day)


def at_the_next_run(site: Site, job: str) -> None:
    """The next run of the job, and of the chain."""
    if job not in site.chains:
        site.run(job)
        site.clock.advance(CADENCE)
    site.poll()


def plan(site: Site, source: str, fault: Fault | BodyFault) -> None:
    """From now on the source answers so."""
    if source in PATHS:
        site.server.faults.plan(PATHS[source], *[fault] * OFTEN)
    elif callable(fault):
        site.providers.spoilt[source] = fault


def forget(site: Site, source: str) -> None:
    """From now on it answers as it should."""
    site.providers.spoilt.clear()
    while source in PATHS and site.server.faults.take(PATHS[source]):
        pass


def edited(edit: Callable[[Any], Any]) -> BodyFault:
    """The sound body, parsed and changed."""
    return lambda body: Answer(json.dumps(edit(json.loads(body)), ensure_ascii=False).encode())


def first(**changes: Any) -> BodyFault:
    """The first record changed; `...` leaves a field out."""
    return edited(lambda records: [_changed(records[0], changes), *records[1:]])


def every(**changes: Any) -> BodyFault:
    """All records changed."""
    return edited(lambda records: [_changed(record, changes) for record in records])


def renamed(old: str, new: str) -> BodyFault:
    """A field renamed in all records."""
    return edited(lambda records: [{new if name == old else name: v for name, v in r.items()} for r in records])


def replaced(old: bytes, new: bytes, times: int = -1) -> BodyFault:
    """Bytes of the body replaced."""
    return lambda body: Answer(body.replace(old, new, times))


def always(body: bytes, status: int = 200, media_type: str = "application/json") -> BodyFault:
    """The same whatever was asked."""
    return lambda _: Answer(body, status, media_type)


def _changed(record: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**record, **changes}.items() if value is not ...}


BROKEN_OFF: BodyFault = lambda body: Answer(body[: len(body) // 2] + b"\ntimeoutReached")  # noqa: E731
HALF: BodyFault = lambda body: Answer(body[: len(body) // 2])  # noqa: E731
PAGE = always(b"<!doctype html><title>Maintenance</title>", media_type="text/html")

ANYWHERE: list[Bad] = [
    Bad("HTML with 200", PAGE),
    Bad("truncated JSON", HALF),
    Bad("a sentence after half a body", BROKEN_OFF),
    Bad("an error object with 200", always(b'{"error_code": "X", "message": "down"}')),
]
"""What any source may send."""

WITHOUT_TEXT: list[Bad] = [
    Bad("an empty body", always(b"")),
    Bad("no text", always(b"\xff\xfe[\x00")),
    Bad("503", always(b'{"error": "down"}', 503)),
]
"""What is told from the body or the status alone, whatever the source."""

OF_SERVERS: list[Bad] = [
    Bad("429", "status_429"),
    Bad("500", "status_500"),
    Bad("gzip cut short", "cut_gzip"),
    Bad("a redirect to itself", "redirect_to_itself"),
    Bad("no answer in time", "slow"),
]
"""What the simulator's server knows to do."""
