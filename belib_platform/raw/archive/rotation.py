"""Which archived days are compared again: disks lose data without an error."""

import json
import logging
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path

from belib_platform.files.atomic_write import written_atomically
from belib_platform.files.regular_file import opened_regular

NAME = "compared.json"
"""File beside the manifest: when each day was last found sound. Without it, every day is due."""

EVERY_DAYS = 30
"""Each file is read, and compared with raw, at least once in this many nightly runs."""

LIMIT = 2**24


def due_for_comparison(archived: Iterable[date], compared: Mapping[date, date], today: date) -> list[date]:
    """The days to compare today, oldest first: an even share of them, and those that would become too old.

    A day that was not found sound has no date, so it is compared each time until it is. Dates in the future, noted
    while a clock was ahead, are ignored.
    """
    compared = {day: at for day, at in compared.items() if at <= today}
    by_age = sorted(archived, key=lambda day: (compared.get(day, date.min), day))
    share = -(-len(by_age) // (EVERY_DAYS - 1))
    limit = today - timedelta(days=EVERY_DAYS - 1)
    return sorted(day for n, day in enumerate(by_age) if n < share or compared.get(day, date.min) <= limit)


def read_compared(folder: Path) -> dict[date, date]:
    """When each day was last found sound; empty if the file is absent or cannot be read."""
    try:
        with opened_regular(folder / NAME) as (file, _):
            noted = json.loads(file.read(LIMIT))
        return {date.fromisoformat(day): date.fromisoformat(at) for day, at in noted.items()}
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return {}


def note_compared(folder: Path, compared: Mapping[date, date]) -> None:
    """Write when each day was last found sound, atomically. A failure is logged; every day is due again then."""
    noted = {day.isoformat(): at.isoformat() for day, at in sorted(compared.items())}
    try:
        with written_atomically(folder / NAME) as file:
            file.write(json.dumps(noted, indent=0).encode())
    except OSError as error:
        logging.getLogger(__name__).warning("What was compared cannot be noted: %s", error)
