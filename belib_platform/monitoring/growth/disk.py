"""The disk of the home: what is free, and how long it lasts at the pace of what grows on it."""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass

from belib_platform.monitoring.growth.growth import Growth
from belib_platform.monitoring.growth.places import Places


@dataclass(frozen=True)
class Disk:
    """Bytes of the home's disk, the bytes a day of the stores on it, and days until it is full; None: not known."""

    total_bytes: int
    free_bytes: int
    bytes_per_day: float | None
    days_left: float | None


def disk_of(places: Places, growths: Iterable[Growth]) -> Disk:
    """The disk on which the home is, or will be."""
    folder = next(path for path in (places.home, *places.home.parents) if path.exists())
    usage = shutil.disk_usage(folder)
    paces = [g.bytes_per_day for g in growths if g.store in places.on_disk and g.bytes_per_day]
    per_day = sum(paces) if paces else None
    return Disk(usage.total, usage.free, per_day, usage.free / per_day if per_day else None)
