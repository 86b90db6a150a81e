"""How many bodies an import has in memory at once: they are counted in bytes, too."""

import json
from collections.abc import Iterator
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belib_platform.recordings import importing
from belib_platform.recordings.finding import find_recordings
from belib_platform.recordings.importing import AT_ONCE, BYTES_AT_ONCE
from belib_platform.recordings.recording import PagedSnapshot, Recording
from belib_platform_tests.sources.portal_records import live

FIRST = datetime(2025, 10, 26, 14, tzinfo=UTC)
MIB = 2**20


def recording(size: int) -> Recording:
    return Recording(Path("x"), "belib", FIRST, "application/json", None, bytes, held_bytes=size)


@given(sizes=st.lists(st.sampled_from([0, 1, MIB, 20 * MIB, 64 * MIB]), max_size=120))
def test_a_batch_ends_where_its_bodies_are_too_large_and_nothing_is_lost(sizes: list[int]) -> None:
    taken: list[importing._Begun] = []

    def items() -> Iterator[importing._Begun]:
        for size in sizes:
            taken.append(importing._Begun(size, Future()))
            yield taken[-1]

    batches: list[list[importing._Begun]] = []
    for batch in importing._batches(items()):
        assert sum(map(len, batches)) + len(batch) == len(taken)  # no body is read ahead of its batch
        batches.append(batch)
    assert [item for batch in batches for item in batch] == taken
    held = [[item.held_bytes for item in batch] for batch in batches]
    assert all(0 < len(batch) <= AT_ONCE and sum(batch[:-1]) < BYTES_AT_ONCE for batch in held)
    assert all(len(batch) == AT_ONCE or sum(batch) >= BYTES_AT_ONCE for batch in held[:-1])


def stamped(n: int) -> list[dict[str, object]]:
    at = f"{FIRST + timedelta(minutes=5 * n):%Y-%m-%dT%H:%M:%SZ}"
    return [{"fetched_at": at, **live(point)} for point in range(6)]


def lines(items: list[dict[str, object]]) -> str:
    return "".join(json.dumps(item) + "\n" for item in items)


KEPT = {
    "a history": lines([row for n in range(4) for row in stamped(n)]),
    "answers in documents": lines(
        [{"_id": n, "fetched_at": {"$date": FIRST.isoformat()}, "body": stamped(n)} for n in range(4)]
    ),
    "records in documents": lines([{"_id": n, **live(n), "asked": {"$date": FIRST.isoformat()}} for n in range(4)]),
}


@pytest.mark.parametrize("kind", KEPT)
def test_what_an_item_has_in_memory_is_said(tmp_path: Path, kind: str) -> None:
    (tmp_path / "export.json").write_text(KEPT[kind])
    found = list(find_recordings(tmp_path))
    assert found
    for item in found:
        assert isinstance(item, Recording)
        assert item.held_bytes == len(item.read())


def test_a_file_is_read_only_when_it_is_needed_and_pages_are_counted_together(tmp_path: Path) -> None:
    (tmp_path / "feed_2025-10-26T140000Z.json").write_text(json.dumps([live(n) for n in range(6)]))
    [item] = find_recordings(tmp_path)
    assert isinstance(item, Recording)
    assert item.held_bytes == 0
    assert PagedSnapshot("belib", FIRST, (recording(3), recording(4))).held_bytes == 7
