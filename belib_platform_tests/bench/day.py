"""A day from raw to the mart, beside other ways to bring the same bodies into PostgreSQL."""

import statistics
import time
from collections.abc import Callable, Iterator
from datetime import date

from belib_platform.contracts.clean import ChargePointStatus
from belib_platform.contracts.contract import qualified_name
from belib_platform.jobs import DERIVED
from belib_platform.raw.response import ResponseMetadata
from belib_platform.repair.rebuild import rebuild_days
from belib_platform.sources.belib_realtime import BELIB
from belib_platform_tests.bench import peers
from belib_platform_tests.bench.figures import Figure
from belib_platform_tests.bench.site import Site

TIMES = 3
TARGET_S = 10


def figures_of_a_day(site: Site, day: date) -> Iterator[Figure]:
    """The platform's seconds for a day, and those of two other ways over the same bodies."""
    site.enter()
    rebuild_days(site.instance, [day], DERIVED)
    taken = [_timed(lambda: rebuild_days(site.instance, [day], DERIVED, full_refresh=True)) for _ in range(TIMES)]
    size = _size(site, qualified_name(ChargePointStatus))
    yield Figure("a day, raw to mart", statistics.median(taken), "s", TARGET_S, f"median of {TIMES}; runs {size}")
    yield _peer("the same bodies, row by row", peers.row_by_row, "sighting_by_row", site, day)
    yield _peer("the same bodies, keyed COPY", peers.copied, "sighting_by_copy", site, day)


def _peer(what: str, load: Callable[[str, peers.Bodies], int], table: str, site: Site, day: date) -> Figure:
    rows: list[int] = []
    seconds = _timed(lambda: rows.append(load(site.urls.postgres, _bodies(site, day))))
    return Figure(what, seconds, "s", remark=f"{rows[0]:,} plain sightings, {_size(site, table)}; nothing else made")


def _bodies(site: Site, day: date) -> Iterator[tuple[ResponseMetadata, bytes]]:
    responses = site.store().responses(BELIB.collection)
    return responses.bodies(responses.responses(day))


def _size(site: Site, table: str) -> str:
    return f"{peers.size_mib(site.urls.postgres, table):,.1f} MiB"


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
