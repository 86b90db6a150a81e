"""Contestants take turns, and a time counts only where the result is right."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl

from belib_platform_tests.bench.load import POLLS_A_DAY, Load
from belib_platform_tests.bench.results import Row, console

KEY = ["charge_point_id", "first_seen_at"]


class DifferentRunsError(Exception):
    """What a contestant loaded says something else than the platform's table, so its time means nothing."""


@dataclass(frozen=True, kw_only=True)
class Contestant:
    """One way to do it. `run` is timed; `prepare` goes before it each time and is not.

    `runs` reads what was loaded: the runs of status, in the columns of ChargePointStatus. `remark` is asked at the end.
    """

    name: str
    load: Load
    run: Callable[[], object]
    prepare: Callable[[], object] = lambda: None
    runs: Callable[[], pl.DataFrame] | None = None
    remark: Callable[[], str] = lambda: ""


def race(
    group: str, contestants: Sequence[Contestant], rounds: int, expected: Callable[[Load], pl.DataFrame]
) -> list[Row]:
    """The seconds of each contestant for a whole day, in each round.

    A contestant that loads a part of the day has its seconds multiplied accordingly, and its row says so. Raises
    DifferentRunsError, which names the contestant whose runs are not the `expected` ones of its load.
    """
    seconds: dict[str, list[float]] = {contestant.name: [] for contestant in contestants}
    for number in range(rounds):
        for contestant in contestants:
            contestant.prepare()
            began = time.perf_counter()
            contestant.run()
            seconds[contestant.name].append(time.perf_counter() - began)
            console.print(f"  {contestant.name}: {seconds[contestant.name][-1]:,.2f} s", highlight=False)
            if number == 0 and contestant.runs is not None:
                require_same_runs(contestant.name, contestant.runs(), expected(contestant.load))
    return [_row(group, contestant, seconds[contestant.name]) for contestant in contestants]


def require_same_runs(name: str, found: pl.DataFrame, expected: pl.DataFrame) -> None:
    """Raise DifferentRunsError unless both have the same rows, of which there is at least one."""
    found, expected = found.select(expected.columns).sort(KEY), expected.sort(KEY)
    if expected.is_empty() or not found.equals(expected):
        both = found.join(expected, on=expected.columns, how="inner", nulls_equal=True).height
        raise DifferentRunsError(
            f"{name}: of its {found.height:,} runs, {both:,} are among the {expected.height:,} of the platform."
        )


def _row(group: str, contestant: Contestant, seconds: list[float]) -> Row:
    polls, remark = contestant.load.polls, contestant.remark()
    if polls == POLLS_A_DAY:
        return Row(group, contestant.name, seconds, remark=remark)
    whole = [POLLS_A_DAY / polls * taken for taken in seconds]
    return Row(group, contestant.name, whole, remark=remark, extrapolated_from=f"{polls} of {POLLS_A_DAY} polls")
