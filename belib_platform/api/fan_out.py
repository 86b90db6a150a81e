"""Fan-out of changes: one reader of the outbox for all who listen, each of whom has a queue of its own."""

import asyncio
import json
import logging
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus

import psycopg
from fastapi.sse import format_sse_event
from psycopg.rows import DictRow
from psycopg_pool import PoolTimeout

from belib_platform.api.changes import Wanted
from belib_platform.api.database import Pool, rows, transaction
from belib_platform.api.problems import AWAY, ProblemError
from belib_platform.contracts.json_values import jsonable
from belib_platform.warehouse.change_events import CHANGES_AFTER, KEPT, cloud_event

POLL_S = 1.0

READ_AT_ONCE = 1000
"""Rows of the outbox that are read together."""

CATCHING_UP = 2
"""Connections to PostgreSQL with which listeners together read what they missed; the others are for requests."""

BEHIND = 60
"""Readings that may wait for one who listens; who is further behind is dropped."""

OF_ONE_CLIENT = 20
"""Most streams of one client, known by its address."""

OF_ALL = 1000
"""Most streams of one process."""

RETRY = {"Retry-After": "60"}


class Changes:
    """Rows of the outbox that were read together, and the server-sent events that tell of them."""

    def __init__(self, rows: Sequence[DictRow]) -> None:
        self._rows = rows
        self._events = [_event(row) for row in rows]
        self._all = b"".join(self._events)  # once for all who want every change

    def __len__(self) -> int:
        return len(self._rows)

    def follow(self, cursor: int) -> bool:
        """Whether no change is missing between a cursor and the first of them, of which there is one."""
        return bool(self._rows) and int(self._rows[0]["id"]) == cursor + 1

    @property
    def last_id(self) -> int | None:
        """The id of the last one, if there is one."""
        return int(self._rows[-1]["id"]) if self._rows else None

    def after(self, cursor: int) -> "Changes":
        """Those with greater ids."""
        if not self._rows or self._rows[0]["id"] > cursor:
            return self
        return Changes([row for row in self._rows if row["id"] > cursor])

    def wanted(self, wanted: Wanted) -> bytes:
        """The events of those that are wanted."""
        if wanted == Wanted():
            return self._all
        return b"".join(event for row, event in zip(self._rows, self._events, strict=True) if wanted.has(row))


NONE = Changes([])


class Listener:
    """One who listens: `cursor` is the id of the last change that it had when it began to."""

    def __init__(self, cursor: int) -> None:
        self.cursor = cursor
        self.waiting: asyncio.Queue[Changes] = asyncio.Queue(BEHIND)
        self.is_dropped = False

    def give(self, changes: Changes) -> None:
        """Let it have these next, or drop it if too much waits for it already."""
        try:
            self.waiting.put_nowait(changes)
        except asyncio.QueueFull:
            self.is_dropped = True

    def drop(self) -> None:
        """Let it have what waits for it, and nothing more."""
        self.give(NONE)
        self.is_dropped = True


class FanOut:
    """Reads the outbox each second while somebody listens, and gives what is new to all who do."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._position = 0
        self._listeners: set[Listener] = set()
        self._somebody = asyncio.Event()
        self._streams: Counter[str] = Counter()
        self._catching_up = asyncio.Semaphore(CATCHING_UP)

    @contextmanager
    def admitted(self, client: str) -> Iterator[None]:
        """Count a stream of a client for the time of the block."""
        self._streams[client] += 1
        try:
            yield
        finally:
            self._streams[client] -= 1
            self._streams += Counter()  # forgets clients that have none

    def require_room(self, client: str) -> None:
        """Raise ProblemError if this client, or all clients together, have as many streams as they may."""
        if self._streams[client] >= OF_ONE_CLIENT:
            detail = f"This address has {OF_ONE_CLIENT} streams already."
            raise ProblemError(HTTPStatus.TOO_MANY_REQUESTS, detail, headers=RETRY)
        if self._streams.total() >= OF_ALL:
            raise ProblemError(AWAY, "Too many clients listen. Poll /v1/changes instead.", headers=RETRY)

    async def changes(self, cursor: int, idle_s: float) -> AsyncIterator[Changes]:
        """Changes after a cursor as they come, some at a time, and none whenever nothing came for a while.

        Ends when changes after the cursor are no longer kept, when the listener is too far behind, and when the process
        stops. Raises psycopg.Error and PoolTimeout while it reads what the others have already.
        """
        listener = Listener(cursor)
        while True:
            position = self._position
            # shielded, since a query that is cancelled when somebody leaves costs the connection
            missed = await asyncio.shield(self._missed(listener.cursor))
            if missed.last_id and missed.follow(listener.cursor):
                listener.cursor = missed.last_id
                yield missed
            elif missed.last_id or listener.cursor < position:
                return  # rows were pruned before we asked
            if len(missed) < READ_AT_ONCE and self._joins(listener):
                break
        try:
            while not (listener.is_dropped and listener.waiting.empty()):
                try:
                    async with asyncio.timeout(idle_s):
                        given = await listener.waiting.get()
                except TimeoutError:
                    given = NONE
                yield given.after(listener.cursor)
        finally:
            self._listeners.discard(listener)

    def _joins(self, listener: Listener) -> bool:
        """Let it listen if it has what the others have. Nothing is awaited here, so that nothing is missed."""
        if not self._listeners:
            self._position = listener.cursor
        if listener.cursor < self._position:
            return False
        self._listeners.add(listener)
        self._somebody.set()
        return True

    async def run(self) -> None:
        """Read until cancelled. While the warehouse is away, listeners wait."""
        is_away = False
        while True:
            await self._somebody.wait()
            try:
                await self._read()
                is_away = False
            except (psycopg.OperationalError, PoolTimeout):
                if not is_away:
                    logging.getLogger(__name__).warning("PostgreSQL does not answer. Streams wait.")
                is_away = True
            except psycopg.Error:
                logging.getLogger(__name__).exception("The outbox cannot be read. All streams end.")
                self.drop_all()
            if not self._listeners:
                self._somebody.clear()
            await asyncio.sleep(POLL_S)

    async def _read(self) -> None:
        while self._listeners:
            position = self._position
            async with transaction(self._pool) as connection:
                [kept] = await rows(connection, KEPT, {})
            if not kept["oldest"] - 1 <= position <= kept["newest"]:
                self.drop_all()  # another warehouse, or rows that were pruned: who comes back is told so
                return
            if position == kept["newest"]:
                return
            changes = await self._after(position)
            if self._position != position:  # all have left, and somebody else came meanwhile
                continue
            if not changes.follow(position):  # pruned since
                self.drop_all()
                return
            for listener in self._listeners:
                listener.give(changes)
            self._listeners = {listener for listener in self._listeners if not listener.is_dropped}
            self._position = changes.last_id or position

    def drop_all(self) -> None:
        """End all streams."""
        for listener in self._listeners:
            listener.drop()
        self._listeners = set()

    async def _missed(self, position: int) -> Changes:
        async with self._catching_up:
            return await self._after(position)

    async def _after(self, position: int) -> Changes:
        async with transaction(self._pool) as connection:
            return Changes(await rows(connection, CHANGES_AFTER, {"after": position, "limit": READ_AT_ONCE}))


def _event(row: DictRow) -> bytes:
    told = json.dumps(cloud_event(row), default=jsonable, ensure_ascii=False, separators=(",", ":"))
    return format_sse_event(data_str=told, event=row["kind"], id=str(row["id"]))
