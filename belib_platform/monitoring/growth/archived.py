"""Growth of the archive: files of days, by what the manifest says of them."""

from datetime import date

from belib_platform.monitoring.growth.growth import Growth, closed_days, pace
from belib_platform.raw.archive.archive import Archive

STORE = "Archive"


def archive_growth(archive: Archive, today: date) -> Growth:
    """Days and bytes; no file is read but the manifest, lines of it that are broken do not count."""
    newest = archive.chain().newest
    per_day = pace({day: newest[day].bytes for day in closed_days(today) if day in newest})
    return Growth(
        store=STORE,
        name=archive.folder.name,
        rows=len(newest),
        bytes=sum(entry.bytes for entry in newest.values()),
        rows_per_day=1.0 if per_day else None,
        bytes_per_day=per_day,
    )
