"""Dates in Paris on which the clocks change or not, and the UTC hours from which they are made."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SPRING, AUTUMN, SUMMER = date(2025, 3, 30), date(2025, 10, 26), date(2025, 7, 14)
HOURS = {SPRING: 23, AUTUMN: 25, SUMMER: 24}
PARIS = ZoneInfo("Europe/Paris")


def midnight(day: date) -> datetime:
    """Midnight in Paris, as UTC."""
    return datetime.combine(day, time(), PARIS).astimezone(UTC)


def hours_around(day: date) -> list[datetime]:
    """All hours of the two UTC days from which a date of Paris is made."""
    first = datetime.combine(day - timedelta(days=1), time(), UTC)
    return [first + timedelta(hours=n) for n in range(48)]


def is_on(day: date, at: datetime) -> bool:
    """Whether an instant is on a date in Paris."""
    return midnight(day) <= at < midnight(day + timedelta(days=1))
