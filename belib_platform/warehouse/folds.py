"""What tables take from real-time responses of Belib': each body is read and decoded once, for all of them."""

from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from belib_platform.contracts.clean import ChargePointDay, ChargePointStatus, Poll
from belib_platform.contracts.contract import conform, frame_schema
from belib_platform.raw.response import ResponseMetadata
from belib_platform.raw.responses import RawResponses
from belib_platform.sources import belib_realtime
from belib_platform.transforms.attributes import lay_day, live_day
from belib_platform.transforms.facts import FACTS, poll_facts
from belib_platform.transforms.runs import merge_runs
from belib_platform.transforms.sightings import sift_sightings, status_of
from belib_platform.warehouse.partition import rejected_rows
from belib_platform.warehouse.records import OF_PAGE, decoded_chunks

BYTES_AT_ONCE = 128 * 2**20
"""Folds kept in memory: about 60 days of Paris."""

OF_SIGHTING = ["record_index", "charge_point_id", "status_word", "source_updated_at", *OF_PAGE]
"""Columns of a record that `charge_point_status` is made from, and that are kept of a rejected one."""


class Fold(NamedTuple):
    """What adjacent responses of one UTC day say.

    `runs` are rows of ChargePointStatus, and `rejects` the records rejected for them (RejectedRecord); `facts` has one
    row per response with `page_id` and the figures of Poll; `attributes` are rows of ChargePointDay.
    """

    runs: pl.DataFrame
    rejects: pl.DataFrame
    facts: pl.DataFrame
    attributes: pl.DataFrame

    @property
    def size(self) -> float:
        """Bytes in memory."""
        return sum(frame.estimated_size() for frame in self)


class Folds:
    """The folds of one run, so that tables made one after another share them.

    The least recently used ones are dropped beyond BYTES_AT_ONCE; whoever asks for them again waits longer.
    """

    def __init__(self) -> None:
        self._made: OrderedDict[tuple[tuple[str, str], ...], Fold] = OrderedDict()

    def of(self, raw: RawResponses, responses: Sequence[ResponseMetadata]) -> Fold:
        """The fold of these responses, which are adjacent and of one UTC day, oldest first."""
        key = tuple((response.id, response.sha256) for response in responses)
        if key not in self._made:
            self._made[key] = fold(raw, responses)
        self._made.move_to_end(key)
        while len(self._made) > 1 and sum(made.size for made in self._made.values()) > BYTES_AT_ONCE:
            self._made.popitem(last=False)
        return self._made[key]


def fold(raw: RawResponses, responses: Sequence[ResponseMetadata]) -> Fold:
    """Fold adjacent responses of one UTC day, a chunk in memory at a time."""
    parts = [
        Fold(
            ChargePointStatus.create_empty(),
            rejected_rows(ChargePointStatus, None),
            pl.DataFrame(schema=_facts_schema()),
            ChargePointDay.create_empty(),
        )
    ]
    for records, undecoded in decoded_chunks(raw, responses, belib_realtime.sift, belib_realtime.read):
        rejects = rejected_rows(ChargePointStatus, undecoded)
        if records is None:
            parts.append(parts[0]._replace(rejects=rejects))
            continue
        sightings = records.select(OF_SIGHTING)
        sifted = sift_sightings(sightings)
        known = sightings.with_columns(status_of(sightings["status_word"]))
        parts.append(
            Fold(
                merged_runs([sifted.good]),
                pl.concat([rejects, rejected_rows(ChargePointStatus, sifted.rejects)]),
                poll_facts(known.lazy()).collect().cast(_facts_schema()),
                live_day(responses[0].fetched_at.date(), records.lazy()).collect(),
            )
        )
    return Fold(
        merged_runs([part.runs for part in parts]),
        pl.concat([part.rejects for part in parts]),
        pl.concat([part.facts for part in parts]),
        lay_day([part.attributes.lazy() for part in parts]).collect(),
    )


def merged_runs(runs: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Adjacent runs of one UTC day, as rows of ChargePointStatus."""
    adjacent = pl.concat([conform(ChargePointStatus, frame) for frame in runs])
    return conform(ChargePointStatus, merge_runs(adjacent.lazy()).collect())


def _facts_schema() -> pl.Schema:
    return pl.Schema({column: frame_schema(Poll)[column] for column in ("page_id", *FACTS)})
