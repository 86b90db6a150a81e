"""Keep simulated data apart from real data: such a home is marked, and requests only this machine."""

import re
from datetime import date
from typing import NamedTuple
from urllib.parse import urlsplit

from belib_platform.files.atomic_write import written_atomically
from belib_platform.local.errors import StoresError
from belib_platform.local.ports import LOOPBACK
from belib_platform.settings import SIMULATED_MARK, Settings

SEED = 7
"""Seed of the simulation in a new home."""


class SimulatedParis(NamedTuple):
    """Identifies a simulation: the same seed and first UTC day produce the same data."""

    seed: int
    first_day: date


def mark_simulated(settings: Settings, drawn: SimulatedParis) -> None:
    """Write the file that marks the home's data as simulated, with the parameters of the simulation."""
    sentence = f"The history in this home is simulated: seed {drawn.seed}, drawn from {drawn.first_day} on.\n"
    with written_atomically(settings.home / SIMULATED_MARK) as file:  # an incomplete file could have other parameters
        file.write(sentence.encode())


def paris_of(settings: Settings) -> SimulatedParis | None:
    """The parameters in the home's mark; None if it is not marked, or was marked by an older version without them."""
    mark = settings.home / SIMULATED_MARK
    noted = re.search(r"seed (\d+), drawn from (\d{4}-\d\d-\d\d)", mark.read_text("utf-8")) if mark.exists() else None
    return SimulatedParis(int(noted[1]), date.fromisoformat(noted[2])) if noted else None


def refuse_mixing(settings: Settings) -> None:
    """Raise StoresError if a home with simulated data is about to request a real API."""
    from belib_platform.raw.due import sources_asked  # takes as long to load as `belib --help` may take
    from belib_platform.sources.source import request_of

    hosts = {urlsplit(request_of(source, settings).url).hostname for source in sources_asked(settings)}
    if settings.is_simulated and hosts != {LOOPBACK}:
        raise StoresError(
            f"{settings.home} contains simulated data, which is never mixed with real data. Use "
            "`belib up --simulated`, or set BELIB_HOME to another folder."
        )
