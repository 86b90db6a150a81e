"""The first UTC day of the daily partitions: BELIB_FIRST_DAY, else the day in the file `first_day` of the home.

The file is written at the first start, and later only changed to an earlier day. Containers, which load their
definitions once, need BELIB_FIRST_DAY.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

from belib_platform.files.atomic_write import written_atomically
from belib_platform.settings import Settings, SettingsError

NAME = "first_day"

DEFAULT_FIRST_DAY = date(2022, 1, 1)
"""First day if neither BELIB_FIRST_DAY nor the file is set."""

EARLIEST = date(2016, 1, 1)
"""When Belib' opened. An earlier time is usually a mistake, and every day since would become a partition, so that only
BELIB_FIRST_DAY can set an earlier day."""


class FirstDayError(SettingsError):
    """A day is before the earliest possible partition, or the file `first_day` is invalid."""


def first_day_of(settings: Settings) -> date:
    """The first UTC day of the partitions. Raises FirstDayError if the file `first_day` is invalid."""
    if settings.first_day is not None:
        return settings.first_day
    noted = recorded_first_day(settings.home)
    # the clock may have been ahead at the first start, which must not leave the platform without partitions
    return min(noted, datetime.now(UTC).date()) if noted else DEFAULT_FIRST_DAY


def earliest_day(settings: Settings) -> date:
    """The earliest UTC day whose data is accepted; a home with local stores has or gets a file `first_day`."""
    if settings.first_day is not None:
        return settings.first_day
    is_noted = recorded_first_day(settings.home) is not None or not settings.has_stores_elsewhere
    return EARLIEST if is_noted else DEFAULT_FIRST_DAY


def why_too_early(settings: Settings, day: date) -> str | None:
    """Why a day is too early, as the end of a sentence; None if it is not."""
    earliest = earliest_day(settings)
    if day >= earliest:
        return None
    if settings.first_day is None and earliest == EARLIEST:
        return f"before Belib' opened ({EARLIEST}); only BELIB_FIRST_DAY goes further back"
    return f"before BELIB_FIRST_DAY ({earliest})"


def record_first_day(settings: Settings, day: date) -> None:
    """Write the first day of a home, not before EARLIEST, unless an earlier day is already written."""
    # imported here, so that the code location does not load it
    from belib_platform.files.locks import lock

    with lock(settings.home / f"{NAME}.lock"):
        noted = recorded_first_day(settings.home)
        if noted is None or day < noted:
            with written_atomically(settings.home / NAME) as file:
                file.write(f"{max(day, EARLIEST)}\n".encode())


def cover(settings: Settings, day: date) -> None:
    """Change the home's first day to `day` if that is earlier; does nothing if the home has no file `first_day`.

    Processes that load the definitions later have the partition. Raises FirstDayError if the day is too early.
    """
    if reason := why_too_early(settings, day):
        raise FirstDayError(f"{day} is {reason}.")
    noted = recorded_first_day(settings.home)
    if noted is not None and day < noted:
        record_first_day(settings, day)


def covered(settings: Settings, days: Iterable[date]) -> list[date]:
    """The days that can be partitions, oldest first; changes the home's first day to include them."""
    taken = sorted(day for day in set(days) if why_too_early(settings, day) is None)
    if taken:
        cover(settings, taken[0])
    return taken


def recorded_first_day(home: Path) -> date | None:
    """The day in the file `first_day` of a home; None if there is none. Raises FirstDayError if it is invalid."""
    file = home / NAME
    try:
        return date.fromisoformat(file.read_text(encoding="utf-8").strip())
    except FileNotFoundError:
        return None
    except (ValueError, OSError) as error:
        raise FirstDayError(
            f"{file} should contain the first UTC day of the data, such as 2026-01-31 ({error}). If you remove it, the "
            "next start writes it again."
        ) from None
