"""A long past put into raw without files in between, as an import of its recordings would leave it."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from datetime import date, timedelta
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path

from belib_platform.raw.response import Response, between, sha256
from belib_platform.raw.responses import instants
from belib_platform.raw.store import RawStore
from belib_platform.recordings.importing import AT_ONCE
from belib_platform.recordings.judging import Judged, response_of
from belib_platform.recordings.recording import Recording
from belib_platform.resources.mongo import MongoResource
from belib_platform.settings import Settings, load_settings
from belib_platform.simulator.paris import Paris
from belib_platform.simulator.recordings import URLS, PlannedRequest, answered_body, planned_requests
from belib_platform.sources.registry import SOURCES
from belib_platform.sources.verdict import Verdict
from belib_platform_tests.bench.load import SEED, midnight, paris_without_outages
from belib_platform_tests.bench.results import console

CADENCE_S = 300
MEDIA_TYPE = "application/json"
DAY = timedelta(days=1)


def load_straight(first_day: date, days: int, stations: int, workers: int) -> None:
    """Put the simulated days into raw of the platform that the environment names, in processes with a share each.

    Days that raw holds already stay as they are, so that a load that was interrupted goes on.
    """
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        shares = [pool.submit(_load_share, first_day, days, stations, n, workers) for n in range(workers)]
        for share in shares:
            share.result()


def _load_share(first_day: date, days: int, stations: int, number: int, workers: int) -> None:
    store = MongoResource().store()
    with closing(store.database.client):
        lacking = [day for n in range(number, days, workers) if not _is_there(store, day := first_day + n * DAY)]
        if not lacking:
            return
        paris = paris_without_outages(first_day, days, stations)
        for day in lacking:
            load_day(paris, day, store)
            console.print(f"  {day} is in raw", highlight=False)


def _is_there(store: RawStore, day: date) -> bool:
    """Whether the ledger, which is written last, has as many attempts of the day as a full day has."""
    full = sum(1 for _ in planned_requests(SEED, midnight(day), midnight(day + DAY), CADENCE_S))
    return sum(1 for _ in instants(store.ledger.collection, between(day, day)["fetched_at_ms"])) == full


def load_day(paris: Paris, day: date, store: RawStore) -> None:
    """Put a UTC day's responses into raw; those that are there stay."""
    requests = planned_requests(paris.seed, midnight(day), midnight(day + DAY), CADENCE_S)
    for source, of_source in groupby(requests, lambda request: request.source):
        responses = list(_responses(paris, list(of_source), load_settings()))
        for start in range(0, len(responses), AT_ONCE):
            store.keep(SOURCES[source].collection, responses[start : start + AT_ONCE])


def _responses(paris: Paris, requests: Sequence[PlannedRequest], settings: Settings) -> Iterator[Response]:
    """The responses to a source's requests of a day. The first body is judged: the others are as long, and as sound."""
    verdict: Verdict | None = None
    for request in requests:
        body = answered_body(paris, request)
        if body is None:
            raise AssertionError("This Paris should have no outages")
        verdict = verdict or SOURCES[request.source].judge(body, MEDIA_TYPE)
        response = response_of(Judged(_recording(request, body), sha256(body), verdict), settings)
        assert isinstance(response, Response), response.reason
        yield response


def _recording(request: PlannedRequest, body: bytes) -> Recording:
    return Recording(
        path=Path(),
        source=request.source,
        fetched_at=request.fetched_at,
        media_type=MEDIA_TYPE,
        url=URLS[request.source],
        read=lambda: body,
        received_at=request.fetched_at + request.took,
    )
