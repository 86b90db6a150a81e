"""Simulated history is never mixed with real: a home that holds it says so, and asks nobody but this machine."""

import re
from datetime import date
from typing import NamedTuple
from urllib.parse import urlsplit

from belib_platform.files.whole_file import written_whole
from belib_platform.local.errors import StoresError
from belib_platform.local.ports import LOOPBACK
from belib_platform.settings import SIMULATED_MARK, Settings

SEED = 7
"""Of the Paris of a new home."""


class Drawn(NamedTuple):
    """Which simulated Paris a home holds: the same seed and first UTC day draw the same."""

    seed: int
    first_day: date


def mark_simulated(settings: Settings, drawn: Drawn) -> None:
    """Note in the home that its history is simulated, and which Paris it is of."""
    sentence = f"The history in this home is simulated: seed {drawn.seed}, drawn from {drawn.first_day} on.\n"
    with written_whole(settings.home / SIMULATED_MARK) as file:  # half of it would be of another Paris
        file.write(sentence.encode())


def drawn_in(settings: Settings) -> Drawn | None:
    """Which Paris the home is marked with; None where it is not, or by a version that did not note it."""
    mark = settings.home / SIMULATED_MARK
    noted = re.search(r"seed (\d+), drawn from (\d{4}-\d\d-\d\d)", mark.read_text("utf-8")) if mark.exists() else None
    return Drawn(int(noted[1]), date.fromisoformat(noted[2])) if noted else None


def refuse_mixing(settings: Settings) -> None:
    """Raise StoresError when a home with simulated history is about to ask a real API."""
    from belib_platform.raw.due import sources_asked  # takes as long to load as `belib --help` may take

    hosts = {urlsplit(source.request(settings).url).hostname for source in sources_asked(settings)}
    if settings.is_simulated and hosts != {LOOPBACK}:
        raise StoresError(
            f"{settings.home} holds simulated history, which is never mixed with real data: go on with "
            "`belib up --simulated`, or set BELIB_HOME to another folder."
        )
