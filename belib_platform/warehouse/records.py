"""Records of responses: decoded in parallel, a few responses in memory at a time, each row knowing its response."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice
from typing import Final

import polars as pl

from belib_platform.raw.response import ResponseMetadata
from belib_platform.raw.responses import RawResponses
from belib_platform.sources.records import REJECTS, BodyError, Decoded, evidence

CHUNK = 48
"""Responses decoded into one frame: 100,000 records of three columns."""

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


def decoded_chunks(
    raw: RawResponses, responses: Sequence[ResponseMetadata], decode: Decode
) -> Iterator[tuple[pl.DataFrame | None, pl.DataFrame]]:
    """Records and rejects of these responses, chunk by chunk in their order, with the columns of their response.

    A response that was sound when it came and cannot be read now is one reject, `body_is_readable`; records are None
    where a chunk has nothing else.
    """
    bodies = raw.bodies(responses)
    with ThreadPoolExecutor() as threads:
        while chunk := list(islice(bodies, CHUNK)):
            decoded = list(threads.map(partial(_decoded, decode), chunk))
            of_responses = _columns_of([response for response, _ in chunk])
            records = [frame for frame, _ in decoded if frame is not None]
            yield (
                _with_responses(of_responses, [frame for frame, _ in decoded]) if records else None,
                _with_responses(of_responses, [rejects for _, rejects in decoded]),
            )


def _columns_of(responses: Sequence[ResponseMetadata]) -> pl.DataFrame:
    rows = [
        (response.id, response.source, response.fetched_at, response.received_at, response.holds_until)
        for response in responses
    ]
    return pl.DataFrame(rows, schema=OF_PAGE, orient="row")


def _with_responses(of_responses: pl.DataFrame, frames: Sequence[pl.DataFrame | None]) -> pl.DataFrame:
    rows = pl.DataFrame({"count": [0 if frame is None else frame.height for frame in frames]}).with_row_index("page")
    positions = rows.filter(pl.col("count") > 0).select(pl.col("page").repeat_by("count").explode())["page"]
    return pl.concat([frame for frame in frames if frame is not None]).hstack(of_responses[positions])


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
