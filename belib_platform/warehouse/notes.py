"""What was written from what: the note of a partition, and the plan that follows from comparing it with the inputs."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True)
class Note:
    """One row of `written_window`, as read."""

    asset: str
    window_key: str
    fingerprint: str
    settled_count: int
    settled: str
    row_count: int
    rejected_count: int
    run_id: str
    revised_at: datetime | None = None


@dataclass(frozen=True)
class Plan:
    """What to do about a partition: nothing, append the inputs from `start` on, or a full refresh (`start` is 0).

    `is_revision`: the partition was made before of inputs, or by code, that these do not merely continue.
    """

    action: Literal["nothing", "append", "full_refresh"]
    start: int
    fingerprint: str
    settled_count: int
    settled: str
    is_revision: bool = False


def fingerprint(basis: Sequence[str], inputs: Sequence[str]) -> str:
    """Hash of what a result depends on besides its inputs (code, contract), and of its inputs in order."""
    return hashlib.sha256("\n".join([*basis, "", *inputs]).encode()).hexdigest()[:32]


def plan(
    note: Note | None, basis: Sequence[str], inputs: Sequence[str], *, unsettled: int = 0, full_refresh: bool = False
) -> Plan:
    """Compare a partition's inputs, oldest first, with what its note covers.

    The last `unsettled` inputs may still change without a new fingerprint of those before them. Inputs that only
    grew at the end are appended; anything else (an import, a late retry, new code) is a full refresh of the partition.
    """
    settled_count = max(len(inputs) - unsettled, 0)
    now = fingerprint(basis, inputs)
    settled = fingerprint(basis, inputs[:settled_count])
    is_equal = note is not None and note.fingerprint == now
    has_grown = note is not None and note.settled == fingerprint(basis, inputs[: note.settled_count])
    if is_equal and not full_refresh:
        return Plan("nothing", len(inputs), now, settled_count, settled)
    if note and has_grown and note.settled_count and not full_refresh:
        return Plan("append", note.settled_count, now, settled_count, settled)
    is_revision = note is not None and not is_equal and not has_grown
    return Plan("full_refresh", 0, now, settled_count, settled, is_revision)
