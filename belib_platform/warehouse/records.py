"""Records of pages: decoded in parallel, a few pages in memory at a time, each row knowing its page."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice
from typing import Final

import polars as pl

from belib_platform.raw.page import Head
from belib_platform.raw.pages import RawPages
from belib_platform.sources.records import REJECTS, BodyError, Decoded, evidence

CHUNK = 48
"""Pages decoded into one frame: 100,000 records of three columns."""

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
    pages: RawPages, heads: Sequence[Head], decode: Decode
) -> Iterator[tuple[pl.DataFrame | None, pl.DataFrame]]:
    """Records and rejects of these pages, chunk by chunk in their order, with their page's columns.

    A page that was sound when it came and cannot be read now is one reject, `body_is_readable`; records are None
    where a chunk has nothing else.
    """
    bodies = pages.bodies(heads)
    with ThreadPoolExecutor() as threads:
        while chunk := list(islice(bodies, CHUNK)):
            decoded = list(threads.map(partial(_decoded, decode), chunk))
            of_pages = _columns_of([head for head, _ in chunk])
            records = [frame for frame, _ in decoded if frame is not None]
            yield (
                _with_pages(of_pages, [frame for frame, _ in decoded]) if records else None,
                _with_pages(of_pages, [rejects for _, rejects in decoded]),
            )


def _columns_of(heads: Sequence[Head]) -> pl.DataFrame:
    rows = [(head.id, head.source, head.fetched_at, head.received_at, head.holds_until) for head in heads]
    return pl.DataFrame(rows, schema=OF_PAGE, orient="row")


def _with_pages(of_pages: pl.DataFrame, frames: Sequence[pl.DataFrame | None]) -> pl.DataFrame:
    rows = pl.DataFrame({"count": [0 if frame is None else frame.height for frame in frames]}).with_row_index("page")
    page = rows.filter(pl.col("count") > 0).select(pl.col("page").repeat_by("count").explode())["page"]
    return pl.concat([frame for frame in frames if frame is not None]).hstack(of_pages[page])


def _decoded(decode: Decode, page: tuple[Head, bytes]) -> tuple[pl.DataFrame | None, pl.DataFrame]:
    head, body = page
    try:
        result = decode(body, head.media_type)
    except BodyError as error:
        return None, _unreadable(error)
    return result.frame, result.rejects


def _unreadable(error: BodyError) -> pl.DataFrame:
    reject = (0, "body_is_readable", evidence({"reason": f"The body {error}."}))
    return pl.DataFrame([reject], schema=REJECTS, orient="row")
