"""Points of a run at which something strikes: before or after a command, a request, a step, while rows are written."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import adbc_driver_manager.dbapi
import psutil
import pyarrow as pa
from dagster import DagsterInstance
from pymongo import monitoring
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from belib_platform.search.node import PlainJsonNode
from belib_platform.warehouse import partition as partition

Strike = Callable[[], None]


@dataclass(frozen=True)
class Point:
    """The `number`-th event of this name at this place: of a step, MongoDB, a table, a note, a request or a file.

    MongoDB's and requests' have a before (not yet sent) and an after (done, and not yet known to be).
    """

    what: Literal["step", "mongo", "rows", "note", "request", "file"]
    event: str
    place: str = ""
    is_after: bool = False
    number: int = 1

    @property
    def told(self) -> str:
        """For people."""
        when = "after" if self.is_after else "before"
        told = {"rows": f"while writing {self.place}", "note": f"before the note of {self.place}"}
        number = f" {self.number}" if self.number > 1 else ""
        return told.get(self.what, f"{when} {self.event} {self.place}".rstrip()) + number


class Countdown:
    """Strikes once, at the event that is due."""

    def __init__(self, point: Point, strike: Strike) -> None:
        self.point, self._strike, self._left = point, strike, point.number

    def meet(self, event: str, place: str, *, is_after: bool = False) -> None:
        """An event: is it the one?"""
        point = self.point
        if (event, is_after) == (point.event, point.is_after) and place.endswith(point.place):
            self._left -= 1
            if self._left == 0:
                self._strike()


def die() -> None:
    """The end of this process."""
    os.kill(os.getpid(), signal.SIGKILL)


def kill_server(data: str) -> None:
    """The end of the server on this folder, and of all its processes."""
    for server in [p for p in psutil.process_iter(["cmdline"]) if data in (p.info["cmdline"] or [])]:
        for process in [server, *server.children(recursive=True)]:
            process.kill()
        psutil.wait_procs([server], timeout=5)


def arm(point: Point, strike: Strike, instance: DagsterInstance, run_id: str) -> None:
    """Set the point in this process, which does nothing else any more."""
    countdown = Countdown(point, strike)
    arming = {"mongo": _arm_mongo, "rows": _arm_rows, "note": _arm_note, "request": _arm_request, "file": _arm_file}
    if point.what != "step":
        arming[point.what](countdown)
        return
    instance.add_event_listener(
        run_id, lambda entry: countdown.meet(entry.dagster_event.event_type_value, str(entry.dagster_event.step_key))
    )


class _Commands(CommandListener):
    def __init__(self, countdown: Countdown) -> None:
        self._countdown, self._places = countdown, dict[int, str]()

    def started(self, event: CommandStartedEvent) -> None:
        self._places[event.request_id] = str(event.command.get(event.command_name))
        self._countdown.meet(event.command_name, self._places[event.request_id])

    def succeeded(self, event: CommandSucceededEvent) -> None:
        self._countdown.meet(event.command_name, self._places.pop(event.request_id), is_after=True)

    def failed(self, event: CommandFailedEvent) -> None:
        self._places.pop(event.request_id)


def _arm_mongo(countdown: Countdown) -> None:
    monitoring.register(_Commands(countdown))


def _arm_rows(countdown: Countdown) -> None:
    """In the middle of the COPY of a whole partition, or between the statements for rows that differ and the note."""
    write_differing = partition._write_differing

    def differing(cursor: Any, contract: Any, written: Any) -> None:
        write_differing(cursor, contract, written)
        countdown.meet("rows", partition.name(contract))

    partition._write_differing = differing
    ingest = adbc_driver_manager.dbapi.Cursor.adbc_ingest

    def struck(self: Any, table: str, data: pa.Table, **options: Any) -> Any:
        def halves() -> Iterator[pa.RecordBatch]:
            yield from data.slice(0, data.num_rows // 2).to_batches()
            countdown.meet("rows", table)
            yield from data.slice(data.num_rows // 2).to_batches()

        return ingest(self, table, pa.RecordBatchReader.from_batches(data.schema, halves()), **options)

    adbc_driver_manager.dbapi.Cursor.adbc_ingest = struck


def _arm_note(countdown: Countdown) -> None:
    write_note = partition._note

    def struck(cursor: Any, contract: Any, partitions: Any, run_id: str) -> None:
        countdown.meet("note", partition.name(contract))
        write_note(cursor, contract, partitions, run_id)

    partition._note = struck


def _arm_request(countdown: Countdown) -> None:
    perform = PlainJsonNode.perform_request

    def struck(self: Any, method: str, target: str, *arguments: Any, **named: Any) -> Any:
        countdown.meet(method, target.partition("?")[0])
        response = perform(self, method, target, *arguments, **named)
        countdown.meet(method, target.partition("?")[0], is_after=True)
        return response

    PlainJsonNode.perform_request = struck  # type: ignore[method-assign]


def _arm_file(countdown: Countdown) -> None:
    def audit(event: str, arguments: tuple[Any, ...]) -> None:
        if event in {"open", "os.rename"}:
            countdown.meet(event, str(arguments[0]))

    sys.addaudithook(audit)
