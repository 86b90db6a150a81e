"""A file that is one response, or one page of one."""

import hashlib
from datetime import datetime

from belib_platform.recordings.files import ListedFile
from belib_platform.recordings.manifest import NAME
from belib_platform.recordings.recognition import Kind, recognise
from belib_platform.recordings.recording import Recording, Unreadable
from belib_platform.sources.record_body import sift_records, typed
from belib_platform.sources.records import BodyError
from belib_platform.sources.registry import SOURCES

_ADVICE = f"give --fetched-at, --time-field or --time-format, or name its time in {NAME}"


class SeveralSnapshotsError(Exception):
    """A file holds more than one snapshot; the message completes "the file …"."""


def read_response(found: ListedFile, fetched_at: datetime, source: str | None = None) -> Recording:
    """The recording that a file is; `fetched_at` is UTC.

    Raises SeveralSnapshotsError, and whatever `fault_of` describes for a file that is no recording.
    """
    file, entry = found.file, found.entry
    body = file.body()
    kind = recognise(body, file.plain_name, url=entry.url, source=source or entry.source)
    if entry.sha256 and hashlib.sha256(body).hexdigest() != entry.sha256.lower():
        raise BodyError(f"is not what {NAME} says: its sha256 differs")
    _refuse_several(body, kind)
    return Recording(
        file.path,
        kind.source,
        fetched_at,
        kind.media_type,
        entry.url,
        file.body,
        entry.received_at,
        place=file.member,
        paging=kind.paging,
    )


def read_untimed(found: ListedFile, why: str | None = None) -> Unreadable:
    """Why a file without a time is no recording. Raises as `read_response` does if there is another reason."""
    file = found.file
    body = file.body()
    _refuse_several(body, recognise(body, file.plain_name, url=found.entry.url))
    because = why or f"neither {NAME} nor its name tells"
    return file.unreadable(f"has no known fetch time: {because}; {_ADVICE}")


def _refuse_several(body: bytes, kind: Kind) -> None:
    count = snapshot_count(body, kind.media_type, kind.source) if kind.paging is None else 1
    if count > 1:
        advice = f"name the column with --time-field, or as time_field in {NAME}"
        raise SeveralSnapshotsError(f"holds {count:,} snapshots; {advice}")


def snapshot_count(body: bytes, media_type: str, source: str) -> int:
    """How many snapshots of the whole set a body holds: the median number of occurrences of an id.

    A few ids that occur twice by accident change nothing. 1 for a body that cannot be read: its verdict says why.
    """
    layout = SOURCES[source].layout
    if layout is None:
        return 1
    try:
        sent = sift_records(body, media_type, layout).frame
    except BodyError:
        return 1
    key = layout.narrowed(())
    ids = typed(sent.select(key.key.name), key)[key.key.name]
    if ids.n_unique() == ids.len():
        return 1
    return int(ids.value_counts()["count"].sort()[(ids.n_unique() - 1) // 2])
