"""The result of an import, counted while it runs."""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from belib_platform.raw.response import ResponseMetadata
from belib_platform.recordings.recording import Recording, Unreadable

_NUMBER = re.compile(r"\d[\d,.]*")


@dataclass
class Warned:
    """The number of sound responses with warnings of one kind; file and warning of the first."""

    count: int
    file: str
    warning: str


@dataclass
class ImportResult:
    """Sound responses by source, how many were new, their UTC days by source, and what was refused.

    `refused` are pairs of a file, or a part of it, and the reason; `refused_files` are the paths of the files. Some are
    stored as refused responses: `refused_days` are their UTC days. `files` is the file of each sound response by
    `_id`; `warnings` are those about sound responses, by kind.
    """

    sound: Counter[str] = field(default_factory=Counter)
    new: Counter[str] = field(default_factory=Counter)
    days: dict[str, set[date]] = field(default_factory=dict)
    refused: list[tuple[str, str]] = field(default_factory=list)
    refused_files: set[Path] = field(default_factory=set)
    refused_days: set[date] = field(default_factory=set)
    files: dict[str, str] = field(default_factory=dict)
    warnings: dict[str, Warned] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was found."""
        return not self.sound and not self.refused

    def take(self, response: ResponseMetadata, shown: str) -> None:
        """Count a sound response and its warnings."""
        self.sound[response.source] += 1
        self.days.setdefault(response.source, set()).add(response.day)
        self.files[response.id] = shown
        for warning in filter(None, (response.reason or "").split("; ")):
            kind = _NUMBER.sub("…", warning)
            warned = self.warnings.setdefault(kind, Warned(0, shown, warning))
            warned.count += 1

    def refuse(self, item: Recording | Unreadable, reason: str) -> None:
        """Note what was refused, and why."""
        self.refused.append((item.shown, reason))
        self.refused_files.add(item.path)
