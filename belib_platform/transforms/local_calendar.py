"""The calendar of Paris: local dates, their number of hours, and holidays."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import polars as pl

if TYPE_CHECKING:
    from holidays import HolidayBase
    from vacances_scolaires_france import SchoolHolidayDates

PARIS = ZoneInfo("Europe/Paris")

SCHOOL_ZONE = "C"
"""The academies of Paris, Créteil, Versailles, Montpellier and Toulouse."""

DATE_FACTS = pl.Schema({"local_date": pl.Date, "is_public_holiday": pl.Boolean, "is_school_holiday": pl.Boolean})


def local_date(instant: str) -> pl.Expr:
    """The date in Europe/Paris of a column with UTC instants."""
    return pl.col(instant).dt.convert_time_zone(PARIS.key).dt.date()


def starts_at(day: date, hour: int = 0) -> datetime:
    """The instant (UTC) at which an hour of a date in Europe/Paris begins; of a double one, the first."""
    return datetime.combine(day, time(hour), PARIS).astimezone(UTC)


def hours_of(day: date) -> int:
    """Number of hours of a date in Europe/Paris: 24, or 23 or 25 when the clocks change."""
    return int((starts_at(day + timedelta(days=1)) - starts_at(day)) / timedelta(hours=1))


def date_facts(dates: Iterable[date]) -> pl.DataFrame:
    """For each distinct date in Europe/Paris, oldest first, whether it is a public holiday or a school holiday."""
    rows = [(day, is_public_holiday(day), is_school_holiday(day)) for day in sorted(set(dates))]
    return pl.DataFrame(rows, schema=DATE_FACTS, orient="row")


def is_public_holiday(day: date) -> bool:
    """Whether a date is a public holiday of metropolitan France."""
    return day in _public_holidays()


def is_school_holiday(day: date) -> bool | None:
    """Whether a date is in the school holidays of zone C; None if the installed calendar does not include it."""
    calendar = _school_holidays()
    if not min(calendar.data) <= day <= max(calendar.data):
        return None
    return bool(calendar.is_holiday_for_zone(day, SCHOOL_ZONE))


# Loaded on first use, since the calendars take half a second to load.


@cache
def _public_holidays() -> "HolidayBase":
    from holidays import country_holidays

    return country_holidays("FR")


@cache
def _school_holidays() -> "SchoolHolidayDates":
    from vacances_scolaires_france import SchoolHolidayDates

    return SchoolHolidayDates()
