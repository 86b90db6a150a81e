"""What a person reads: what opened and what recovered, in one short message that says which platform it comes from."""

import socket
from collections.abc import Iterable
from datetime import datetime
from typing import Literal, NamedTuple

from belib_platform.monitoring.alerts.problem import Problem
from belib_platform.monitoring.alerts.state import Waiting
from belib_platform.settings import Settings

Outcome = Literal["delivered", "not delivered", "timed out"]
"""What came of the delivery of a message."""


class Origin(NamedTuple):
    """The platform that sends a message: the name of its machine, and the URL of its Dagster UI."""

    machine: str
    ui_url: str

    @classmethod
    def of(cls, settings: Settings) -> "Origin":
        """This machine, with the UI of the settings."""
        return cls(socket.gethostname(), str(settings.ui_url).rstrip("/"))


class Message(NamedTuple):
    """A title that counts, and a body of plain text."""

    title: str
    body: str
    is_good: bool
    """Whether everything in it has recovered."""


def message(entries: Iterable[Waiting], origin: Origin) -> Message:
    """All that waits for a receiver, errors first; links lead to the UI of the platform that sends it."""
    ordered = sorted(entries, key=_rank)
    opened = sum(entry.openings > 0 for entry in ordered)
    recovered = sum(entry.recoveries > 0 for entry in ordered)
    counts = [f"{opened} opened"] * (opened > 0) + [f"{recovered} recovered"] * (recovered > 0)
    return Message(
        titled(origin, ", ".join(counts)),
        "\n\n".join([*(_paragraph(entry, origin.ui_url) for entry in ordered), signature(origin)]),
        all(entry.recovered_at for entry in ordered),
    )


def titled(origin: Origin, what: str) -> str:
    """A title, which names the machine."""
    return f"belib on {origin.machine}: {what}"


def signature(origin: Origin) -> str:
    """The last line of a body, for those who get messages of several platforms."""
    return f"Sent by belib on {origin.machine} ({origin.ui_url}); all times are UTC."


def _rank(entry: Waiting) -> tuple[bool, bool, str]:
    return entry.recovered_at is not None, entry.problem.is_warning, entry.problem.key


def _paragraph(entry: Waiting, ui_url: str) -> str:
    problem, severity = entry.problem, " (warning)" if entry.problem.is_warning else ""
    lines = [f"{_happened(entry)}: {problem.title}{severity}", problem.sentence]
    if problem.numbers:
        lines.append(", ".join(f"{name} {value}" for name, value in problem.numbers.items()))
    return "\n".join([*lines, _when(problem, entry.recovered_at), f"{ui_url}{problem.path}"])


def _happened(entry: Waiting) -> str:
    last = "RECOVERED" if entry.recovered_at else "OPENED"
    if entry.openings + entry.recoveries == 1:
        return last
    return f"{last} (opened {_times(entry.openings)}, recovered {_times(entry.recoveries)} since the last message)"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _when(problem: Problem, recovered_at: datetime | None) -> str:
    since = f"since {problem.since:%Y-%m-%d %H:%M} UTC"
    return f"{since}, until {recovered_at:%Y-%m-%d %H:%M} UTC" if recovered_at else since
