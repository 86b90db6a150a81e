"""Two writers of one window, and one who is killed, leave one row set."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier

import psycopg

from belib_platform.contracts.clean import ChargePointStatus, RejectedRecord
from belib_platform.contracts.vocabulary import STATUSES
from belib_platform.warehouse.partition import ConcurrentWriteError, write_partitions
from belib_platform.warehouse.warehouse import Table, Warehouse
from belib_platform_tests.warehouse.daily_windows import DAY, days, partition, rejects, runs

WRITERS = STATUSES[:4]
LOCK_NOTES = "LOCK TABLE clean.written_window IN SHARE MODE"
"""Lets a writer read the note, clear the window and put in its rows, and holds it up before it notes them."""
IS_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query ~ 'DELETE.*written_window'"


@contextmanager
def writer(url: str, status: str) -> Iterator["subprocess.Popen[str]"]:
    """A process that has read the note and waits for its cue."""
    command = [sys.executable, "-m", "belib_platform_tests.warehouse.writer", url, status]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, text=True, **pipes) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        try:
            yield process
        finally:
            process.kill()


def held(house: Warehouse) -> tuple[list[str], list[str], int, str]:
    """Statuses, responses of rejects, and the note's rows and run."""
    note = Table(house, ChargePointStatus).note(DAY)
    assert note is not None
    return days(house)[DAY], house.read(RejectedRecord)["page_id"].to_list(), note.row_count, note.run_id


def test_of_writers_upon_the_same_note_one_writes_and_the_others_are_refused(postgres_url: str) -> None:
    """All begin on an empty database, so that the tables are made at once, too."""
    barrier = Barrier(len(WRITERS), timeout=300)

    def write(status: str) -> list[bool]:
        house = Warehouse(postgres_url)
        own, written = Table(house, ChargePointStatus), []
        for turn in range(6):
            barrier.wait()
            due = partition(own, DAY, runs(DAY, 50 + turn, status), f"{status}{turn}", rejects=rejects(DAY, status))
            barrier.wait()
            try:
                write_partitions(house, own.contract, [due], f"{status}{turn}")
                written.append(True)
            except ConcurrentWriteError:
                written.append(False)
            barrier.wait()
            statuses, responses, row_count, run = held(house)
            assert set(statuses) == set(responses) == {run[:-1]}
            assert len(statuses) == row_count == 50 + turn
        house.close()
        return written

    with ThreadPoolExecutor(len(WRITERS)) as threads:
        results = list(threads.map(write, WRITERS))
    assert [sum(turn) for turn in zip(*results, strict=True)] == [1] * 6


def test_a_writer_in_another_process_that_lost_writes_once_it_has_read_again(
    warehouse: Warehouse, postgres_url: str
) -> None:
    own = Table(warehouse, ChargePointStatus)
    with writer(postgres_url, "CHARGING") as process:
        write_partitions(warehouse, own.contract, [partition(own, DAY, runs(DAY))], "first")
        _, said = process.communicate("go\n")
        assert process.returncode == 1
    assert "ConcurrentWriteError: clean.charge_point_status 2025-03-29 was written by another run" in said
    assert held(warehouse) == (["AVAILABLE"] * 3, [], 3, "first")
    with writer(postgres_url, "CHARGING") as process:
        process.communicate("go\n")
        assert process.returncode == 0
    assert held(warehouse) == (["CHARGING"] * 7, ["CHARGING"], 7, "run of CHARGING")


def test_a_writer_killed_in_the_middle_leaves_all_as_it_was_and_the_next_one_writes(
    warehouse: Warehouse, postgres_url: str
) -> None:
    own = Table(warehouse, ChargePointStatus)
    write_partitions(warehouse, own.contract, [partition(own, DAY, runs(DAY), rejects=rejects(DAY, "p1"))], "before")
    before = held(warehouse)
    with writer(postgres_url, "CHARGING") as process, psycopg.connect(postgres_url) as holdup:
        holdup.execute(LOCK_NOTES)
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
        with psycopg.connect(postgres_url, autocommit=True) as watch:
            while watch.execute(IS_WAITING).fetchone() != (1,):
                assert process.poll() is None, process.stderr and process.stderr.read()
                watch.execute("SELECT pg_sleep(0.01)")
        process.kill()
        process.wait()
        assert held(warehouse) == before
    assert held(warehouse) == before
    write_partitions(warehouse, own.contract, [partition(own, DAY, runs(DAY, 2, "UNKNOWN"))], "after")
    assert held(warehouse) == (["UNKNOWN"] * 2, [], 2, "after")
