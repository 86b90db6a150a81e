"""What was written from what: the note of a partition, and the plan that follows from comparing it with the inputs."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Plan:
    """What to do about a partition: nothing, append the inputs from `start` on, or a full refresh (`start` is 0)."""

    action: Literal["nothing", "append", "full_refresh"]
    start: int
    fingerprint: str
    settled_count: int
    settled: str


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
    if note and not full_refresh and note.fingerprint == now:
        return Plan("nothing", len(inputs), now, settled_count, settled)
    if (
        note
        and not full_refresh
        and note.settled_count
        and note.settled == fingerprint(basis, inputs[: note.settled_count])
    ):
        return Plan("append", note.settled_count, now, settled_count, settled)
    return Plan("full_refresh", 0, now, settled_count, settled)
