"""Write a UTC day to a tar file, compressed by zstd with a long window; the same content gives the same bytes."""

import io
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import BinaryIO

import zstandard

from belib_platform.files.atomic_write import written_atomically
from belib_platform.raw.archive.lines import LEDGER, PAGES, ArchivedMetadata
from belib_platform.raw.archive.raw_day import RawDay

LEVEL = 15
WINDOW_LOG = 27
"""128 MiB: about a hundred bodies, and the most that `zstd -d` accepts without an option."""


def pack(path: Path, held: RawDay, bodies: Iterator[tuple[ArchivedMetadata, bytes]]) -> int:
    """Write a day's file atomically; returns the number of bytes of its bodies.

    Metadata and ledger come first, so that a reader knows which bodies follow.
    """
    over, body_bytes = datetime.combine(held.day + timedelta(days=1), time(), UTC), 0
    with (
        written_atomically(path) as file,
        _compressed(file) as stream,
        tarfile.open(fileobj=stream, mode="w|", format=tarfile.USTAR_FORMAT, bufsize=2**20) as tar,
    ):
        _add(tar, PAGES, held.pages_jsonl, over)
        _add(tar, LEDGER, held.ledger_jsonl, over)
        for response, body in bodies:
            _add(tar, response.file, body, response.fetched_at)
            body_bytes += len(body)
    return body_bytes


def _compressed(file: BinaryIO) -> zstandard.ZstdCompressionWriter:
    parameters = zstandard.ZstdCompressionParameters.from_level(
        LEVEL, window_log=WINDOW_LOG, enable_ldm=True, write_checksum=True
    )
    return zstandard.ZstdCompressor(compression_params=parameters).stream_writer(file, closefd=False)


def _add(tar: tarfile.TarFile, name: str, content: bytes, at: datetime) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mtime = len(content), int(at.timestamp())
    tar.addfile(member, io.BytesIO(content))
