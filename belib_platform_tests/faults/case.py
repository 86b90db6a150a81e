"""A case: one kind of fault at one place; what it cost and where it shows."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from belib_platform_tests.faults.comparison import cost_of, torn
from belib_platform_tests.faults.site import THURSDAY, Site

SOON_MS = 120_000
"""Two attempts nearer to each other are not those of one schedule."""


@dataclass(frozen=True)
class Case:
    """`happen` lets it happen on a site that has polled once; `heal` is what runs next by itself, no hand in it,
    except where `healed` says so.

    `own_stores` are servers of the case's own, on a disk of that size; those
    of size "disk" are on the machine's. `at` is when it begins. What is no fault, such as two
    workers that take turns, need not show. `healed` names the command, where one is needed. `networks` are asked.
    """

    kind: str
    place: str
    happen: Callable[[Site], None]
    heal: Callable[[Site], object] = Site.poll
    own_stores: str | None = None
    shows: bool = True
    at: datetime = THURSDAY
    healed: str = "next run"
    networks: str = "belib"

    @property
    def id(self) -> str:
        return f"{self.kind}@{self.place}"


@dataclass(frozen=True)
class Outcome:
    """A row of the table."""

    case: str
    lost: int
    doubled: int
    visible: tuple[str, ...]
    healed: str


def outcome_of(case: Case, site: Site) -> Outcome:
    """Let the case happen and heal. Fails with what was lost or doubled, and when nothing showed it."""
    before, turned_away = attempts(site), site.turned_away()
    case.happen(site)
    half_made = torn(site)
    assert not half_made.where, f"half-written after the fault: {half_made.where}"
    told = site.said | site.died() | told_by_ledger(site, before) | (site.counted() - turned_away)
    opened = site.open()
    case.heal(site)
    cost = cost_of(site)
    assert not cost.where, cost.where
    visible = tuple(sorted(told | (opened - site.open())))
    assert visible or not case.shows, "nothing shows that there was a fault"
    return Outcome(case.id, cost.lost, cost.doubled, visible or ("no fault: both succeed",), case.healed)


def attempts(site: Site) -> list[dict[str, Any]]:
    """The attempts of the ledger so far, oldest first."""
    return sorted(site.platform.store.ledger.collection.find(), key=lambda attempt: attempt["fetched_at_ms"])


def told_by_ledger(site: Site, before: list[dict[str, Any]]) -> set[str]:
    """What the ledger says of new attempts that were not plainly sound, or came too soon after another."""
    known, usual = {attempt["_id"] for attempt in before}, {attempt.get("reason") for attempt in before}
    new = [attempt for attempt in attempts(site) if attempt["_id"] not in known]
    odd = [attempt for attempt in new if attempt["outcome"] != "sound" or attempt.get("reason") not in usual]
    twice = [
        one["source"]
        for one, other in itertools.pairwise(new)
        if one["source"] == other["source"] and other["fetched_at_ms"] - one["fetched_at_ms"] < SOON_MS
    ]
    return {f"ledger/{attempt['source']}/{attempt['outcome']}" for attempt in odd} | {
        f"ledger/{source}/twice in a cadence" for source in twice
    }
