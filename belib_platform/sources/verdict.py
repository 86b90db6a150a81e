"""Whether an answer is sound: what it must hold before anybody builds on it."""

from dataclasses import dataclass, replace

import polars as pl

from belib_platform.sources.record_body import read_records
from belib_platform.sources.records import BodyError, Decoded, Layout

ANNOUNCED_SHARE = 0.99
"""Share of the announced records a body must hold: the table moves between the two requests."""

FLOOR = 0.5
"""Share of the usual number of records below which an answer is not believed."""


@dataclass(frozen=True)
class Verdict:
    """Sound, or refused with a reason; `warning` says what was odd about a sound answer.

    `record_count` counts the records in the body, readable or not; None where it cannot be read.
    """

    is_sound: bool
    reason: str | None
    record_count: int | None
    warning: str | None = None

    def refused(self, reason: str) -> "Verdict":
        """This verdict turned into a refusal."""
        return replace(self, is_sound=False, reason=reason)

    def warned(self, *warnings: str | None) -> "Verdict":
        """This verdict with further warnings; None is no warning."""
        return replace(self, warning="; ".join(filter(None, [self.warning, *warnings])) or None)


def refused(reason: str) -> Verdict:
    """The verdict on a body that cannot be read."""
    return Verdict(is_sound=False, reason=reason, record_count=None)


def judge_records(body: bytes, media_type: str, layout: Layout) -> Verdict:
    """Sound: whole, a list, not empty, with at least one record that can be read, and every required column.

    Optional columns no record has, records that cannot be read and bare `nan` are warnings.
    """
    try:
        needed = read_records(body, media_type, layout.required)
        decoded = read_records(body, media_type, layout)
    except BodyError as error:
        return refused(f"The body {error}.")
    verdict = Verdict(is_sound=True, reason=None, record_count=needed.frame.height + needed.rejects.height)
    if not verdict.record_count:
        return verdict.refused("The body is an empty list.")
    if not needed.frame.height:
        key = layout.key.source_names[0]
        return verdict.refused(f"No record can be read by its {key}: {describe_rejects(needed.rejects)}.")
    absent = absent_columns(needed.frame, layout.required)
    if absent:
        return verdict.refused(f"No record has {', '.join(absent)}.")
    return verdict.warned(*_warnings(decoded, layout))


def absent_columns(frame: pl.DataFrame, layout: Layout) -> list[str]:
    """The source's names of the columns that no row has."""
    return [c.source_names[0] for c in layout.columns if frame[c.name].null_count() == frame.height]


def against_announcement(verdict: Verdict, announced: int) -> Verdict:
    """Refuses a sound body that holds fewer records than announced, within reason (ANNOUNCED_SHARE)."""
    if not verdict.is_sound or (verdict.record_count or 0) >= ANNOUNCED_SHARE * announced:
        return verdict
    return verdict.refused(f"The body holds {verdict.record_count:,} of {announced:,} records announced.")


def below_half(verdict: Verdict, usual_count: int | None) -> Verdict:
    """Refuses a sound body that holds less than half as many records as is usual (None: not known yet)."""
    if not verdict.is_sound or (verdict.record_count or 0) >= FLOOR * (usual_count or 0):
        return verdict
    return verdict.refused(
        f"The body holds {verdict.record_count:,} records, less than half of the usual {usual_count:,}."
    )


def _warnings(decoded: Decoded, layout: Layout) -> list[str]:
    warnings = []
    if decoded.non_number_count:
        warnings.append(f"{decoded.non_number_count:,} bare nan read as null")
    if decoded.rejects.height:
        warnings.append(f"records that cannot be read: {describe_rejects(decoded.rejects)}")
    absent = absent_columns(decoded.frame, layout)
    if absent and decoded.frame.height:
        warnings.append(f"no record has {', '.join(absent)}")
    return warnings


def describe_rejects(rejects: pl.DataFrame) -> str:
    """How many records broke which rule, most broken first."""
    counts = rejects["rule"].value_counts(sort=True).rows()
    return ", ".join(f"{count:,} × {rule}" for rule, count in counts)
