"""The outbox: what is told of polls in order, of everything else, and in which order it becomes visible."""

import json
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Event
from typing import Any

import polars as pl
import psycopg
import pytest

from belib_platform.contracts.bikes.clean import BikeStationStatus
from belib_platform.contracts.clean import ChargePointStatus, WrittenWindow
from belib_platform.contracts.contract import qualified_name
from belib_platform.contracts.mart import Change
from belib_platform.raw.response import Response
from belib_platform.raw.store import RawStore
from belib_platform.simulator.paris import Paris
from belib_platform.sources.registry import SOURCES
from belib_platform.warehouse.feeds import FEEDS
from belib_platform.warehouse.outbox import no_changes, old_changes, prune_changes, record_changes
from belib_platform.warehouse.partition import write_partitions
from belib_platform.warehouse.registry import daily_tables
from belib_platform.warehouse.status import CHARGE_POINT_STATUS
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.raw.made_pages import response
from belib_platform_tests.sources.portal_records import live
from belib_platform_tests.warehouse.arriving import arrive
from belib_platform_tests.warehouse.days import inputs
from belib_platform_tests.warehouse.simulated_pages import answered, at

DAY = date(2025, 3, 29)
NEXT = DAY + timedelta(days=1)
FREE, BUSY = "Disponible", "Occupé (en charge)"


def polled(hour: float, *words: str, day: date = DAY, **changes: Any) -> Response:
    """A poll that has so many charge points in these states."""
    return response([live(n, statut_pdc=word) for n, word in enumerate(words)], at(day, hour), **changes)


def told(house: Warehouse) -> list[dict[str, Any]]:
    """All rows of the outbox by id, states as what their JSON says."""
    rows = house.read(Change).sort("id").iter_rows(named=True)
    return [row | {side: row[side] and json.loads(row[side]) for side in ("before", "after")} for row in rows]


def statuses(rows: Iterable[dict[str, Any]]) -> list[tuple[str | None, str]]:
    """From which status to which."""
    return [(row["before"] and row["before"]["status"], row["after"]["status"]) for row in rows]


def test_a_change_names_both_states_the_polls_between_which_it_was_and_its_response(
    store: RawStore, warehouse: Warehouse
) -> None:
    first, second = polled(12, FREE, FREE), polled(12.1, FREE, BUSY)
    arrive(store, warehouse, first)
    arrive(store, warehouse, second)
    rows = told(warehouse)
    assert statuses(rows) == [(None, "AVAILABLE"), (None, "AVAILABLE"), ("AVAILABLE", "CHARGING")]
    assert [row["id"] for row in rows] == [1, 2, 3]
    assert rows[-1] == {
        "id": 3,
        "recorded_at": rows[-1]["recorded_at"],
        "kind": "state_changed",
        "network": "belib",
        "thing_id": live(1)["id_pdc"],
        "before": {"status": "AVAILABLE"},
        "after": {"status": "CHARGING"},
        "before_last_seen_at": first.fetched_at,
        "after_first_seen_at": second.fetched_at,
        "page_id": second.id,
        "utc_date": None,
    }
    Change.validate(warehouse.read(Change))


def test_a_state_that_lasts_over_midnight_and_over_days_without_a_poll_is_no_change(
    store: RawStore, warehouse: Warehouse
) -> None:
    arrive(store, warehouse, polled(23.9, FREE, BUSY))
    arrive(store, warehouse, polled(0.1, FREE, FREE, day=NEXT))
    arrive(store, warehouse, polled(7, BUSY, FREE, day=NEXT + timedelta(days=3)))
    changes = [row for row in told(warehouse) if row["before"]]
    assert statuses(changes) == [("CHARGING", "AVAILABLE"), ("AVAILABLE", "CHARGING")]
    assert [row["before_last_seen_at"] for row in changes] == [at(DAY, 23.9), at(NEXT, 0.1)]


