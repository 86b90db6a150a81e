"""The read API while fifty clients ask it once a second each and the platform is polled beside it."""

import statistics
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from belib_platform.warehouse.database_url import user_of, with_user
from belib_platform.warehouse.reader_role import READER, ensure_reader
from belib_platform_tests.api.serving import serving
from belib_platform_tests.bench.asking import MOST_STATIONS, Asked, ask
from belib_platform_tests.bench.listeners import listener_rows
from belib_platform_tests.bench.load import midnight, paris_without_outages, write_load
from belib_platform_tests.bench.ours import import_load
from belib_platform_tests.bench.page import page_rows
from belib_platform_tests.bench.polled_on import polled_on
from belib_platform_tests.bench.results import Row
from belib_platform_tests.bench.site import Ground, Site

GROUP = "The read API, asked by 50 clients once a second each"
WARM_S = 5
PAUSE = timedelta(seconds=10)
"""Between five-minute runs, of which there are thirty times as many as in the live platform."""


def api_rows(ground: Ground, stations: int, seconds: int, polls_a_day: int) -> Iterator[Row]:
    """Latencies, failures and memory, on a site that holds yesterday and today so far, polled so many times a day.

    Raises AssertionError if no request is answered.
    """
    every = timedelta(days=1) / polls_a_day
    site, first_day = ground.new_site("api"), datetime.now(UTC).date() - timedelta(days=1)
    with tempfile.TemporaryDirectory(prefix="belib-bench-api-") as folder:
        paris = paris_without_outages(first_day, 2, stations)
        import_load(site, write_load(paris, Path(folder), midnight(first_day), datetime.now(UTC), every))
    with polled_on(site, first_day, stations, PAUSE) as runs, serving(_reader_of(site)) as server:
        ask(server.url, WARM_S)
        before_mib = server.resident_mib
        asked = ask(server.url, seconds)
        after_mib = server.resident_mib
        of_page = list(page_rows(server.url))
    with serving(_reader_of(site)) as server:
        of_listeners = list(listener_rows(server, site.urls.postgres))
    yield from _latencies(asked)
    yield Row(GROUP, "memory of the API before", [before_mib], "MiB", "resident")
    yield Row(GROUP, "memory of the API after", [after_mib], "MiB")
    yield Row(GROUP, "five-minute runs meanwhile", runs, remark=f"{len(runs)} of them")
    yield from of_page
    yield from of_listeners


def _latencies(asked: Asked) -> Iterator[Row]:
    if not asked.items:
        raise AssertionError(f"No request was answered: {dict(asked.failures)}")
    failed = ", ".join(f"{count} × {what}" for what, count in asked.failures.items())
    about = (
        f"{len(asked.ms):,} answers of at most {MOST_STATIONS} stations, {statistics.mean(asked.items):.0f} on average"
    )
    cuts = statistics.quantiles(asked.ms, n=100)
    for percent, remark in ((50, about), (95, ""), (99, f"{asked.failures.total()} requests failed {failed}".strip())):
        yield Row(GROUP, f"an answer, p{percent}", [cuts[percent - 1]], "ms", remark)


def _reader_of(site: Site) -> str:
    writer = site.urls.postgres
    reader = with_user(writer, READER, SecretStr("of-a-benchmark"))
    ensure_reader(writer, writer=user_of(writer), reader=reader)
    return reader
