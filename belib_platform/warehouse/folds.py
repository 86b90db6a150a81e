"""What tables take from the responses of a feed: each body is read and decoded once, for all of them."""

from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from belib_platform.contracts.clean import Poll
from belib_platform.contracts.contract import Contract, conform, frame_schema
from belib_platform.raw.response import ResponseMetadata
from belib_platform.raw.responses import RawResponses
from belib_platform.transforms.attributes import lay_day
from belib_platform.transforms.facts import FACTS, poll_facts
from belib_platform.transforms.runs import Observed, merge_runs
from belib_platform.warehouse.feeds import Feed
from belib_platform.warehouse.partition import rejected_rows
from belib_platform.warehouse.records import OF_PAGE, decoded_chunks

BYTES_AT_ONCE = 128 * 2**20
"""Folds kept in memory: about 60 days of charge points."""


class Fold(NamedTuple):
    """What adjacent responses of one UTC day say.

    `runs` are rows of the feed's status table, and `rejects` the records rejected for it (RejectedRecord); `facts` has
    one row per response with `page_id` and the figures of Poll; `attributes` are rows of the feed's table by day.
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
        self._made: OrderedDict[tuple[Feed, tuple[tuple[str, str], ...]], Fold] = OrderedDict()

    def of(self, feed: Feed, raw: RawResponses, responses: Sequence[ResponseMetadata]) -> Fold:
        """The fold of these responses of a feed, which are adjacent and of one UTC day, oldest first."""
        key = feed, tuple((response.id, response.sha256) for response in responses)
        if key not in self._made:
            self._made[key] = fold(feed, raw, responses)
        self._made.move_to_end(key)
        while len(self._made) > 1 and sum(made.size for made in self._made.values()) > BYTES_AT_ONCE:
            self._made.popitem(last=False)
        return self._made[key]


def fold(feed: Feed, raw: RawResponses, responses: Sequence[ResponseMetadata]) -> Fold:
    """Fold adjacent responses of one UTC day, a chunk in memory at a time."""
    parts = [
        Fold(
            feed.status.create_empty(),
            rejected_rows(feed.status, None),
            pl.DataFrame(schema=_facts_schema()),
            feed.by_day.create_empty(),
        )
    ]
    for records, undecoded in decoded_chunks(raw, responses, feed.sift, feed.read):
        rejects = rejected_rows(feed.status, undecoded)
        if records is None:
            parts.append(parts[0]._replace(rejects=rejects))
            continue
        observed = records.select(*feed.observed, *OF_PAGE)
        sifted = feed.sift_observed(observed)
        parts.append(
            Fold(
                merged_runs(feed.status, feed.things, [sifted.good]),
                pl.concat([rejects, rejected_rows(feed.status, sifted.rejects)]),
                poll_facts(feed.known(observed).lazy(), feed.is_unknown).collect().cast(_facts_schema()),
                feed.live_day(responses[0].fetched_at.date(), records.lazy()).collect(),
            )
        )
    return Fold(
        merged_runs(feed.status, feed.things, [part.runs for part in parts]),
        pl.concat([part.rejects for part in parts]),
        pl.concat([part.facts for part in parts]),
        lay_day(feed.by_day, [part.attributes.lazy() for part in parts]).collect(),
    )


def merged_runs(contract: type[Contract], things: Observed, runs: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Adjacent runs of one UTC day, as rows of a status table."""
    adjacent = pl.concat([conform(contract, frame) for frame in runs])
    return conform(contract, merge_runs(adjacent.lazy(), things).collect())


def _facts_schema() -> pl.Schema:
    return pl.Schema({column: frame_schema(Poll)[column] for column in ("page_id", *FACTS)})
