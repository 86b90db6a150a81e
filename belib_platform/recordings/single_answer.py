"""A file that is one answer, or one page of an answer."""

import hashlib
from datetime import datetime

from belib_platform.files.file_faults import ANY_FAULT, fault_of
from belib_platform.recordings.archives import Described, Unreadable
from belib_platform.recordings.manifest import NAME
from belib_platform.recordings.recognition import Kind, recognise
from belib_platform.recordings.recorded_answers import Recording
from belib_platform.recordings.repeated_ids import snapshot_count

_ADVICE = f"give --fetched-at, --time-field or --time-format, or name its time in {NAME}"


class SeveralSnapshotsError(Exception):
    """A file holds more than one snapshot; the message completes "the file …"."""


def several_snapshots(count: int) -> str:
    """What is said of a file, or a part of it, whose ids repeat throughout."""
    return f"holds {count:,} snapshots; name the column with --time-field, or as time_field in {NAME}"


def read_whole(found: Described, fetched_at: datetime, source: str | None = None) -> Recording | Unreadable:
    """The recording that a file is, or why it is none. Raises SeveralSnapshotsError."""
    file, entry = found.file, found.entry
    try:
        body = file.body()
        kind = recognise(body, file.plain_name, url=entry.url, source=source or entry.source)
        if entry.sha256 and hashlib.sha256(body).hexdigest() != entry.sha256.lower():
            return found.unreadable(f"is not what {NAME} says: its sha256 differs")
        _refuse_several(body, kind)
    except SeveralSnapshotsError:
        raise
    except ANY_FAULT as error:
        return found.unreadable(fault_of(error))
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


def read_untimed(found: Described, why: str | None = None) -> Unreadable:
    """Why a file without a time is no recording. Raises SeveralSnapshotsError."""
    file = found.file
    try:
        body = file.body()
        _refuse_several(body, recognise(body, file.plain_name, url=found.entry.url))
    except SeveralSnapshotsError:
        raise
    except ANY_FAULT as error:
        return found.unreadable(fault_of(error))
    because = why or f"neither {NAME} nor its name tells"
    return found.unreadable(f"has no known fetch time: {because}; {_ADVICE}")


def _refuse_several(body: bytes, kind: Kind) -> None:
    count = snapshot_count(body, kind.media_type, kind.source) if kind.paging is None else 1
    if count > 1:
        raise SeveralSnapshotsError(several_snapshots(count))
