"""What a person reads: what opened and what recovered, in one short message."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from belib_platform.monitoring.alerts.book import Waiting
from belib_platform.monitoring.alerts.problem import Problem


class Message(NamedTuple):
    """A title that counts, and a body of plain text."""

    title: str
    body: str
    is_good: bool
    """Whether everything in it has recovered."""


def message(entries: Iterable[Waiting], ui_url: str) -> Message:
    """All that waits for a receiver, errors first; links lead to the UI at `ui_url`."""
    ordered = sorted(entries, key=_rank)
    opened = sum(entry.openings > 0 for entry in ordered)
    recovered = sum(entry.recoveries > 0 for entry in ordered)
    counts = [f"{opened} opened"] * (opened > 0) + [f"{recovered} recovered"] * (recovered > 0)
    return Message(
        f"belib: {', '.join(counts)}",
        "\n\n".join(_paragraph(entry, ui_url.rstrip("/")) for entry in ordered),
        all(entry.recovered_at for entry in ordered),
    )


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
