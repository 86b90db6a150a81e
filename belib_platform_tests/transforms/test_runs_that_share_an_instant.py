"""A poll kept in two pages may fall into two pieces: the longer of two runs that begin together says how it ends."""

from datetime import timedelta
from itertools import permutations

import polars as pl

from belib_platform.transforms.runs import merge_runs
from belib_platform_tests.transforms.polls import MIDNIGHT, POINTS, runs, sighting

NOON = MIDNIGHT + timedelta(hours=12)
SLOW, QUICK = timedelta(hours=3), timedelta(minutes=45)


def fold(frame: pl.DataFrame) -> pl.DataFrame:
    return merge_runs(frame.lazy()).collect()


def test_the_later_end_wins_in_whatever_order_the_pieces_come() -> None:
    once = [sighting(POINTS[0], NOON, "RESERVED", SLOW)]
    twice = [*once, sighting(POINTS[0], NOON + timedelta(minutes=30), "RESERVED", QUICK)]
    thrice = [*twice, sighting(POINTS[0], NOON + timedelta(minutes=60), "RESERVED", QUICK)]
    for pieces in permutations([once, twice, thrice]):
        folded = fold(pl.concat([fold(runs(piece)) for piece in pieces]))
        assert folded.select("first_seen_at", "last_seen_at", "holds_until").rows() == [
            (NOON, NOON + timedelta(minutes=60), NOON + timedelta(minutes=60) + QUICK)
        ]
