"""Bounded decompression."""

import gzip
from collections.abc import Callable

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from belib_platform.sources.inflating import Gunzip, Identity, InflateError, Unzstd

ZSTD = zstandard.ZstdCompressor()
Kind = type[Identity]
Compress = Callable[[bytes], bytes]
KINDS: list[tuple[Kind, Compress]] = [(Gunzip, gzip.compress), (Unzstd, ZSTD.compress), (Identity, bytes)]


@pytest.mark.parametrize(("kind", "compress"), KINDS)
@given(parts=st.lists(st.binary(max_size=300), max_size=3), step=st.integers(1, 64))
def test_what_was_compressed_comes_back(kind: Kind, compress: Compress, parts: list[bytes], step: int) -> None:
    sent = b"".join(compress(part) for part in parts)
    inflater = kind(1000)
    for start in range(0, len(sent), step):
        inflater.feed(sent[start : start + step])
    inflater.close()
    assert inflater.body == b"".join(parts)


@pytest.mark.parametrize(("kind", "compress"), KINDS)
def test_a_body_of_exactly_the_limit_passes_and_one_more_byte_does_not(kind: Kind, compress: Compress) -> None:
    inflater = kind(1000)
    inflater.feed(compress(b"x" * 1000))
    inflater.close()
    inflater = kind(999)
    with pytest.raises(InflateError, match="more than 999 bytes"):
        inflater.feed(compress(b"x" * 1000))
    assert inflater.body == b"x" * 999


@pytest.mark.parametrize(("kind", "compress"), KINDS[:2])
def test_a_stream_cut_anywhere_is_noticed(kind: Kind, compress: Compress) -> None:
    sent = compress(bytes(range(200)))
    for end in range(1, len(sent)):
        inflater = kind(1000)
        inflater.feed(sent[:end])
        with pytest.raises(InflateError, match="cut short"):
            inflater.close()


@pytest.mark.parametrize(("kind", "compress"), KINDS[:2])
@pytest.mark.parametrize("is_cleared", [False, True])
def test_a_stream_that_is_cut_says_after_how_many_bytes(kind: Kind, compress: Compress, *, is_cleared: bool) -> None:
    inflater = kind(1000)
    for _ in range(5):
        inflater.feed(compress(b"x" * 150))
        if is_cleared:
            inflater.body.clear()
    inflater.feed(compress(b"x")[:-1])
    with pytest.raises(InflateError, match=r"cut short after 75[01] bytes"):
        inflater.close()


@pytest.mark.parametrize("kind", [Gunzip, Unzstd])
def test_what_is_not_compressed_is_refused(kind: Kind) -> None:
    with pytest.raises(InflateError, match="is not sound"):
        kind(1000).feed(b"<!DOCTYPE html><html></html>")


def test_zeros_after_gzip_are_padding() -> None:
    inflater = Gunzip(1000)
    inflater.feed(gzip.compress(b"a") + bytes(100))
    inflater.close()
    assert inflater.body == b"a"
