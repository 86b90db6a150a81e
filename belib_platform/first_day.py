"""The first UTC day of the daily partitions: BELIB_FIRST_DAY, else the day that the home notes.

The note is written at the first start and is only ever lowered. Where there is none, as in containers, which load their
definitions once, BELIB_FIRST_DAY decides.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

from belib_platform.files.whole_file import written_whole
from belib_platform.settings import Settings, SettingsError

NAME = "first_day"

DEFAULT_FIRST_DAY = date(2022, 1, 1)
"""Where partitions begin when neither BELIB_FIRST_DAY nor the home says it."""

EARLIEST = date(2016, 1, 1)
"""When Belib' opened. Only BELIB_FIRST_DAY goes further back: a time before that is usually a mistake, and each day
from there on would be a partition."""


class FirstDayError(SettingsError):
    """A day is before the first one that partitions may cover, or the home's note cannot be read."""


def first_day_of(settings: Settings) -> date:
    """Where partitions begin. Raises FirstDayError when the home's note is not a day."""
    if settings.first_day is not None:
        return settings.first_day
    noted = recorded_first_day(settings.home)
    # a clock that was ahead at the first start must not leave the platform without partitions
    return min(noted, datetime.now(UTC).date()) if noted else DEFAULT_FIRST_DAY


def earliest_day(settings: Settings) -> date:
    """The earliest day whose data can be taken; a home with local stores notes its first day, at the latest now."""
    if settings.first_day is not None:
        return settings.first_day
    is_noted = recorded_first_day(settings.home) is not None or not settings.has_stores_elsewhere
    return EARLIEST if is_noted else DEFAULT_FIRST_DAY


def why_too_early(settings: Settings, day: date) -> str | None:
    """Before what a day is that is earlier than the earliest one; else None."""
    earliest = earliest_day(settings)
    if day >= earliest:
        return None
    if settings.first_day is None and earliest == EARLIEST:
        return f"before Belib' opened ({EARLIEST}); only BELIB_FIRST_DAY goes further back"
    return f"before BELIB_FIRST_DAY ({earliest})"


def record_first_day(settings: Settings, day: date) -> None:
    """Note the first day of a home, no earlier than EARLIEST. A day noted before stays, unless this one is earlier."""
    # imported where the note is written: the code location loads without the local servers
    from belib_platform.files.locks import lock

    with lock(settings.home / f"{NAME}.lock"):
        noted = recorded_first_day(settings.home)
        if noted is None or day < noted:
            with written_whole(settings.home / NAME) as file:
                file.write(f"{max(day, EARLIEST)}\n".encode())


def cover(settings: Settings, day: date) -> None:
    """Lower the first day that the home notes, if it is later than `day`; a home that notes none stays so.

    Processes that load the definitions from now on have the partition. Raises FirstDayError for a day that is too
    early.
    """
    if reason := why_too_early(settings, day):
        raise FirstDayError(f"{day} is {reason}.")
    noted = recorded_first_day(settings.home)
    if noted is not None and day < noted:
        record_first_day(settings, day)


def covered(settings: Settings, days: Iterable[date]) -> list[date]:
    """The days that can be partitions, oldest first; the first day that the home notes is lowered to cover them."""
    taken = sorted(day for day in set(days) if why_too_early(settings, day) is None)
    if taken:
        cover(settings, taken[0])
    return taken


def recorded_first_day(home: Path) -> date | None:
    """The day that a home notes, if it notes one. Raises FirstDayError when the note is not a day."""
    file = home / NAME
    try:
        return date.fromisoformat(file.read_text(encoding="utf-8").strip())
    except FileNotFoundError:
        return None
    except (ValueError, OSError) as error:
        raise FirstDayError(
            f"{file} should hold the first UTC day of the data, such as 2026-01-31 ({error}). When it is removed, the "
            "next start writes it again."
        ) from None
