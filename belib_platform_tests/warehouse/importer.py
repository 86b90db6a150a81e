"""A process that imports the recordings of one UTC day and makes that day, as one worker of many."""

import random
from datetime import date
from pathlib import Path

from pymongo import MongoClient

from belib_platform.raw.store import RawStore
from belib_platform.recordings.finding import find_recordings
from belib_platform.recordings.importing import import_recordings
from belib_platform.recordings.recording import Recording
from belib_platform.settings import Settings
from belib_platform.warehouse.partition import ConcurrentWriteError
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.warehouse.days import refresh

SETTINGS = Settings(cadence_s=3600, _env_file=None)


def import_day(folder: Path, day: date, mongo_url: str, postgres_url: str) -> int:
    """Import and make one day; how often another worker's write was in the way."""
    found = [r for r in find_recordings(folder) if isinstance(r, Recording) and r.fetched_at.date() == day]
    random.Random(day.toordinal()).shuffle(found)
    with MongoClient(mongo_url, tz_aware=True) as client:
        store = RawStore(client.get_default_database())
        import_recordings(found, SETTINGS, store)
        return make_day(store, postgres_url, day)


def make_day(store: RawStore, postgres_url: str, day: date) -> int:
    """Make one day, again while others write what it writes."""
    house = Warehouse(postgres_url)
    moved = 0
    while True:
        try:
            refresh(store, house, day, run=f"{day}")
        except ConcurrentWriteError:
            moved += 1
        else:
            house.close()
            return moved
