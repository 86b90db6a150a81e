"""What polls of a simulated Paris saw, read from the bodies that its feed would send."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import polars as pl

from belib_platform.simulator.paris import Paris
from belib_platform.sources.belib_realtime import BELIB, decode
from belib_platform.transforms.charge_point_sightings import sift_sightings


def sightings(paris: Paris, first: datetime, cadence: timedelta) -> pl.DataFrame:
    """Runs of length one of every sound poll from an instant to the end of what is drawn."""
    records = pl.concat([_seen(at, body, cadence) for at, body in _sound_polls(paris, first, cadence)])
    return sift_sightings(records).good


def _sound_polls(paris: Paris, first: datetime, cadence: timedelta) -> Iterator[tuple[datetime, bytes]]:
    at = first
    while at < paris.ends_at:
        outage, answer = paris.outage(at), paris.realtime_answer(at)
        is_frozen = outage is not None and outage.kind == "frozen"
        if answer and answer.status == 200 and not is_frozen and BELIB.judge(answer.body, answer.media_type).is_sound:
            yield at, answer.body
        at += cadence


def _seen(at: datetime, body: bytes, cadence: timedelta) -> pl.DataFrame:
    """A poll's records with what the fold wants of their response."""
    instant = pl.Datetime("ms", "UTC")
    frame = decode(body, "application/json").frame.select(
        "record_index", "charge_point_id", "status_word", "source_updated_at"
    )
    return frame.with_columns(
        pl.lit(at.isoformat()).alias("page_id"),
        pl.lit(at, instant).alias("fetched_at"),
        pl.lit(at + 3 * cadence, instant).alias("holds_until"),
    )
