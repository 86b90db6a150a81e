"""What can be wrong with the archive, and the errors that say so."""

from datetime import date
from typing import NamedTuple

READ_BACK = "archive_reads_back_equal"


class Broken(NamedTuple):
    """A broken rule: the day and the file (or line) concerned, the name of the rule, and what is wrong."""

    day: date | None
    file: str
    rule: str
    reason: str

    def __str__(self) -> str:
        return f"{self.day or 'no day'}, {self.file}: {self.rule} is false: {self.reason}"


class ArchiveError(Exception):
    """The archive refuses or fails; the message names the day, the file and the rule."""


class BrokenError(ArchiveError):
    """A file of the archive, or its manifest, is not what was once written and verified."""

    def __init__(self, *broken: Broken) -> None:
        super().__init__("; ".join(map(str, broken)))
        self.broken = broken


class UnequalError(BrokenError):
    """A file that was just written does not match raw."""
