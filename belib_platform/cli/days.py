"""FIRST and LAST: the UTC days that a command is about, as its arguments name them."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated

import typer

from belib_platform.first_day import why_too_early
from belib_platform.settings import Settings

FORMATS = ["%Y-%m-%d"]

FirstDay = Annotated[datetime, typer.Argument(formats=FORMATS, metavar="FIRST", help="UTC day, such as 2026-01-31.")]
LastDay = Annotated[
    datetime | None,
    typer.Argument(formats=FORMATS, metavar="[LAST]", help="Last UTC day of a range; FIRST if omitted."),
]


def days_from(first: datetime, last: datetime | None) -> list[date]:
    """The UTC days from FIRST to LAST, both included.

    Raises typer.BadParameter when LAST is before FIRST, or has not begun yet.
    """
    start, end = first.date(), (last or first).date()
    if end < start:
        raise typer.BadParameter(f"LAST ({end}) is before FIRST ({start}).")
    if end > datetime.now(UTC).date():
        raise typer.BadParameter(f"{end} is in the future.")
    return [start + timedelta(days=n) for n in range((end - start).days + 1)]


def refuse_too_early(settings: Settings, day: date) -> None:
    """Raises typer.BadParameter when the day is before the earliest one that partitions may cover."""
    if reason := why_too_early(settings, day):
        raise typer.BadParameter(f"{day} {reason}.")


def counted(days: int) -> str:
    """So many days, in words."""
    return f"{days:,} day" if days == 1 else f"{days:,} days"
