"""FIRST and LAST: arguments that name a range of UTC days."""

import re
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

import typer

from belib_platform.first_day import why_too_early
from belib_platform.settings import Settings


def utc_day(text: str) -> date:
    """Parse YYYY-MM-DD. Raises typer.BadParameter for anything else."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        with suppress(ValueError):
            return date.fromisoformat(text)
    raise typer.BadParameter(f"{text!r} is not a day; write it as 2026-01-31.")


FirstDay = Annotated[date, typer.Argument(parser=utc_day, metavar="FIRST", help="UTC day, such as 2026-01-31.")]
LastDay = Annotated[
    date | None,
    typer.Argument(parser=utc_day, metavar="LAST", help="Last UTC day of the range. Default: FIRST."),
]


def days_from(first: date, last: date | None) -> list[date]:
    """The UTC days from FIRST to LAST, both included.

    Raises typer.BadParameter if LAST is before FIRST or in the future.
    """
    end = last or first
    if end < first:
        raise typer.BadParameter(f"LAST ({end}) is before FIRST ({first}).")
    if end > datetime.now(UTC).date():
        raise typer.BadParameter(f"{end} (UTC) is in the future.")
    return [first + timedelta(days=n) for n in range((end - first).days + 1)]


def refuse_too_early(settings: Settings, day: date) -> None:
    """Raise typer.BadParameter if the day is before the earliest possible partition."""
    if reason := why_too_early(settings, day):
        raise typer.BadParameter(f"{day} is {reason}.")


def counted(days: int) -> str:
    """`1 day` or `2 days`."""
    return f"{days:,} day" if days == 1 else f"{days:,} days"
