"""The state of the alerts, against a count by hand over any sequence of states and deliveries."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belib_platform.monitoring.alerts.message import Message, Origin, Outcome
from belib_platform.monitoring.alerts.problem import Problem
from belib_platform.monitoring.alerts.state import (
    AlertState,
    Outbox,
    new_state,
    read_cursor,
    resumed,
    updated,
    write_cursor,
)
from belib_platform.monitoring.alerts.tick import delivered
from belib_platform.receivers import Receiver

START = datetime(2025, 5, 6, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
KEYS = ("a", "b", "c")
ORIGIN = Origin("paris-01", "http://ui")
RECEIVERS = [Receiver("one", "receiver 1", "json://one"), Receiver("two", "receiver 2", "json://two")]

STATES = st.frozensets(st.sampled_from(KEYS))
TICKS = st.lists(st.tuples(STATES, STATES, st.booleans(), st.booleans()), max_size=20)
"""What is open and what cannot be judged at each tick, and which of two receivers take messages then."""


def problem(key: str, at: datetime = START) -> Problem:
    return Problem(key=key, title=f"title of {key}", sentence=f"Not true: {key}.", since=at, path=f"/{key}")


class Site:
    """Two receivers, a clock that is set by hand, and the cursor between ticks."""

    def __init__(self) -> None:
        self.now, self.cursor = START, ""
        self.takes = {"one": True, "two": True}
        self.read: dict[str, list[Message]] = {"one": [], "two": []}
        self.tried = 0

    def send(self, receiver: Receiver, message: Message) -> Outcome:
        self.tried += 1
        if not self.takes[receiver.id]:
            return "not delivered"
        self.read[receiver.id].append(message)
        return "delivered"

    @property
    def state(self) -> AlertState:
        return read_cursor(self.cursor, self.now, pytest.fail)

    def tick(self, *keys: str, unjudged: frozenset[str] = frozenset(), after: timedelta = MINUTE) -> AlertState:
        self.now += after
        found = [problem(key, self.now) for key in keys]
        state = updated(resumed(self.state, self.now), found, [r.id for r in RECEIVERS], self.now, unjudged)
        state = delivered(state, RECEIVERS, ORIGIN, self.send, lambda _: None, lambda: self.now)
        self.cursor = write_cursor(state)
        return state


def test_a_clock_that_was_ahead_for_one_tick_delays_neither_the_watch_nor_a_message() -> None:
    site = Site()
    site.takes = {"one": False, "two": True}
    site.tick("a", after=timedelta(days=365))
    site.takes = {"one": True, "two": True}
    state = site.tick("a", after=MINUTE - timedelta(days=365))
    assert state.watched_since <= site.now
    assert [len(site.read[receiver]) for receiver in ("one", "two")] == [1, 1]


TOLD = re.compile(
    r"^(OPENED|RECOVERED)"
    r"(?: \(opened (\w+)(?: times)?, recovered (\w+)(?: times)? since the last message\))?: title of (.)$",
    re.MULTILINE,
)


def changes(message: Message, key: str) -> tuple[int, int, bool] | None:
    """Openings and recoveries a message tells of a key, and whether it is open at the end."""
    for last, *counts, about in TOLD.findall(message.body):
        if about == key:
            openings, recoveries = (1 if count == "once" else int(count or 0) for count in counts)
            is_open = last == "OPENED"
            return (openings, recoveries, is_open) if counts[0] else (int(is_open), int(not is_open), is_open)
    return None


@given(TICKS)
def test_while_deliveries_succeed_every_change_is_told_once_and_at_once(
    ticks: list[tuple[frozenset[str], frozenset[str], bool, bool]],
) -> None:
    site, before = Site(), frozenset[str]()
    for found, unjudged, _, _ in ticks:
        read = {name: len(messages) for name, messages in site.read.items()}
        site.tick(*found, unjudged=unjudged)
        now = found | (before & unjudged)
        for name, messages in site.read.items():
            new = messages[read[name] :]
            assert len(new) == (now != before)
            for key in KEYS:
                expected = (1, 0, True) if key in now - before else (0, 1, False) if key in before - now else None
                assert (changes(new[0], key) if new else None) == expected
        before = now


@given(TICKS)
def test_whatever_fails_each_receiver_is_told_of_every_opening_and_recovery_in_order(
    ticks: list[tuple[frozenset[str], frozenset[str], bool, bool]],
) -> None:
    site, before = Site(), frozenset[str]()
    opened, recovered = dict.fromkeys(KEYS, 0), dict.fromkeys(KEYS, 0)
    for found, unjudged, one, two in ticks:
        site.takes = {"one": one, "two": two}
        site.tick(*found, unjudged=unjudged, after=16 * MINUTE)  # later than any wait
        now = found | (before & unjudged)
        for key in KEYS:
            opened[key] += key in now - before
            recovered[key] += key in before - now
        before = now
    site.takes = {"one": True, "two": True}
    site.tick(*before, after=16 * MINUTE)
    for messages in site.read.values():
        for key in KEYS:
            told_open = told_recovered = 0
            is_open = False
            for openings, recoveries, ends_open in filter(None, (changes(message, key) for message in messages)):
                assert openings + recoveries > 0
                assert (openings == recoveries) is (ends_open is is_open)
                told_open, told_recovered, is_open = told_open + openings, told_recovered + recoveries, ends_open
                assert 0 <= told_open - told_recovered <= 1
                assert is_open is (told_open > told_recovered)
            assert (told_open, told_recovered) == (opened[key], recovered[key])


def titles(messages: list[Message]) -> list[str]:
    """What the titles count."""
    return [message.title.removeprefix("belib on paris-01: ") for message in messages]


def test_one_message_tells_all_that_changed_in_a_tick() -> None:
    site = Site()
    site.tick("a", "b")
    site.tick("b", "c")
    assert titles(site.read["one"]) == ["2 opened", "1 opened, 1 recovered"]


def test_a_receiver_that_is_down_for_an_hour_loses_nothing_and_costs_the_other_nothing() -> None:
    site = Site()
    site.takes["one"] = False
    site.tick("a", after=MINUTE)
    site.tick("a", "b")
    for _ in range(58):
        site.tick("b", "c")
    assert titles(site.read["two"]) == ["1 opened", "1 opened", "1 opened, 1 recovered"]
    assert site.tried - len(site.read["two"]) == 7  # at 0, 1, 3, 7, 15, 30 and 45 minutes
    site.takes["one"] = True
    for _ in range(15):
        site.tick("b", "c")
    (message,) = site.read["one"]
    assert message.title == "belib on paris-01: 3 opened, 1 recovered"
    assert [line for line in message.body.splitlines() if "title of" in line] == [
        "OPENED: title of b",
        "OPENED: title of c",
        "RECOVERED (opened once, recovered once since the last message): title of a",
    ]
    assert len(site.read["two"]) == 3


def test_what_flaps_while_undelivered_is_one_entry_and_the_cursor_does_not_grow() -> None:
    site = Site()
    site.takes["one"] = False
    sizes = set()
    for _ in range(50):
        site.tick("a")
        site.tick()
        sizes.add(len(site.cursor) // 100)
    assert max(sizes) <= 12
    site.takes["one"] = True
    site.tick("a", after=16 * MINUTE)
    (message,) = site.read["one"]
    assert message.body.startswith("OPENED (opened 51 times, recovered 50 times since the last message): title of a")


def test_a_crash_between_delivery_and_cursor_repeats_and_does_not_lose() -> None:
    site = Site()
    kept = site.cursor
    site.tick("a")
    site.cursor = kept
    site.tick("a")
    assert titles(site.read["one"]) == ["1 opened"] * 2


def test_a_new_receiver_is_told_what_is_open_and_one_that_is_gone_is_forgotten() -> None:
    state = updated(new_state(START), [problem("a")], ["one"], START).with_outbox("one", Outbox())
    state = updated(state, [problem("a")], ["two"], START + MINUTE)
    assert set(state.outboxes) == {"two"}
    assert state.outboxes["two"].waiting["a"].openings == 1


def test_the_watch_begins_anew_after_an_interruption_only() -> None:
    state = resumed(new_state(START), START + 4 * MINUTE)
    assert state.watched_since == START
    assert resumed(state, START + 10 * MINUTE).watched_since == START + 10 * MINUTE


@pytest.mark.parametrize(
    "damaged",
    ["{", "nul", "[]", '"a"', "17", '{"version": 99, "open": {"a": 1}}', '{"open": {"a": {"key": "canary"}}}', "\0"],
)
def test_a_damaged_or_other_cursor_is_said_and_what_is_open_is_sent_again(damaged: str) -> None:
    said: list[str] = []
    assert read_cursor(damaged, START, said.append) == new_state(START)
    (sentence,) = said
    assert "cannot be read" in sentence
    assert "canary" not in sentence


OLDER_CURSOR = """{
  "watched_since": "2025-05-06T11:00:00Z",
  "seen_at": "2025-05-06T11:59:30Z",
  "open": {"job/export": {"key": "job/export", "title": "a run of export failed", "sentence": "It says no more.",
                          "since": "2025-05-06T11:30:00Z", "path": "/runs/1"}},
  "outboxes": {"json-1a2b-1": {}, "mailto-3c4d-1": {"failures": 2, "next_try_at": "2025-05-06T12:01:00Z", "waiting": {
    "job/export": {"openings": 1, "problem": {"key": "job/export", "title": "a run of export failed",
      "sentence": "It says no more.", "since": "2025-05-06T11:30:00Z", "path": "/runs/1"}}}}}
}"""
"""As versions wrote it since the first that had alerts."""


def test_a_cursor_of_an_older_version_is_read_and_written_alike() -> None:
    state = read_cursor(OLDER_CURSOR, START, pytest.fail)
    assert state.open["job/export"].since == START - 30 * MINUTE
    outbox = state.outboxes["mailto-3c4d-1"]
    assert (outbox.waiting["job/export"].openings, outbox.failures) == (1, 2)
    assert (outbox.is_due(START), outbox.is_due(START + MINUTE)) == (False, True)
    assert json.loads(write_cursor(state)) == json.loads(OLDER_CURSOR)


def test_a_tick_stops_sending_before_dagster_gives_it_up() -> None:
    now = START
    many = [Receiver(str(n), f"receiver {n}", "json://") for n in range(10)]

    def slow(receiver: Receiver, message: Message) -> Outcome:
        nonlocal now
        now += timedelta(seconds=8)
        return "timed out"

    state = updated(new_state(START), [problem("a")], [r.id for r in many], START)
    state = delivered(state, many, ORIGIN, slow, lambda _: None, lambda: now)
    assert now - START <= timedelta(seconds=30)
    begun = now
    now += 30 * timedelta(seconds=1)
    tried = {name for name, outbox in state.outboxes.items() if outbox.failures}
    state = delivered(state, many, ORIGIN, slow, lambda _: None, lambda: now)
    assert begun < now
    assert {name for name, outbox in state.outboxes.items() if outbox.failures} > tried