def test_polls_that_waited_for_the_warehouse_are_told_in_their_order(store: RawStore, warehouse: Warehouse) -> None:
    arrive(store, warehouse, polled(12, FREE))
    arrive(store, warehouse, polled(12.1, BUSY), polled(12.2, BUSY), polled(12.3, FREE), polled(12.4, BUSY))
    assert statuses(told(warehouse)[1:]) == [
        ("AVAILABLE", "CHARGING"),
        ("CHARGING", "AVAILABLE"),
        ("AVAILABLE", "CHARGING"),
    ]


def test_an_equal_refold_tells_nothing_and_a_differing_one_of_the_day(store: RawStore, warehouse: Warehouse) -> None:
    polls = [polled(12, FREE), polled(12.1, BUSY)]
    arrive(store, warehouse, *polls)
    before = told(warehouse)
    arrive(store, warehouse, *polls)
    [made] = arrive(store, warehouse, *polls, full_refresh=True)
    assert made.frame is not None
    assert told(warehouse) == before
    with warehouse.transaction() as cursor:
        cursor.execute(f"DELETE FROM {qualified_name(ChargePointStatus)} WHERE status = 'CHARGING'")
    arrive(store, warehouse, *polls, full_refresh=True)
    [rewritten] = told(warehouse)[len(before) :]
    assert (rewritten["kind"], rewritten["network"], rewritten["utc_date"]) == ("day_rewritten", "belib", DAY)
    assert rewritten["before"] == rewritten["after"] == {"fingerprint": made.plan.fingerprint}


@pytest.mark.parametrize("in_between", [True, False], ids=["between", "at the end"])
def test_an_import_is_one_row_a_day_wherever_it_falls(
    store: RawStore, warehouse: Warehouse, *, in_between: bool
) -> None:
    [made] = arrive(store, warehouse, polled(12, FREE), polled(13, BUSY))
    before = told(warehouse)
    [again] = arrive(store, warehouse, polled(12.5 if in_between else 14, FREE, FREE, origin="import"))
    [rewritten] = told(warehouse)[len(before) :]
    assert rewritten["kind"] == "day_rewritten"
    assert rewritten["before"] == {"fingerprint": made.plan.fingerprint}
    assert rewritten["after"] == {"fingerprint": again.plan.fingerprint}


def test_imported_days_of_an_empty_warehouse_and_days_of_long_ago_are_one_row_each(
    store: RawStore, warehouse: Warehouse
) -> None:
    days = [DAY + timedelta(days=n) for n in range(5)]
    arrive(store, warehouse, *(polled(hour, FREE, BUSY, day=day, origin="import") for day in days for hour in (3, 9)))
    polls = [polled(hour, FREE, BUSY, day=day + timedelta(days=5)) for day in days for hour in (3, 9)]
    arrive(store, warehouse, *polls, now=polls[-1].fetched_at + timedelta(days=9))
    rows = told(warehouse)
    assert [(row["kind"], row["before"]) for row in rows] == [("day_rewritten", None)] * 10
    assert [row["utc_date"] for row in rows] == [DAY + timedelta(days=n) for n in range(10)]


def test_several_days_that_are_written_together_are_told_one_after_the_other(
    store: RawStore, warehouse: Warehouse
) -> None:
    """As after the warehouse was away at midnight; one day is continued, the next one begun."""
    arrive(store, warehouse, polled(23, FREE, FREE, FREE))
    arrive(store, warehouse, polled(23.5, BUSY, BUSY, FREE), polled(0.1, FREE, BUSY, FREE, day=NEXT))
    first, second, third = (live(n)["id_pdc"] for n in range(3))
    rows = [row for row in told(warehouse) if row["before"]]
    assert [(row["thing_id"], row["before"]["status"], row["before_last_seen_at"]) for row in rows] == [
        (first, "AVAILABLE", at(DAY, 23)),
        (second, "AVAILABLE", at(DAY, 23)),
        (first, "CHARGING", at(DAY, 23.5)),
    ]
    assert third not in {row["thing_id"] for row in rows}


