"""How long the doctor and the archive take for the last days that were made."""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from belib_platform.raw.archive.archive import Archive, archive_day
from belib_platform.raw.archive.verifying import verify
from belib_platform.repair.doctor.examining import examine
from belib_platform.repair.doctor.stores import Stores
from belib_platform.resources.elasticsearch import ElasticsearchResource
from belib_platform.resources.mongo import MongoResource
from belib_platform.resources.postgres import PostgresResource
from belib_platform.settings import load_settings
from belib_platform_tests.bench.results import Row

GROUP = "Checked, one process"
AT_MOST = 31
"""Days that are archived, verified and examined; the seconds of more days are multiplied, and the rows say so."""


def check_rows(first_day: date, days: int) -> Iterator[Row]:
    """Seconds for all days to be archived, verified and examined. Raises AssertionError where something is wrong."""
    count = min(days, AT_MOST)
    some = [first_day + timedelta(days=n) for n in range(days - count, days)]
    raw, warehouse, search = MongoResource().store(), PostgresResource().warehouse(), ElasticsearchResource().search()
    with (
        tempfile.TemporaryDirectory(prefix="belib-bench-archive-") as folder,
        closing(raw.database.client),
        closing(warehouse),
        closing(search),
    ):
        archive = Archive(Path(folder))
        stores = Stores(raw, warehouse, search, archive, load_settings().weather_location, datetime.now(UTC))

        def archived() -> bool:
            return all(archive_day(archive, raw, day) for day in some)

        def verified() -> bool:
            found = verify(archive)
            return not found.broken and len(found.entries) == count

        def examined() -> bool:
            found = examine(stores, some)
            if not found.is_well:
                raise AssertionError(f"{[*found.differences, *found.unreadable.values()][0]}")
            return True

        yield _row("archived, read back and compared", archived, count, days)
        yield _row("`belib archive verify`", verified, count, days)
        yield _row("`belib doctor`: every layer against the one before", examined, count, days)


def _row(name: str, work: Callable[[], bool], count: int, days: int) -> Row:
    began = time.perf_counter()
    if not work():
        raise AssertionError(f"{name}: something is wrong")
    taken = time.perf_counter() - began
    extrapolated = f"{count} of {days} days" if count < days else None
    return Row(GROUP, name, [taken * days / count], extrapolated_from=extrapolated)
