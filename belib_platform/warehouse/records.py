"""Records of responses: decoded in parallel, a few responses in memory at a time, each row knowing its response."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final

import polars as pl

from belib_platform.raw.response import ResponseMetadata
from belib_platform.raw.responses import RawResponses
from belib_platform.sources.records import REJECTS, BodyError, Decoded, evidence

RESPONSES_AT_ONCE = 48
RECORDS_AT_ONCE = 100_000
"""Of which one frame is made: as many responses as hold so many records, and one at least."""

OF_PAGE: Final = pl.Schema(
    {
        "page_id": pl.String(),
        "source": pl.String(),
        "fetched_at": pl.Datetime("ms", "UTC"),
        "received_at": pl.Datetime("ms", "UTC"),
        "holds_until": pl.Datetime("ms", "UTC"),
    }
)

Decode = Callable[[bytes, str], Decoded]
Finish = Callable[[pl.DataFrame], pl.DataFrame]


def decoded_chunks(
    raw: RawResponses, responses: Sequence[ResponseMetadata], decode: Decode, finish: Finish = lambda rows: rows
) -> Iterator[tuple[pl.DataFrame | None, pl.DataFrame]]:
    """Records and rejects of these responses, chunk by chunk in their order, with the columns of their response.

    `decode` is applied to each body, `finish` to all rows of a chunk together: what costs as much for one body as for
    many belongs there. A response that was sound when it came and cannot be read now is one reject, `body_is_readable`;
    records are None where a chunk has nothing else.
    """
    with ThreadPoolExecutor() as threads:
        for chunk in _chunks(raw.bodies(responses)):
            decoded = list(threads.map(partial(_decoded, decode), chunk))
            of_responses = _columns_of([response for response, _ in chunk])
            frames = [frame for frame, _ in decoded]
            records = [frame for frame in frames if frame is not None]
            rejects = [rejected for _, rejected in decoded]
            yield (
                finish(pl.concat(records)).hstack(_repeated(of_responses, frames)) if records else None,
                pl.concat(rejects).hstack(_repeated(of_responses, rejects)),
            )


def _chunks(bodies: Iterable[tuple[ResponseMetadata, bytes]]) -> Iterator[list[tuple[ResponseMetadata, bytes]]]:
    chunk: list[tuple[ResponseMetadata, bytes]] = []
    for response, body in bodies:
        chunk.append((response, body))
        if len(chunk) == RESPONSES_AT_ONCE or sum(r.record_count or 0 for r, _ in chunk) >= RECORDS_AT_ONCE:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _columns_of(responses: Sequence[ResponseMetadata]) -> pl.DataFrame:
    rows = [
        (response.id, response.source, response.fetched_at, response.received_at, response.holds_until)
        for response in responses
    ]
    return pl.DataFrame(rows, schema=OF_PAGE, orient="row")


def _repeated(of_responses: pl.DataFrame, frames: Sequence[pl.DataFrame | None]) -> pl.DataFrame:
    """The row of each response as often as its frame has rows."""
    counts = pl.DataFrame({"count": [0 if frame is None else frame.height for frame in frames]}).with_row_index("row")
    return of_responses[counts.filter(pl.col("count") > 0).select(pl.col("row").repeat_by("count").explode())["row"]]


def _decoded(decode: Decode, answer: tuple[ResponseMetadata, bytes]) -> tuple[pl.DataFrame | None, pl.DataFrame]:
    response, body = answer
    try:
        result = decode(body, response.media_type)
    except BodyError as error:
        return None, _unreadable(error)
    return result.frame, result.rejects


def _unreadable(error: BodyError) -> pl.DataFrame:
    reject = (0, "body_is_readable", evidence({"reason": f"The body {error}."}))
    return pl.DataFrame([reject], schema=REJECTS, orient="row")