def test_a_day_made_again_counts_for_the_next_one_in_the_same_transaction(
    store: RawStore, warehouse: Warehouse
) -> None:
    arrive(store, warehouse, polled(22, FREE, FREE), polled(23, FREE, BUSY))
    polls = polled(22.5, BUSY, BUSY, origin="import"), polled(23.5, BUSY, FREE, origin="import")
    arrive(store, warehouse, *polls, polled(0.1, FREE, FREE, day=NEXT))
    kinds = [(row["kind"], row["thing_id"]) for row in told(warehouse)][3:]
    assert kinds == [("day_rewritten", None), ("state_changed", live(0)["id_pdc"])]


@pytest.mark.parametrize("first", [DAY, NEXT], ids=["in order", "the later day first"])
def test_two_writers_of_neighbouring_days_leave_a_reader_with_the_last_state(
    store: RawStore, warehouse: Warehouse, first: date
) -> None:
    arrive(store, warehouse, polled(23, FREE, FREE))
    store.keep("raw_belib", [polled(23.95, BUSY, BUSY), polled(0.1, FREE, BUSY, day=NEXT)])
    given = inputs(store, warehouse, at(NEXT, 0.11))
    made = {day: CHARGE_POINT_STATUS.make(given, day) for day in (DAY, NEXT)}
    for day in sorted(made, reverse=first == NEXT):
        write_partitions(warehouse, ChargePointStatus, [made[day]], str(day))
    rows = told(warehouse)[2:]
    told_of = {row["thing_id"]: row["after"]["status"] for row in rows if row["thing_id"]}
    if first == DAY:
        assert statuses(rows) == [("AVAILABLE", "CHARGING")] * 2 + [("CHARGING", "AVAILABLE")]
    else:
        assert [row["kind"] for row in rows] == ["state_changed", "day_rewritten"]
    assert {live(0)["id_pdc"]: "AVAILABLE"} | told_of == {live(0)["id_pdc"]: "AVAILABLE", live(1)["id_pdc"]: "CHARGING"}


@pytest.mark.parametrize("is_outbox_lost", [False, True], ids=["the table", "the outbox, too"])
def test_what_was_lost_and_is_made_again_tells_of_days(
    store: RawStore, warehouse: Warehouse, *, is_outbox_lost: bool
) -> None:
    """Of the platform's first days; nothing changed on the last one."""
    polls = [polled(12, FREE, BUSY), polled(23, BUSY, BUSY), polled(0.1, BUSY, BUSY, day=NEXT)]
    polls.insert(0, polled(12, FREE, FREE, day=DAY - timedelta(days=1)))
    for poll in polls:
        arrive(store, warehouse, poll)
    lost = [ChargePointStatus, WrittenWindow, *([Change] if is_outbox_lost else [])]
    with warehouse.transaction(is_writing=True) as cursor:
        for contract in lost:
            cursor.execute(f"DELETE FROM {qualified_name(contract)}")
    count = len(told(warehouse))
    arrive(store, warehouse, *polls)
    rows = told(warehouse)[count:]
    assert [row["utc_date"] for row in rows] == [DAY - timedelta(days=1), DAY, NEXT]
    assert {row["kind"] for row in rows} == {"day_rewritten"}


def test_a_day_that_was_made_before_its_first_poll_begins_with_it(store: RawStore, warehouse: Warehouse) -> None:
    """As by an import or a rebuild right after midnight; the day before may still get its last poll."""
    arrive(store, warehouse, polled(23, FREE, FREE))
    empty = CHARGE_POINT_STATUS.make(inputs(store, warehouse, at(NEXT, 0.01)), NEXT)
    write_partitions(warehouse, ChargePointStatus, [empty], "empty")
    arrive(store, warehouse, polled(23.9, FREE, BUSY), now=at(NEXT, 0.02))
    arrive(store, warehouse, polled(0.1, BUSY, BUSY, day=NEXT))
    assert [row["thing_id"] for row in told(warehouse)[2:]] == [live(1)["id_pdc"], live(0)["id_pdc"]]


