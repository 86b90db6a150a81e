"""How far a topic has the outbox: the last change whose delivery, and that of all before it, is confirmed."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from belib_platform.files.atomic_write import written_atomically
from belib_platform.files.locks import Taken, lock


class PositionError(Exception):
    """The position of a topic cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class Position:
    """A change, by its id and the instant at which it was written (UTC); id 0 and no instant before the first one."""

    change_id: int
    recorded_at: datetime | None


class _Kept(BaseModel):
    """What is read of the file."""

    model_config = ConfigDict(strict=True)

    id: int = Field(ge=0)
    recorded_at: AwareDatetime | None


class PositionFile:
    """The file of one topic of one cluster, `kafka/CLUSTER/TOPIC/position.json` in the home.

    Its time is when the topic was last seen to have all of the outbox.
    """

    def __init__(self, home: Path, cluster: str, topic: str) -> None:
        self.path = home / "kafka" / quote(cluster, safe="") / topic / "position.json"
        self._of = {"cluster": cluster, "topic": topic}

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep others from publishing to the topic from this home. Raises PositionError if somebody does."""
        try:
            with lock(self.path.with_name("lock"), wait=False):
                yield
        except Taken:
            raise PositionError(
                f"Another `belib kafka` publishes to the topic {self._of['topic']} from this home."
            ) from None

    def read(self) -> Position | None:
        """The position; None if nothing was published yet. Raises PositionError if the file is damaged."""
        try:
            kept = _Kept.model_validate_json(self.path.read_bytes())
            return Position(kept.id, kept.recorded_at)
        except FileNotFoundError:
            return None
        except ValidationError:
            raise PositionError(
                f"{self.path} is damaged. Delete it to publish again from the oldest change that is kept."
            ) from None

    def write(self, position: Position) -> None:
        """Replace the position atomically."""
        instant = position.recorded_at and position.recorded_at.isoformat()
        kept = {**self._of, "id": position.change_id, "recorded_at": instant}
        with written_atomically(self.path) as file:
            file.write(f"{json.dumps(kept)}\n".encode())

    def mark_complete(self) -> None:
        """Note that the topic has all of the outbox now; a file that was deleted stays so."""
        with suppress(FileNotFoundError):
            os.utime(self.path)
