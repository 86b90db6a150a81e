"""Which archived days are compared again, although nothing asks for it: a disk that forgets tells nobody."""

import json
import logging
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path

from belib_platform.files.atomic_write import written_atomically
from belib_platform.files.regular_file import opened_regular

NAME = "compared.json"
"""When each day was last found sound, beside the manifest; without it every day is due, and nothing else is lost."""

EVERY_DAYS = 30
"""A file is read, and compared with raw, at least once in so many days in which the nightly job runs."""

LIMIT = 2**24


def due_for_comparison(archived: Iterable[date], compared: Mapping[date, date], today: date) -> list[date]:
    """The days to compare today, oldest first: an even share of them, and those that would become too old.

    A day that was not found sound has no date, so that it is compared each time until it is. A date that is not over
    yet, noted while a clock was ahead, is none.
    """
    compared = {day: at for day, at in compared.items() if at <= today}
    by_age = sorted(archived, key=lambda day: (compared.get(day, date.min), day))
    share = -(-len(by_age) // (EVERY_DAYS - 1))
    limit = today - timedelta(days=EVERY_DAYS - 1)
    return sorted(day for n, day in enumerate(by_age) if n < share or compared.get(day, date.min) <= limit)


def read_compared(folder: Path) -> dict[date, date]:
    """When each day was last found sound; empty where that is not noted or cannot be read."""
    try:
        with opened_regular(folder / NAME) as (file, _):
            noted = json.loads(file.read(LIMIT))
        return {date.fromisoformat(day): date.fromisoformat(at) for day, at in noted.items()}
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return {}


def note_compared(folder: Path, compared: Mapping[date, date]) -> None:
    """Note it, whole or not at all; where that cannot be, the log says so, and every day is due again."""
    noted = {day.isoformat(): at.isoformat() for day, at in sorted(compared.items())}
    try:
        with written_atomically(folder / NAME) as file:
            file.write(json.dumps(noted, indent=0).encode())
    except OSError as error:
        logging.getLogger(__name__).warning("What was compared cannot be noted: %s", error)
