"""The plan of a window: nothing where nothing changed, only what is new where the inputs grew, else all anew."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belib_platform.warehouse.notes import Note, Plan, fingerprint, plan

BASIS = ["1", "contract"]
INPUTS = st.lists(st.sampled_from("abcd"), max_size=5)


def noted(done: Plan) -> Note:
    """The note that carrying out a plan leaves."""
    return Note("asset", "2026-01-05", done.fingerprint, done.settled_count, done.settled, 0, 0, "run")


def after(before: list[str], unsettled: int = 0) -> Note:
    return noted(plan(None, BASIS, before, unsettled=unsettled))


@given(INPUTS, INPUTS, st.integers(0, 3))
def test_a_plan_reads_only_what_is_new_and_never_skips_what_changed(
    before: list[str], now: list[str], unsettled: int
) -> None:
    todo = plan(after(before, unsettled), BASIS, now, unsettled=unsettled)
    settled = before[: max(len(before) - unsettled, 0)]
    if now == before:
        assert (todo.action, todo.start) == ("nothing", len(now))
    elif settled and now[: len(settled)] == settled:
        assert (todo.action, todo.start) == ("append", len(settled))
    else:
        assert (todo.action, todo.start) == ("full_refresh", 0)
    assert todo.is_revision == (now != before and now[: len(settled)] != settled)
    assert plan(after(before, unsettled), BASIS, now, unsettled=unsettled, full_refresh=True).is_revision == (
        todo.is_revision
    ), "making all again changes nothing about that"
    assert noted(todo) == after(now, unsettled)


@given(st.lists(INPUTS, min_size=1, max_size=6), st.integers(0, 2))
def test_following_plans_step_by_step_covers_every_input_once(grown: list[list[str]], unsettled: int) -> None:
    held: list[str] = []
    found: Note | None = None
    now: list[str] = []
    for more in grown:
        now = now + more
        todo = plan(found, BASIS, now, unsettled=unsettled)
        if todo.action != "nothing":
            held = held[: todo.start] + now[todo.start :]
        assert held == now
        found = noted(todo)


@given(INPUTS)
def test_other_code_or_another_contract_makes_a_window_anew(inputs: list[str]) -> None:
    for basis in (["2", "contract"], ["1", "another"], ["1"], ["1", "contract", "a"]):
        assert plan(after(inputs), basis, inputs).action == "full_refresh"


@given(INPUTS)
def test_without_a_note_or_when_told_so_a_window_is_made_anew(inputs: list[str]) -> None:
    told = plan(after(inputs), BASIS, inputs, full_refresh=True)
    assert told == plan(None, BASIS, inputs)
    assert (told.action, told.start) == ("full_refresh", 0)


@pytest.mark.parametrize(
    ("now", "action"),
    [
        (["a", "b"], "nothing"),
        (["a", "b", "c"], "append"),
        (["a", "x", "b"], "full_refresh"),
        (["x", "a", "b"], "full_refresh"),
        (["b", "a"], "full_refresh"),
        (["a"], "full_refresh"),
        ([], "full_refresh"),
    ],
)
def test_only_growth_at_the_end_is_appended(now: list[str], action: str) -> None:
    assert plan(after(["a", "b"]), BASIS, now).action == action


def test_the_last_inputs_may_change_without_making_all_anew() -> None:
    found = after(["a", "b 1"], unsettled=1)
    assert replace(plan(found, BASIS, ["a", "b 2", "c"], unsettled=1), fingerprint="") == Plan(
        "append", 1, "", 2, fingerprint(BASIS, ["a", "b 2"])
    )


def test_a_fingerprint_tells_basis_from_inputs_and_order() -> None:
    told = [fingerprint(*said) for said in ((["a"], ["b"]), (["a", "b"], []), ([], ["a", "b"]), ([], ["b", "a"]))]
    assert len(set(told)) == 4
