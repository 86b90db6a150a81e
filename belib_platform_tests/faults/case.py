"""A case: one kind of fault at one place; what it cost and where it shows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from belib_platform_tests.faults.comparison import cost_of, torn
from belib_platform_tests.faults.site import THURSDAY, Site


@dataclass(frozen=True)
class Case:
    """`happen` lets it happen on a site that has polled once; `heal` is what runs next by itself, no hand in it.

    `own_stores` are servers of the case's own, on a disk of that size; those
    of size "disk" are on the machine's. `at` is when it begins.
    """

    kind: str
    place: str
    happen: Callable[[Site], None]
    heal: Callable[[Site], object] = Site.poll
    own_stores: str | None = None
    at: datetime = THURSDAY

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
    before = attempts(site)
    case.happen(site)
    half_made = torn(site)
    assert not half_made.where, f"half-written after the fault: {half_made.where}"
    visible = tuple(sorted(site.open() | site.died() | told_by_ledger(site, before)))
    case.heal(site)
    cost = cost_of(site)
    assert not cost.where, cost.where
    assert visible, "nothing shows that there was a fault"
    return Outcome(case.id, cost.lost, cost.doubled, visible, "next run")


def attempts(site: Site) -> set[str]:
    """The attempts of the ledger so far."""
    return {attempt["_id"] for attempt in site.platform.store.ledger.collection.find()}


def told_by_ledger(site: Site, before: set[str]) -> set[str]:
    """What the ledger says of new attempts that were not plainly sound."""
    new = [a for a in site.platform.store.ledger.collection.find() if a["_id"] not in before]
    return {
        f"ledger/{attempt['source']}/{attempt['outcome']}"
        for attempt in new
        if attempt["outcome"] != "sound" or attempt.get("reason")
    }
