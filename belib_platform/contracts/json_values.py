"""Instants and dates as JSON and CSV have them."""

from datetime import UTC, date, datetime


def written(instant: datetime) -> str:
    """An instant in UTC with milliseconds: 2026-01-31T12:00:00.000Z."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def jsonable(value: object) -> str:
    """An instant or a date, for encoders of JSON. Raises TypeError for anything else."""
    match value:
        case datetime():
            return written(value)
        case date():
            return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not written as JSON")
