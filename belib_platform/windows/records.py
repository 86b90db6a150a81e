"""Records of pages: decoded in parallel, a few pages in memory at a time, each row knowing its page."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice

import polars as pl

from belib_platform.raw.page import Head
from belib_platform.raw.pages import RawPages
from belib_platform.sources.records import REJECTS, BodyError, Decoded, evidence

CHUNK = 48
"""Pages decoded into one frame: 100,000 records of three columns."""

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
        while decoded := list(threads.map(partial(_decoded, decode), islice(bodies, CHUNK))):
            readable = [records for records, _ in decoded if records is not None]
            yield pl.concat(readable) if readable else None, pl.concat([rejects for _, rejects in decoded])


def _decoded(decode: Decode, page: tuple[Head, bytes]) -> tuple[pl.DataFrame | None, pl.DataFrame]:
    head, body = page
    of_page = [
        pl.lit(head.id).alias("page_id"),
        pl.lit(head.source).alias("source"),
        pl.lit(head.fetched_at, pl.Datetime("ms", "UTC")).alias("fetched_at"),
        pl.lit(head.received_at, pl.Datetime("ms", "UTC")).alias("received_at"),
        pl.lit(head.holds_until, pl.Datetime("ms", "UTC")).alias("holds_until"),
    ]
    try:
        result = decode(body, head.media_type)
    except BodyError as error:
        return None, _unreadable(error).with_columns(of_page)
    return result.frame.with_columns(of_page), result.rejects.with_columns(of_page)


def _unreadable(error: BodyError) -> pl.DataFrame:
    reject = (0, "body_is_readable", evidence({"reason": f"The body {error}."}))
    return pl.DataFrame([reject], schema=REJECTS, orient="row")
