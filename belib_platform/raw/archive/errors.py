"""What can be wrong with the archive, and the errors that say so."""

from datetime import date
from typing import NamedTuple

READ_BACK = "archive_reads_back_equal"


class Broken(NamedTuple):
    """One thing that is not as it should be: of which day, in which file, against which rule."""

    day: date | None
    file: str
    rule: str
    said: str

    def __str__(self) -> str:
        return f"{self.day or 'no day'}, {self.file}: {self.rule} is false: {self.said}"


class ArchiveError(Exception):
    """The archive cannot do what it was asked; the message names the day, the file and the rule."""


class BrokenError(ArchiveError):
    """A file of the archive, or its manifest, is not what was once written and verified."""

    def __init__(self, *broken: Broken) -> None:
        super().__init__("; ".join(map(str, broken)))
        self.broken = broken


class UnequalError(BrokenError):
    """A file and raw hold different things of a day."""
