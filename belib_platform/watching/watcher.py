"""Follows the outbox, judges the watches that news concern, and tells their receivers."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import psycopg

from belib_platform.api.database import Connection, transaction
from belib_platform.api.instants import known_at, this_moment
from belib_platform.api.problems import ProblemError
from belib_platform.monitoring.alerts.sending import deliver
from belib_platform.warehouse.waiting import AWAY, reason_of
from belib_platform.watching.message import message
from belib_platform.watching.news import NETWORKS, Outbox
from belib_platform.watching.reading import Reader, Reading, UnreadableError
from belib_platform.watching.state import WatchState, read_states, write_states
from belib_platform.watching.watch import Watch


class Watcher:
    """Watches with what is remembered of them.

    Readings older than `gap_limit`, or than the one that judged a watch last, judge nothing. `say` is given a sentence
    for whatever becomes true or false, is told, or cannot be read.
    """

    def __init__(
        self,
        watches: Sequence[Watch],
        state_file: Path,
        reader: Reader,
        gap_limit: timedelta,
        say: Callable[[str], None],
    ) -> None:
        self._watches, self._file, self._reader, self._say = watches, state_file, reader, say
        self._gap_limit = gap_limit
        self._states = read_states(state_file, watches, say)
        write_states(state_file, self._states)
        self._outbox = Outbox()
        self._due: set[str] = set()
        """Networks whose watches are to be judged."""
        self._polled_at: dict[str, datetime | None] = {}
        """When the newest poll of each network was made of which everything is written."""
        self._read_at: dict[str, datetime | None] = {}
        """When the newest reading of each network was made."""
        self._stale: set[str] = set()
        self._known: set[str] = set()
        """Names of the watches whose place was read since the start."""
        self._is_away = False

    async def step(self) -> None:
        """Judge the watches of networks of which there are news since the step before, then deliver what waits."""
        trouble: str | None = None
        try:
            await self._follow()
        except UnreadableError as error:
            trouble = str(error)
        except psycopg.OperationalError:
            trouble = "PostgreSQL does not answer."
        except AWAY as error:
            trouble = f"The warehouse cannot be read: {reason_of(error)}."
        if (trouble is None) is self._is_away:
            self._say(f"{trouble} All watches stay as they are." if trouble else "The warehouse answers again.")
            self._is_away = not self._is_away
        await self._deliver()

    async def _follow(self) -> None:
        async with transaction(self._reader.pool) as connection:
            news = await self._outbox.news(connection)
            self._due |= set(news)
            for network in dict.fromkeys(watch.network for watch in self._watches):
                await self._note_age(connection, network, news.get(network))
        for watch in self._watches:
            read_at = self._read_at[watch.network]
            is_judged = watch.network in self._due - self._stale
            if read_at and (is_judged or watch.name not in self._known):
                reading = await self._reader.read(watch, read_at)
                self._meet(watch, reading)
                if is_judged and self._is_fresh(read_at):
                    self._judge(watch, reading, read_at)
        self._due &= self._stale

    async def _note_age(self, connection: Connection, network: str, changed_at: datetime | None) -> None:
        """Note when a network was read last, and say it if that becomes too long ago, or no longer is.

        A change becomes visible before the row of the poll that saw it, together with all that this poll saw. What lies
        in the future counts for nothing. A newer poll is news, too: what is seen again after a gap as it was before is
        no change.
        """
        now = this_moment()
        try:
            newest_at = (await known_at(connection, None, NETWORKS[network])).newest_at
        except ProblemError:
            newest_at = None  # no response of its feed was ever kept
        if newest_at != self._polled_at.get(network):
            self._polled_at[network] = newest_at
            self._due.add(network)
        found = (newest_at, changed_at, self._read_at.get(network)) if newest_at else ()
        read_at = max((at for at in found if at and at <= now), default=None)
        self._read_at[network] = read_at
        if read_at is not None and self._is_fresh(read_at):
            if network in self._stale:
                self._stale.remove(network)
                self._say(f"{_things(network)}: read again at {read_at:%H:%M} UTC.")
        elif network not in self._stale:
            self._stale.add(network)
            limit = f"{self._gap_limit.total_seconds() / 60:g} minutes"
            old = f"the newest reading, of {read_at:%Y-%m-%d %H:%M} UTC, is older than {limit}" if read_at else ""
            self._say(f"{_things(network)}: {old or 'there is no reading yet'}. Their watches stay as they are.")

    def _is_fresh(self, read_at: datetime) -> bool:
        return this_moment() - read_at <= self._gap_limit

    def _meet(self, watch: Watch, reading: Reading) -> None:
        """Say at the start what a watch finds; it would wait for ever for a place where nothing is."""
        if watch.name in self._known:
            return
        self._known.add(watch.name)
        if not reading.thing_count:
            nothing = f"no {watch.thing} was observed {watch.where} in the last two days"
            self._say(f"warning: {watch.name}: {nothing}. Until one is, it cannot become true.")
        elif watch.network not in self._stale:
            self._say(f"{watch.name}: {reading.count} {watch.called(reading.count)} {watch.where} now.")

    def _judge(self, watch: Watch, reading: Reading, read_at: datetime) -> None:
        before = self._states[watch.name]
        # beyond the gap limit in the future, a clock was wrong when it was judged
        if before.judged_at and read_at < before.judged_at <= this_moment() + self._gap_limit:
            return
        after = before.judged(reading, read_at, watch.at_least)
        if after != before:
            self._remember(watch, after)
        if after.is_true is before.is_true:
            return
        became = "became true" if after.is_true else "is no longer true"
        found = f"{reading.count} {watch.called(reading.count)}, reading of {read_at:%H:%M} UTC"
        self._say(f"{watch.name} {became}: {found}.")

    async def _deliver(self) -> None:
        """Deliver what is due, to receivers that failed least often first, and no more after one that fails.

        So a receiver that is away costs the others a few seconds at most.
        """
        due = [watch for watch in self._watches if self._states[watch.name].is_due(this_moment())]
        for watch in sorted(due, key=lambda watch: self._states[watch.name].failures):
            state = self._states[watch.name]
            if state.waiting is None:
                continue
            text = message(watch, state.waiting, this_moment())
            outcome = await asyncio.to_thread(deliver, watch.told, text)
            is_delivered = outcome == "delivered"
            self._remember(watch, state.delivered() if is_delivered else state.failed(this_moment()))
            self._say(f"{text.title}: {outcome}.")
            if not is_delivered:
                return

    def _remember(self, watch: Watch, state: WatchState) -> None:
        self._states[watch.name] = state
        write_states(self._file, self._states)


def _things(network: str) -> str:
    return f"{NETWORKS[network].noun.capitalize()}s"