def test_a_late_day_behind_one_that_is_told_is_one_row(store: RawStore, warehouse: Warehouse) -> None:
    arrive(store, warehouse, polled(0.1, FREE, day=NEXT))
    arrive(store, warehouse, polled(23.9, BUSY), now=at(NEXT, 0.2))
    assert [row["kind"] for row in told(warehouse)] == ["state_changed", "day_rewritten"]


def test_a_table_made_again_tells_no_change_a_second_time(store: RawStore, warehouse: Warehouse) -> None:
    polls = [polled(12, FREE), polled(12.1, BUSY)]
    arrive(store, warehouse, *polls)
    with warehouse.transaction() as cursor:
        cursor.execute(f"DELETE FROM {qualified_name(ChargePointStatus)}")
        cursor.execute("DELETE FROM clean.written_window")
    arrive(store, warehouse, *polls)
    assert [row["kind"] for row in told(warehouse)] == ["state_changed", "state_changed", "day_rewritten"]


def test_a_run_that_breaks_off_tells_nothing_and_the_next_one_everything(store: RawStore, warehouse: Warehouse) -> None:
    arrive(store, warehouse, polled(12, FREE))
    poll = polled(12.1, BUSY)
    store.keep("raw_belib", [poll])
    made = CHARGE_POINT_STATUS.make(inputs(store, warehouse, poll.fetched_at), DAY)
    with warehouse.transaction(is_writing=True) as cursor:
        cursor.execute(f"ALTER TABLE {qualified_name(Change)} ADD CONSTRAINT broken CHECK (id = 1)")
    with pytest.raises(Exception, match="broken"):
        write_partitions(warehouse, ChargePointStatus, [made], "broken")
    with warehouse.transaction(is_writing=True) as cursor:
        cursor.execute(f"ALTER TABLE {qualified_name(Change)} DROP CONSTRAINT broken")
    assert warehouse.read(ChargePointStatus)["status"].to_list() == ["AVAILABLE"]
    arrive(store, warehouse, poll)
    assert statuses(told(warehouse)) == [(None, "AVAILABLE"), ("AVAILABLE", "CHARGING")]


def test_a_simulated_days_changes_are_those_of_its_responses(store: RawStore, warehouse: Warehouse) -> None:
    """Of both networks, poll by poll, over a midnight, outages included."""
    paris = Paris.draw(11, first_day=DAY, days=2, stations=4, bike_stations=12)
    instants = [at(DAY, 22.5) + n * timedelta(minutes=10) for n in range(18)]
    for instant in instants:
        answers = [("belib", paris.realtime_answer(instant)), ("velib", paris.bike_answer(instant))]
        polls = [answered(SOURCES[name], answer.body, instant) for name, answer in answers if answer]
        for poll in polls:
            if poll.is_sound:
                arrive(store, warehouse, poll)
    rows = told(warehouse)
    assert {row["kind"] for row in rows} == {"state_changed"}
    for feed in FEEDS:
        expected = by_a_loop(warehouse.read(feed.status), feed.things.key, feed.things.state)
        found = [row for row in rows if row["network"] == feed.source.network]
        assert len(found) > 20
        assert [(row["thing_id"], row["after_first_seen_at"], row["before"], row["after"]) for row in found] == expected


def by_a_loop(runs: pl.DataFrame, key: str, state: tuple[str, ...]) -> list[tuple[Any, ...]]:
    """The changes between runs that hold exactly one state each."""
    last: dict[str, dict[str, Any]] = {}
    changes = []
    for run in runs.sort("first_seen_at", key).iter_rows(named=True):
        now = {column: run[column] for column in state}
        if now != last.get(run[key]):
            changes.append((run[key], run["first_seen_at"], last.get(run[key]), now))
        last[run[key]] = now
    return changes


def changed(network: str, count: int) -> pl.DataFrame:
    """So many rows to be written."""
    row = {
        "kind": "state_changed",
        "network": network,
        "thing_id": "x",
        "after": "{}",
        "after_first_seen_at": at(DAY, 1),
    }
    return pl.DataFrame([row] * count, schema=no_changes().schema)


