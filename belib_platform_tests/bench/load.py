"""What is loaded: a day of the real-time feed of a simulated Paris, recorded in files."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import polars as pl
import zstandard

from belib_platform.simulator.paris import Paris
from belib_platform.simulator.recordings import MANIFEST, Network, write_recordings

SEED = 5
YEAR = 2025
DAY = date(YEAR, 3, 4)
"""The day that is loaded: always the same one, so that today's figures compare with those of other commits."""

POLLS_A_DAY = 288

FEED = "belib"
FEEDS = (FEED, "velib")

BODY = pl.Schema({"id_pdc": pl.String, "statut_pdc": pl.String, "last_updated": pl.String})


@dataclass(frozen=True)
class Load:
    """Recordings in a folder with a manifest: bodies of the feed (`polls` of them), the static set, the forecasts."""

    folder: Path
    entries: list[dict[str, str]]

    @property
    def polls(self) -> int:
        return sum(entry["source"] in FEEDS for entry in self.entries)

    def bodies(self) -> Iterator[tuple[datetime, bytes]]:
        """The feed's bodies, read from the disk, oldest first, and when each was fetched (UTC)."""
        for entry in self.entries:
            if entry["source"] in FEEDS:
                compressed = (self.folder / entry["file"]).read_bytes()
                yield datetime.fromisoformat(entry["fetched_at"]), zstandard.decompress(compressed)

    def sightings(self) -> list[pl.DataFrame]:
        """A frame per body: `fetched_at`, `id_pdc`, `statut_pdc`, `last_updated`; instants in UTC with milliseconds."""
        with ThreadPoolExecutor() as threads:
            return list(threads.map(_sightings, self.bodies()))

    def first(self, polls: int, folder: Path) -> "Load":
        """The first polls of the feed, and all the rest, in a folder of their own."""
        of_feed = [entry for entry in self.entries if entry["source"] in FEEDS]
        left_out = {entry["file"] for entry in of_feed[polls:]}
        return self.only([entry for entry in self.entries if entry["file"] not in left_out], folder)

    def only(self, entries: list[dict[str, str]], folder: Path) -> "Load":
        """Some of the entries, in a folder of their own."""
        part = Load(folder, entries)
        for entry in part.entries:
            (folder / entry["file"]).parent.mkdir(parents=True, exist_ok=True)
            (folder / entry["file"]).hardlink_to(self.folder / entry["file"])
        (folder / MANIFEST).write_text("\n".join(map(json.dumps, part.entries)), encoding="utf-8")
        return part


def paris_without_outages(first_day: date, days: int, stations: int) -> Paris:
    """A Paris whose feed always answers."""
    paris = Paris.draw(SEED, first_day=first_day, days=days, stations=stations)
    paris.outages.clear()
    paris.bike_outages.clear()
    return paris


def write_load(
    paris: Paris,
    folder: Path,
    first: datetime,
    last: datetime,
    every: timedelta = timedelta(minutes=5),
    network: Network = "belib",
) -> Load:
    """Record what the simulated APIs answer within [first, last) about one network and the weather."""
    write_recordings(paris, folder, first, last, cadence_s=int(every.total_seconds()), networks=[network])
    lines = (folder / MANIFEST).read_text(encoding="utf-8").splitlines()
    return Load(folder, [json.loads(line) for line in lines])


def midnight(day: date) -> datetime:
    """The beginning of a UTC day."""
    return datetime.combine(day, time(), UTC)


def _sightings(answer: tuple[datetime, bytes]) -> pl.DataFrame:
    fetched_at, body = answer
    return pl.read_json(body, schema=BODY).select(
        pl.lit(fetched_at, pl.Datetime("ms", "UTC")).alias("fetched_at"),
        "id_pdc",
        "statut_pdc",
        pl.col("last_updated").str.to_datetime("%Y-%m-%dT%H:%M:%S%z", time_unit="ms", time_zone="UTC"),
    )
