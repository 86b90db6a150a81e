"""Fan-out of changes: one reader of the outbox for all who listen, each of whom has a queue of its own."""

import asyncio
import json
import logging
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

import psycopg
from fastapi.sse import format_sse_event
from psycopg.rows import DictRow
from psycopg_pool import PoolTimeout

from belib_platform.api.changes import Wanted
from belib_platform.api.database import Pool, rows, transaction
from belib_platform.api.problems import AWAY, ProblemError
from belib_platform.contracts.json_values import jsonable
from belib_platform.warehouse.change_events import COLUMNS, cloud_event

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

FROM = f"SELECT {', '.join(COLUMNS)} FROM mart.change WHERE id >= %(id)s ORDER BY id LIMIT %(limit)s"
"""The row at a position, which tells whether it is still the same one, and what comes after it."""


class NotContinuedError(Exception):
    """Changes after a position are missing, or the change at it is another one by now."""


@dataclass(frozen=True)
class Position:
    """A change up to which somebody has all, by its id and when it was recorded; None while that was not read."""

    change_id: int
    recorded_at: datetime | None = None


class Changes:
    """Rows of the outbox that were read together, and the server-sent events that tell of them."""

    def __init__(self, rows: Sequence[DictRow]) -> None:
        self._rows = rows
        self._events = [_event(row) for row in rows]
        self._all = b"".join(self._events)  # once for all who want every change

    def __len__(self) -> int:
        return len(self._rows)

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
    """One who listens to what is wanted after the change `cursor`, and is sent something every `idle_s` seconds."""

    def __init__(self, cursor: int, wanted: Wanted, idle_s: float) -> None:
        self.position = Position(cursor)
        self.has_joined = False
        self._cursor, self._wanted, self._idle_s = cursor, wanted, idle_s
        self._due = asyncio.get_running_loop().time() + idle_s
        self._waiting: asyncio.Queue[Changes] = asyncio.Queue(BEHIND)
        self.is_dropped = False

    def give(self, changes: Changes) -> None:
        """Let it have these next, or drop it if too much waits for it already."""
        try:
            self._waiting.put_nowait(changes)
        except asyncio.QueueFull:
            self.is_dropped = True

    def drop(self) -> None:
        """Let it have what waits for it, and nothing more."""
        self.give(NONE)
        self.is_dropped = True

    async def given(self) -> Changes | None:
        """What it was given next, none of them once something is due to be sent, or None if it was dropped."""
        if self.is_dropped and self._waiting.empty():
            return None
        try:
            async with asyncio.timeout_at(self._due):
                return await self._waiting.get()
        except TimeoutError:
            return NONE

    def told(self, changes: Changes) -> bytes:
        """What to send of these: events, or one that only moves the id if nothing was sent for long, or nothing."""
        new, now = changes.after(self._cursor), asyncio.get_running_loop().time()
        self._cursor = new.last_id or self._cursor
        told = new.wanted(self._wanted)
        if not told and now >= self._due:
            told = format_sse_event(id=str(self._cursor))
        if told:
            self._due = now + self._idle_s
        return told


