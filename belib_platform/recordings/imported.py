"""What an import did, counted and named while it goes on."""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from belib_platform.raw.response import ResponseMetadata
from belib_platform.recordings.archives import Unreadable
from belib_platform.recordings.recorded_answers import Recording

_NUMBER = re.compile(r"\d[\d,.]*")


@dataclass
class Warned:
    """How many sound answers had warnings of one kind, and one of them: its file and its warning."""

    count: int
    file: str
    warning: str


@dataclass
class Imported:
    """What an import did: sound answers by source, how many were new, UTC days by source, and what was not taken.

    `refused` says what of which file and why; `refused_files` are those files themselves. Some of them are kept as
    refused pages: `refused_days` are their UTC days. `files` tells the file of each sound answer by its page's `_id`,
    `warnings` what was odd about sound answers, by kind.
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
        """Whether there was nothing at all to take."""
        return not self.sound and not self.refused

    def take(self, answer: ResponseMetadata, shown: str) -> None:
        """Count a sound answer, and what was odd about it."""
        self.sound[answer.source] += 1
        self.days.setdefault(answer.source, set()).add(answer.day)
        self.files[answer.id] = shown
        for warning in filter(None, (answer.reason or "").split("; ")):
            kind = _NUMBER.sub("…", warning)
            warned = self.warnings.setdefault(kind, Warned(0, shown, warning))
            warned.count += 1

    def refuse(self, item: Recording | Unreadable, reason: str) -> None:
        """Name what was not taken."""
        self.refused.append((item.shown, reason))
        self.refused_files.add(item.path)
