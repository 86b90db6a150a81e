"""Write recordings of the simulated APIs' responses: zstd files and a manifest, deterministic by seed."""

import hashlib
import json
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Literal, get_args

import zstandard

from belib_platform.simulator.datasets import BELIB, BELIB_STATIC, DATASETS_PATH, VELIB
from belib_platform.simulator.dice import dice
from belib_platform.simulator.paris import Paris

ZSTD_LEVEL: Final = 3
WRITERS: Final = 2
JITTER_S: Final = 3.0
MANIFEST: Final = "manifest.jsonl"
HOST: Final = "http://simulator.invalid"
"""A host that cannot exist (RFC 2606), so that simulated recordings cannot be mistaken for real ones."""

VELIB_OFFSET: Final = timedelta(minutes=2)
"""How much later than charge points bike stations are requested."""

Network = Literal["belib", "velib"]
BELIB_ALONE: Final[tuple[Network, ...]] = ("belib",)
NETWORKS: Final[tuple[Network, ...]] = get_args(Network)
Source = Literal["belib", "belib_static", "open_meteo", "velib"]
URLS: Final[dict[Source, str]] = {
    "belib": f"{HOST}{DATASETS_PATH}/{BELIB}/exports/json",
    "belib_static": f"{HOST}{DATASETS_PATH}/{BELIB_STATIC}/exports/json",
    "open_meteo": f"{HOST}/v1/forecast",
    "velib": f"{HOST}{DATASETS_PATH}/{VELIB}/exports/json",
}

Progress = Callable[[int, int], None]
"""Called with the number of finished requests and of all requests."""


@dataclass(frozen=True, slots=True)
class PlannedRequest:
    """A simulated request: its source, its instant (UTC), and how long the response takes."""

    source: Source
    fetched_at: datetime
    took: timedelta


def write_recordings(
    paris: Paris,
    folder: Path,
    first: datetime,
    last: datetime,
    *,
    cadence_s: int = 300,
    networks: Collection[Network] = BELIB_ALONE,
    progress: Progress | None = None,
) -> int:
    """Write the responses to all requests in [first, last) and `manifest.jsonl`; returns the number of files.

    Those of `networks` are requested every `cadence_s` seconds with a fixed offset and a delay of up to JITTER_S,
    Vélib' two minutes after Belib'; Belib's static set once a day, and always the forecast every hour. Bad responses
    during outages are written, too; requests without a response are not. Lines of the manifest are in the order of
    `fetched_at`: file, source, fetched_at, received_at, url, and the sha256 of the uncompressed body.
    """
    planned = sorted(planned_requests(paris.seed, first, last, cadence_s, networks), key=lambda r: r.fetched_at)
    folder.mkdir(parents=True, exist_ok=True)
    if "velib" in networks:
        # draws the bikes once, which else each thread would
        paris.bike_body(first)
    written = 0
    with ThreadPoolExecutor(WRITERS) as pool, (folder / MANIFEST).open("w", encoding="utf-8") as manifest:
        entries = pool.map(lambda request: _write(paris, folder, request), planned)
        for done, entry in enumerate(entries, start=1):
            if entry is not None:
                manifest.write(json.dumps(entry) + "\n")
                written += 1
            if progress is not None:
                progress(done, len(planned))
    return written


def planned_requests(
    seed: int, first: datetime, last: datetime, cadence_s: int, networks: Collection[Network] = BELIB_ALONE
) -> Iterator[PlannedRequest]:
    """The requests in [first, last), source by source, each source's oldest first; deterministic by seed."""
    cadence = timedelta(seconds=cadence_s)
    series: list[tuple[Source, datetime, timedelta]] = []
    if "belib" in networks:
        series += [("belib", first, cadence), ("belib_static", first, timedelta(days=1))]
    series += [("open_meteo", first, timedelta(hours=1))]
    if "velib" in networks:
        series += [("velib", first + VELIB_OFFSET, cadence)]
    for source, at, step in series:
        offset_s = dice(seed, "asking", source).uniform(2, 50)
        while at < last:
            rng = dice(seed, "asking", source, at)
            late = timedelta(milliseconds=int(1000 * (offset_s + rng.uniform(0, JITTER_S))))
            if at + late < last:
                yield PlannedRequest(source, at + late, timedelta(milliseconds=rng.randint(150, 900)))
            at += step


def _write(paris: Paris, folder: Path, request: PlannedRequest) -> dict[str, str] | None:
    body = answered_body(paris, request)
    if body is None:
        return None
    at = request.fetched_at.astimezone(UTC)
    name = f"{request.source}/{at:%Y-%m-%d}/{at:%Y-%m-%dT%H%M%S}.{at.microsecond // 1000:03d}Z.json.zst"
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(zstandard.compress(body, ZSTD_LEVEL))
    return {
        "file": name,
        "source": request.source,
        "fetched_at": _milliseconds(at),
        "received_at": _milliseconds(at + request.took),
        "url": URLS[request.source],
        "sha256": hashlib.sha256(body).hexdigest(),
    }


def answered_body(paris: Paris, request: PlannedRequest) -> bytes | None:
    """The body of the response to a request; None where the feed does not answer."""
    match request.source:
        case "belib":
            answer = paris.realtime_answer(request.fetched_at)
            return None if answer is None else answer.body
        case "velib":
            answer = paris.bike_answer(request.fetched_at)
            return None if answer is None else answer.body
        case "belib_static":
            return paris.static_body(request.fetched_at.date())
        case "open_meteo":
            return paris.forecast_body(request.fetched_at)


def _milliseconds(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