class FanOut:
    """Reads the outbox each second while somebody listens, and gives what is new to all who do."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._position = Position(0)
        self._listeners: set[Listener] = set()
        self._somebody = asyncio.Event()
        self._streams: Counter[str] = Counter()
        self._catching_up = asyncio.Semaphore(CATCHING_UP)
        self._under_way: set[asyncio.Timeout] = set()
        self.is_over = False

    @contextmanager
    def admitted(self, client: str) -> Iterator[None]:
        """Count a stream of a client for the time of the block.

        Raises ProblemError if this client, or all clients together, have as many streams as they may.
        """
        if self._streams[client] >= OF_ONE_CLIENT:
            detail = f"This address has {OF_ONE_CLIENT} streams already."
            raise ProblemError(HTTPStatus.TOO_MANY_REQUESTS, detail, headers=RETRY)
        if self._streams.total() >= OF_ALL:
            raise ProblemError(AWAY, "Too many clients listen. Poll /v1/changes instead.", headers=RETRY)
        self._streams[client] += 1
        try:
            yield
        finally:
            self._streams[client] -= 1
            self._streams += Counter()  # forgets clients that have none

    @asynccontextmanager
    async def until_over(self) -> AsyncIterator[None]:
        """For the time of the block, which is broken off once the process is to stop."""
        with suppress(TimeoutError):
            async with asyncio.timeout(0 if self.is_over else None) as limit:
                self._under_way.add(limit)
                try:
                    yield
                finally:
                    self._under_way.discard(limit)

    def end(self) -> None:
        """End all streams at once, and each that begins later."""
        if not self.is_over:
            self.is_over = True
            for limit in self._under_way:
                limit.reschedule(0)

    async def events(self, listener: Listener) -> AsyncGenerator[bytes]:
        """What is to be sent to one who listens, as it comes.

        Ends when changes after its position are no longer kept or are those of another outbox, and when it is too far
        behind. Raises psycopg.Error and PoolTimeout while it reads what the others have already.
        """
        try:
            while (changes := await self._next(listener)) is not None:
                if told := listener.told(changes):
                    yield told
        except NotContinuedError:
            return
        finally:
            self._listeners.discard(listener)

    async def _next(self, listener: Listener) -> Changes | None:
        if listener.has_joined:
            return await listener.given()
        read = self._position.change_id if self._listeners else 0
        await self._catching_up.acquire()
        # shielded, since a query that is cancelled when somebody leaves costs the connection
        missed, listener.position = await asyncio.shield(self._missed(listener.position))
        if not missed and listener.position.change_id < read:
            raise NotContinuedError  # the others have changes that are not there any more
        listener.has_joined = len(missed) < READ_AT_ONCE and self._joins(listener)
        return missed

    def _joins(self, listener: Listener) -> bool:
        """Let it listen if it has what the others have. Nothing is awaited here, so that nothing is missed."""
        if not self._listeners:
            self._position = listener.position
        if listener.position.change_id < self._position.change_id:
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
            except Exception:  # whatever it is, those who listen later are told of changes again
                logging.getLogger(__name__).exception("The outbox cannot be read. All streams end.")
                self._drop_all()
            if not self._listeners:
                self._somebody.clear()
            await asyncio.sleep(POLL_S)

    async def _read(self) -> None:
        while self._listeners:
            position = self._position
            try:
                changes, reached = await self._after(position)
            except NotContinuedError:
                self._drop_all()  # who comes back is told so
                return
            if self._position != position:  # all have left, and somebody else came meanwhile
                continue
            self._position = reached
            if not changes:
                return
            for listener in self._listeners:
                listener.give(changes)
            self._listeners = {listener for listener in self._listeners if not listener.is_dropped}

    def _drop_all(self) -> None:
        for listener in self._listeners:
            listener.drop()
        self._listeners = set()

    async def _missed(self, position: Position) -> tuple[Changes, Position]:
        try:
            return await self._after(position)
        finally:
            self._catching_up.release()

    async def _after(self, position: Position) -> tuple[Changes, Position]:
        """Changes after a position, up to the first that is missing, and the position that they reach."""
        async with transaction(self._pool) as connection:
            found = await rows(connection, FROM, {"id": position.change_id, "limit": READ_AT_ONCE + 1})
        at = [row for row in found[:1] if row["id"] == position.change_id]
        later = found[len(at) :]
        follow = [row for next_id, row in enumerate(later, position.change_id + 1) if row["id"] == next_id]
        is_another = any(position.recorded_at not in (None, row["recorded_at"]) for row in at)
        is_lost = bool(later and not follow) or bool(position.change_id and not found)
        if is_another or is_lost:
            raise NotContinuedError
        for last in [*at, *follow][-1:]:
            position = Position(last["id"], last["recorded_at"])
        return Changes(follow), position


def _event(row: DictRow) -> bytes:
    told = json.dumps(cloud_event(row), default=jsonable, ensure_ascii=False, separators=(",", ":"))
    return format_sse_event(data_str=told, event=row["kind"], id=str(row["id"]))
