"""Files made to hurt, with a manifest that vouches for them: refused with a sentence, and nothing of them is kept."""

import hashlib
import io
import json
import tarfile
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import zstandard

from belib_platform.raw.archive.archive import Archive, archive_day
from belib_platform.raw.archive.entry import Entry, file_name
from belib_platform.raw.archive.errors import BrokenError
from belib_platform.raw.archive.manifest import append
from belib_platform.raw.archive.restoring import restore_day
from belib_platform.raw.store import RawStore
from belib_platform_tests.raw.archive.days import DAY, documents, keep_day, lose

Members = list[tuple[tarfile.TarInfo, bytes]]
HUGE = 2**40


def member(name: str, content: bytes, **facts: Any) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for fact, value in facts.items():
        setattr(info, fact, value)
    return info, content


def honest(archive: Archive, store: RawStore) -> tuple[Entry, Members]:
    """A day's real entry and members; raw is empty afterwards."""
    keep_day(store)
    entry = archive_day(archive, store, DAY)
    assert entry is not None
    lose(store)
    raw = zstandard.ZstdDecompressor().stream_reader((archive.folder / entry.file).read_bytes()).read()
    with tarfile.open(fileobj=io.BytesIO(raw)) as tar:
        return entry, [(info, tar.extractfile(info).read()) for info in tar]  # type: ignore[union-attr]


def tar_of(members: Members) -> bytes:
    blocks = (info.tobuf(tarfile.USTAR_FORMAT if info.size < HUGE else tarfile.GNU_FORMAT) for info, _ in members)
    return b"".join(
        block + content + bytes(-len(content) % 512) for block, (_, content) in zip(blocks, members, strict=True)
    ) + bytes(1024)


def vouched(archive: Archive, entry: Entry, content: bytes, **facts: Any) -> None:
    """Put this in place of the day, as a revision whose entry has the right hash of the file."""
    name = file_name(entry.day, 2)
    (archive.folder / name).write_bytes(content)
    forged = {"revision": 2, "file": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    links = {"previous_sha256": entry.entry_sha256, "made_at": datetime(2025, 4, 1, tzinfo=UTC)}
    append(archive.folder, Entry(**{**dict(entry), **forged, **links, **facts}))


def with_lines(members: Members, change: Callable[[dict[str, Any]], None]) -> tuple[Members, dict[str, Any]]:
    """The first head changed, and the entry's hash with it."""
    (pages, lines), (ledger, rows), *bodies = members
    first, *others = lines.splitlines(keepends=True)
    head = json.loads(first)
    change(head)
    changed = json.dumps(head).encode() + b"\n" + b"".join(others)
    facts = {"content_sha256": hashlib.sha256(changed + rows).hexdigest()}
    return [member(pages.name, changed), (ledger, rows), *bodies], facts


def refused(archive: Archive, store: RawStore, said: str) -> None:
    with pytest.raises(BrokenError, match=said):
        restore_day(archive, store, DAY)
    assert not any(documents(store).values()), "nothing came in"


@pytest.mark.family
@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda m: [member("../../evil", b"x"), *m], "'../../evil' stands where pages.jsonl should"),
        (lambda m: [*m[:2], member("/etc/cron.d/evil", b"x"), *m[3:]], "'/etc/cron.d/evil' stands where"),
        (lambda m: [member(m[0][0].name, b"", type=tarfile.SYMTYPE, linkname="/etc/passwd"), *m[1:]], "stands where"),
        (lambda m: [member("x" * 99, b"", type=tarfile.XHDTYPE, size=2**32), *m], "stands where pages.jsonl should"),
        (lambda m: [member(m[0][0].name, b"", size=HUGE)], "pages.jsonl claims 1,099,511,627,776 bytes"),
        (lambda m: [*m[:2], member(m[2][0].name, b"", size=HUGE)], "claims 1,099,511,627,776 bytes"),
        (lambda m: m[:-1], "file_can_be_read|cut short"),
        (lambda m: [*m, member("pages/extra", b"x")], "it does not end where its last body does"),
        (lambda m: [*m[:2], member(m[2][0].name, m[2][1] + b" "), *m[3:]], "body_has_its_sha256"),
        (lambda m: [member("pages.jsonl", b"[]\n"), *m[1:]], "content_has_its_sha256"),
    ],
)
def test_a_spoilt_tar_is_refused(
    archive: Archive, store: RawStore, spoil: Callable[[Members], Members], said: str
) -> None:
    entry, members = honest(archive, store)
    vouched(archive, entry, zstandard.compress(tar_of(spoil(members))))
    refused(archive, store, said)


@pytest.mark.family
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"collection": "poll_attempt"}, "cannot be in"),
        (
            {"collection": "poll_attempt", "file": "pages/poll_attempt/belib_1743238800000_0.body"},
            "is of no source|stands",
        ),
        ({"fetched_at": "2031-01-01T00:00:00Z"}, f"is no page of {DAY}"),
        ({"fetched_at": "2025-03-29T09:00:00.0001Z"}, f"is no page of {DAY}"),
        ({"fetched_at": "noon"}, "pages.jsonl line 1: fetched_at"),
        ({"weight": 3}, "pages.jsonl line 1: weight"),
        ({"source": {"$gt": ""}}, "pages.jsonl line 1: source"),
        ({"file": "../../evil"}, "cannot be in ../../evil"),
    ],
)
def test_a_spoilt_head_is_refused(archive: Archive, store: RawStore, change: dict[str, Any], said: str) -> None:
    entry, members = honest(archive, store)
    spoilt, facts = with_lines(members, lambda head: head.update(change))
    if "collection" in change:
        facts["pages"] = {**entry.pages, "poll_attempt": {"sound": 1}, "raw_belib": {"sound": 3, "refused": 2}}
    vouched(archive, entry, zstandard.compress(tar_of(spoilt)), **facts)
    refused(archive, store, said)


@pytest.mark.parametrize(
    "row", ['{"_id": 3}', '{"_id": "a/0", "source": "a", "fetched_at_ms": 0}', "[]", '{"a": {"$gt": 1}}']
)
def test_a_spoilt_attempt_is_refused(archive: Archive, store: RawStore, row: str) -> None:
    entry, [pages, (ledger, rows), *bodies] = honest(archive, store)
    spoilt = row.encode() + b"\n" + rows
    content = hashlib.sha256(pages[1] + spoilt).hexdigest()
    vouched(
        archive,
        entry,
        zstandard.compress(tar_of([pages, member(ledger.name, spoilt), *bodies])),
        content_sha256=content,
    )
    refused(archive, store, "ledger.jsonl line 1: ")


def with_a_window_of_gigabytes(content: bytes) -> bytes:
    wide = zstandard.ZstdCompressionParameters.from_level(3, window_log=29, write_content_size=False)
    writer = zstandard.ZstdCompressor(compression_params=wide).compressobj()
    return writer.compress(content) + writer.flush()


@pytest.mark.parametrize(
    ("packed", "said"),
    [
        (lambda content: zstandard.compress(content + bytes(2**28)), "it does not end where its last body does"),
        (with_a_window_of_gigabytes, "it is not sound zstd"),
        (lambda _: b"nothing of the kind", "it is not sound zstd|cut short"),
    ],
    ids=["a bomb", "a window of gigabytes", "no zstd"],
)
def test_a_file_that_is_compressed_to_hurt_is_refused(
    archive: Archive, store: RawStore, packed: Callable[[bytes], bytes], said: str
) -> None:
    entry, members = honest(archive, store)
    vouched(archive, entry, packed(tar_of(members)))
    refused(archive, store, said)
