"""What is remembered of each watch, in a file of the home: whether it is true, and what its receiver was not told yet.

The file is JSON, and the names of fields are part of its format. It contains no URL of a receiver.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from belib_platform.files.atomic_write import written_atomically
from belib_platform.monitoring.alerts.retry import Retry
from belib_platform.watching.reading import Reading
from belib_platform.watching.watch import Watch


class Waiting(BaseModel):
    """What a receiver is told: how much is free, of when the reading is, and when it was over, if it was (UTC)."""

    model_config = ConfigDict(frozen=True)

    reading: Reading
    read_at: AwareDatetime
    ended_at: AwareDatetime | None = None


class WatchState(Retry):
    """Whether a watch is true, and what waits for its receiver: the newest time it became true, at most.

    `judged_at` is when the reading was made that judged it last (UTC).
    """

    fingerprint: str
    is_true: bool = False
    judged_at: AwareDatetime | None = None
    waiting: Waiting | None = None

    def is_due(self, now: datetime) -> bool:
        """Whether something waits and may be delivered now."""
        return self.waiting is not None and self.may_be_tried(now)

    def judged(self, reading: Reading, read_at: datetime, at_least: int) -> "WatchState":
        """The state after a reading that was made at `read_at` (UTC)."""
        is_true = reading.count >= at_least
        waiting = self.waiting
        if is_true and not self.is_true:
            waiting = Waiting(reading=reading, read_at=read_at)
        elif self.is_true and not is_true:
            waiting = waiting and waiting.model_copy(update={"ended_at": read_at})
        return self.model_copy(update={"is_true": is_true, "judged_at": read_at, "waiting": waiting})

    def delivered(self) -> "WatchState":
        """The state after what waits was delivered."""
        return WatchState(fingerprint=self.fingerprint, is_true=self.is_true, judged_at=self.judged_at)


class _File(BaseModel):
    version: Literal[1] = 1
    watches: dict[str, WatchState]


States = Mapping[str, WatchState]
"""By the name of the watch."""


def read_states(path: Path, watches: Iterable[Watch], say: Callable[[str], None]) -> dict[str, WatchState]:
    """The state of each watch; a new one if the file has none, or one of a watch that asked or told otherwise.

    A damaged file counts as none, which is said.
    """
    known = _known(path, say)
    new = {watch.name: WatchState(fingerprint=watch.fingerprint) for watch in watches}
    return {
        name: known[name] if name in known and known[name].fingerprint == state.fingerprint else state
        for name, state in new.items()
    }


def write_states(path: Path, states: States) -> None:
    """Replace the file."""
    with written_atomically(path) as file:
        file.write(_File(watches=dict(states)).model_dump_json().encode())


def _known(path: Path, say: Callable[[str], None]) -> dict[str, WatchState]:
    try:
        return _File.model_validate_json(path.read_bytes()).watches
    except FileNotFoundError:
        return {}
    except ValidationError as error:
        say(
            f"{path} cannot be read ({error.error_count()} faults): it is replaced, and what is true is told once more."
        )
        return {}
