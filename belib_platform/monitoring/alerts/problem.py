"""What an alert is about: something that should be true and is not."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

LONGEST = 300
"""Characters of a sentence; an error can be a response long."""


class Problem(BaseModel):
    """One state that is open. Its key stays the same whatever run or tick shows it; instants are UTC."""

    model_config = ConfigDict(frozen=True)

    key: str
    title: str
    sentence: str
    numbers: dict[str, str] = {}
    since: datetime
    path: str
    """Where Dagster's UI shows more, below its address."""
    is_warning: bool = False


def shortened(text: str) -> str:
    """The first line, at most 300 characters."""
    line = next(iter(text.strip().splitlines()), "")
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
