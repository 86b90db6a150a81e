"""The incident of 29 January 2023: unknown jumps from 71 to 190 points in one poll, and one check says so."""

from collections.abc import Callable
from pathlib import Path

import polars as pl

from belib_platform.checks import poll
from belib_platform.recordings.finding import find_recordings
from belib_platform.recordings.recording import Recording
from belib_platform.sources import belib_realtime
from belib_platform.transforms.charge_point_sightings import status_of
from belib_platform.transforms.facts import poll_facts

INCIDENT = "2023-01-29T16:40:59"


def test_of_nineteen_recorded_polls_only_the_incident_has_an_unusual_share_of_unknown(
    recorded: Callable[[str], Path],
) -> None:
    found = [item for item in find_recordings(recorded("belib_realtime")) if isinstance(item, Recording)]
    polls = pl.concat([_facts(recording) for recording in found])
    newest_first = [polls.head(count).reverse() for count in range(1, 20)]
    red = [so_far[0] for so_far in newest_first if not poll.unknown_share_is_as_usual(so_far).passed]
    assert [poll["fetched_at"].item().isoformat()[:19] for poll in red] == [INCIDENT]
    assert round(red[0]["unknown_ratio"].item() * 2097) == 190
    assert all(poll.volume_is_as_usual(so_far).passed for so_far in newest_first)
    assert all(poll.feed_is_fresh(so_far).passed for so_far in newest_first)


def _facts(recording: Recording) -> pl.DataFrame:
    decoded = belib_realtime.decode(recording.read(), recording.media_type).frame
    at = pl.lit(recording.fetched_at, pl.Datetime("ms", "UTC"))
    records = decoded.with_columns(
        status_of(decoded["status_word"]), page_id=pl.lit("p"), fetched_at=at, received_at=at
    )
    return poll_facts(records.lazy()).collect().with_columns(fetched_at=at, record_count=pl.lit(decoded.height))
