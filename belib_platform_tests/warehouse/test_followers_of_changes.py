"""Whoever follows the outbox has the state of the warehouse after each writing, whatever is written in which order."""

import json
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from belib_platform.contracts.clean import ChargePointStatus
from belib_platform.contracts.mart import Change
from belib_platform.raw.response import Response
from belib_platform.raw.store import RawStore
from belib_platform.warehouse.partition import Partition, write_partitions
from belib_platform.warehouse.status import CHARGE_POINT_STATUS
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.raw.made_pages import response
from belib_platform_tests.sources.portal_records import live
from belib_platform_tests.warehouse.days import inputs

pytestmark = pytest.mark.slow

BEGIN = datetime(2025, 3, 29, 20, tzinfo=UTC)
DAY = timedelta(days=1)
WORDS = ("Disponible", "Occupé (en charge)", "Inconnu", "Réservé")
POINTS = range(4)
STEPS = 30

States = dict[str, str]


class Follower:
    """Has the last state of each charge point, as the outbox told it; asks for the present if a day was rewritten."""

    def __init__(self, house: Warehouse) -> None:
        self.house, self.cursor, self.states, self.changes = house, 0, States(), 0

    def follow(self) -> None:
        """Read what is new."""
        must_ask = False
        for row in self.house.read(Change).sort("id").slice(self.cursor).iter_rows(named=True):
            assert row["id"] == self.cursor + 1
            self.cursor = row["id"]
            if row["kind"] == "day_rewritten":
                must_ask = True
                continue
            before, after = row["before"] and json.loads(row["before"])["status"], json.loads(row["after"])["status"]
            assert before != after
            assert must_ask or before == self.states.get(row["thing_id"])
            self.states[row["thing_id"]] = after
            self.changes += 1
        if must_ask:
            self.states = present(self.house)


def present(house: Warehouse) -> States:
    """The last state of each charge point."""
    runs = house.read(ChargePointStatus).sort("first_seen_at").select("charge_point_id", "status")
    return dict(runs.unique("charge_point_id", keep="last").iter_rows())


def history(dice: random.Random) -> Iterator[tuple[datetime, Response | None, list[date]]]:
    """What happens one after the other: at an instant a response is kept, or none, and days are written in one run."""
    now = BEGIN
    words = dict.fromkeys(POINTS, WORDS[0])
    for _ in range(STEPS):
        now += timedelta(minutes=dice.choice([5, 5, 10, 40, 200, 800]))
        words = {point: dice.choice(WORDS) if dice.random() < 0.4 else word for point, word in words.items()}
        seen = [live(point, statut_pdc=word) for point, word in words.items() if dice.random() < 0.8]
        today = now.date()
        late = now - timedelta(minutes=dice.choice([1, 33, 400, 1500]), seconds=7)
        match dice.choice(["poll"] * 8 + ["not folded"] * 4 + ["refused", "import", "import", "rebuild", "yesterday"]):
            case "poll":
                yield now, response(seen, now), dice.choice([[today], [today], [today - DAY, today]])
            case "not folded":
                yield now, response(seen, now), []
            case "refused":
                yield now, response(seen, now, verdict="refused"), []
            case "import":
                days = dice.choice([[late.date()], sorted({late.date(), today})])
                yield now, response(seen, late, origin="import"), days
            case "rebuild":
                yield now, None, [today - 2 * DAY, today - DAY, today]
            case _:
                yield now, None, [today - DAY]


def written(store: RawStore, house: Warehouse, now: datetime, days: list[date], dice: random.Random) -> None:
    """Write days in one run, or as two processes do of which each made its share before the other one wrote."""
    given = inputs(store, house, now + timedelta(seconds=5))
    made = [CHARGE_POINT_STATUS.make(given, day, full_refresh=dice.random() < 0.2) for day in days]
    halves: list[list[Partition]] = [made[:1], made[1:]] if dice.random() < 0.3 else [made]
    dice.shuffle(halves)
    for number, half in enumerate(halves):
        write_partitions(house, ChargePointStatus, half, f"{now}-{number}")


@pytest.mark.parametrize("seed", range(12))
def test_a_follower_has_the_state_of_the_warehouse(store: RawStore, warehouse: Warehouse, seed: int) -> None:
    dice = random.Random(seed)
    follower = Follower(warehouse)
    for now, kept, days in history(dice):
        if kept:
            store.keep("raw_belib", [kept])
        written(store, warehouse, now, days, dice)
        follower.follow()
        assert follower.states == present(warehouse), (seed, now)
    assert follower.changes > len(POINTS)