def test_of_two_writers_the_later_one_waits_so_that_no_cursor_passes_an_id_that_is_not_visible(
    postgres_url: str, warehouse: Warehouse
) -> None:
    """The first to draw ids is the last to be allowed to commit: the other one waits for it, and gets greater ids."""
    warehouse.require(Change)
    other, drawn, may_commit = Warehouse(postgres_url), Event(), Event()

    def first() -> None:
        with warehouse.transaction(is_writing=True) as cursor:
            record_changes(warehouse, cursor, changed("belib", 3))
            drawn.set()
            assert may_commit.wait(60)

    def second() -> None:
        with other.transaction(is_writing=True) as cursor:
            record_changes(other, cursor, changed("velib", 2))

    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query ~ 'write_lock'"
    with ThreadPoolExecutor(2) as threads, psycopg.connect(postgres_url, autocommit=True) as reader:
        one = threads.submit(first)
        assert drawn.wait(60)
        two = threads.submit(second)
        while reader.execute(waiting).fetchone() == (0,):
            assert not two.done()
        assert reader.execute("SELECT count(*) FROM mart.change").fetchone() == (0,)
        may_commit.set()
        one.result()
        two.result()
        rows = reader.execute("SELECT id, network FROM mart.change ORDER BY id").fetchall()
    assert rows == [(1, "belib"), (2, "belib"), (3, "belib"), (4, "velib"), (5, "velib")]
    other.close()


def test_old_changes_are_pruned_but_for_the_newest_so_that_ids_go_on(warehouse: Warehouse) -> None:
    warehouse.require(Change)
    for count in (3, 2):
        with warehouse.transaction(is_writing=True) as cursor:
            record_changes(warehouse, cursor, changed("belib", count))
            cursor.execute(f"UPDATE {qualified_name(Change)} SET recorded_at = recorded_at - interval '4 days'")
    assert prune_changes(warehouse, 7) == 3
    assert prune_changes(warehouse, 1) == 1
    assert prune_changes(warehouse, 1) == 0
    with warehouse.transaction(is_writing=True) as cursor:
        record_changes(warehouse, cursor, changed("belib", 1))
    assert warehouse.read(Change)["id"].sort().to_list() == [5, 6]


@pytest.mark.parametrize(
    ("days_old", "kept"),
    [
        ((9, 9, 1, 0), [3, 4]),
        ((9, -30, 9, 1, 0), [4, 5]),  # one writer's clock was ahead
        ((1, 30, 1, 0), [1, 2, 3, 4]),  # one was behind
        ((9, 9, -30), [3]),
        ((-30, 9, 9), [3]),
        ((0, -1, 0), [1, 2, 3]),
    ],
)
def test_no_change_is_missing_between_those_that_are_kept_whatever_clocks_said(
    warehouse: Warehouse, days_old: tuple[int, ...], kept: list[int]
) -> None:
    warehouse.require(Change)
    with warehouse.transaction(is_writing=True) as cursor:
        record_changes(warehouse, cursor, changed("belib", len(days_old)))
        for number, days in enumerate(days_old, 1):
            cursor.execute(
                f"UPDATE {qualified_name(Change)} SET recorded_at = now() - interval '{days} days' WHERE id = {number}"
            )
    due = old_changes(warehouse, 7)
    assert prune_changes(warehouse, 7) == due == len(days_old) - len(kept)
    assert warehouse.read(Change)["id"].sort().to_list() == kept


def test_only_tables_of_runs_tell_changes(store: RawStore, warehouse: Warehouse) -> None:
    store.keep("raw_belib", [polled(12, FREE)])
    given = inputs(store, warehouse, at(DAY, 12.1))
    silent = [table for table in daily_tables() if table.contract not in (ChargePointStatus, BikeStationStatus)]
    assert all(table.make(given, DAY).folded is None for table in silent)
