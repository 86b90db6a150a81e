"""What tells whether rows made of a table's days still fit them: which run wrote each day, and of what."""

from datetime import date, datetime

from belib_platform.warehouse.notes import Note


def writing(note: Note | None) -> str:
    """A day that was repaired from the same inputs keeps its fingerprint; its run is another one."""
    return f"{note.fingerprint} {note.run_id}" if note else "absent"


def is_over(day: date, now: datetime) -> bool:
    """Whether a UTC day, and with it the date of that day in Paris, is over at an instant in UTC."""
    return day < now.date()
