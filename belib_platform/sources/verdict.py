"""Verdicts: whether an answer is sound, so that tables may be made from it."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import polars as pl

from belib_platform.contracts.rejects import counts_by_rule
from belib_platform.sources.record_body import read_records
from belib_platform.sources.records import BodyError, Decoded, Layout

ANNOUNCED_SHARE = 0.99
"""Share of the announced records that a body must have; their number may change between the two requests."""

MOST_ANNOUNCED = 1.01
"""Share of the announced records, rounded up, that a body may have."""

MOST = 0.5
"""Share of the records that must break the rule that tells of the whole body."""

FLOOR, CEILING = 0.5, 1.5
"""Shares of the usual number of records; an answer with fewer or more is refused."""

JUDGED_FROM = 50
"""A smaller usual number of records is not compared, since a few records more or fewer would be a large share."""

PAGE_SIZES = (10, 100)
"""Records on a page of the Explore API: by default, and at most."""


@dataclass(frozen=True)
class Verdict:
    """Sound, or refused with a reason; `warning` says what is unusual about a sound answer.

    `record_count` counts the records in the body, readable or not; None if it cannot be read.
    """

    is_sound: bool
    reason: str | None
    record_count: int | None
    warning: str | None = None

    def refused(self, reason: str) -> "Verdict":
        """This verdict turned into a refusal."""
        return replace(self, is_sound=False, reason=reason)

    def warned(self, *warnings: str | None) -> "Verdict":
        """This verdict with further warnings; None is ignored."""
        return replace(self, warning="; ".join(filter(None, [self.warning, *warnings])) or None)


def refused(reason: str) -> Verdict:
    """The verdict on a body that cannot be read."""
    return Verdict(is_sound=False, reason=reason, record_count=None)


def breaking_no_rule(records: pl.DataFrame) -> pl.DataFrame:
    """Records that break no rule."""
    return records.with_columns(rule=pl.lit(None, pl.String))


def judge_records(
    body: bytes,
    media_type: str,
    layout: Layout,
    ruled: Callable[[pl.DataFrame], pl.DataFrame] = breaking_no_rule,
    telling: str | None = None,
) -> Verdict:
    """Sound: a complete list with every required column and at least one record that tables accept.

    `ruled` adds the column `rule`: the rule by which tables reject a row, or null. Where most records break the rule
    `telling`, if given, the others only seem not to: such a body is refused. Rejected records, values that cannot
    be read or have an unusual spelling, optional columns that no record has, and bare `nan` are warnings.
    """
    try:
        decoded = read_records(body, media_type, layout)
    except BodyError as error:
        return refused(f"The body {error}.")
    verdict = Verdict(is_sound=True, reason=None, record_count=decoded.record_count)
    if not verdict.record_count:
        return verdict.refused("The body is an empty list.")
    if decoded.frame.is_empty():
        key = layout.key.source_names[0]
        return verdict.refused(f"No record can be read by its {key}: {describe_rejects(decoded.rejects)}.")
    absent = absent_columns(decoded, layout.required)
    if absent:
        return verdict.refused(f"No record has {', '.join(absent)}.")
    rejected_by = ruled(decoded.frame.with_columns(page_id=pl.lit(""))).drop_nulls("rule")["rule"]
    counts = dict(rejected_by.value_counts().iter_rows())
    if rejected_by.len() == decoded.frame.height:
        return verdict.refused(f"No record is taken: {counted(counts)}.")
    if telling is not None and (broken := counts.get(telling, 0)) > MOST * decoded.frame.height:
        return verdict.refused(f"Most records, {broken:,} of {decoded.frame.height:,}, break {telling}.")
    return verdict.warned(*_warnings(decoded, layout), _listed("records rejected", counts))


def absent_columns(decoded: Decoded, layout: Layout) -> list[str]:
    """The source's names for the columns of which no row has a value, readable or not."""
    frame = decoded.frame
    absent = [c for c in layout.columns if not c.stands_in and frame[c.name].null_count() == frame.height]
    return [column.source_names[0] for column in absent if column.is_readable not in decoded.odd_values]


def against_announcement(verdict: Verdict, announced: int) -> Verdict:
    """Refuse a sound body with clearly fewer or more records than announced."""
    held = verdict.record_count or 0
    if not verdict.is_sound or ANNOUNCED_SHARE * announced <= held <= most_of(announced):
        return verdict
    return verdict.refused(f"The body holds {held:,} of {announced:,} records announced.")


def most_of(announced: int) -> int:
    """The most records that a body may have if this many were announced."""
    return math.ceil(MOST_ANNOUNCED * announced)


class Usual(NamedTuple):
    """How many records a source's responses have around an instant; `is_sure` if many more must be wrong."""

    record_count: int
    is_sure: bool


def against_usual(verdict: Verdict, usual: Usual | None) -> Verdict:
    """Refuse a sound body with less than half of the usual number of records, or, if that `is_sure`, with more than one
    and a half times as many.

    `usual` is None while it is unknown. If a feed really shrank or grew that much, an operator must say so.
    """
    held = verdict.record_count or 0
    if not verdict.is_sound or usual is None or usual.record_count < JUDGED_FROM:
        return verdict
    if held < FLOOR * usual.record_count:
        return verdict.refused(
            f"The body is partial: it holds {held:,} records, less than half of the usual {usual.record_count:,}."
        )
    if usual.is_sure and held > CEILING * usual.record_count:
        return verdict.refused(
            f"The body holds {held:,} records, more than 1.5 times the usual {usual.record_count:,}."
        )
    return verdict


def against_page_size(verdict: Verdict, usual: Usual | None) -> Verdict:
    """Refuse a sound body with as many records as a page of the API, unless that is near the usual number."""
    held = verdict.record_count
    is_usual = usual is not None and FLOOR * usual.record_count <= (held or 0) <= CEILING * usual.record_count
    if not verdict.is_sound or held not in PAGE_SIZES or is_usual:
        return verdict
    return verdict.refused(
        f"The body is partial: {held} records are one page of the API, by its default or its largest limit, and not "
        "the whole set, which `/exports/json` gives, or pages kept with their `total_count`."
    )


def _warnings(decoded: Decoded, layout: Layout) -> list[str | None]:
    absent = absent_columns(decoded, layout)
    spelt = {c.is_normalised for c in layout.columns}
    odd = decoded.odd_values
    return [
        f"{decoded.non_number_count:,} bare nan read as null" if decoded.non_number_count else None,
        _listed("records that cannot be read", counts_by_rule(decoded.rejects)),
        _listed("values that cannot be read", {rule: count for rule, count in odd.items() if rule not in spelt}),
        _listed("values in an unusual spelling", {rule: count for rule, count in odd.items() if rule in spelt}),
        f"no record has {', '.join(absent)}" if absent else None,
    ]


def describe_rejects(rejects: pl.DataFrame) -> str:
    """Number of rejected records by rule, the largest first."""
    return counted(counts_by_rule(rejects))


def _listed(what: str, counts: Mapping[str, int]) -> str | None:
    return f"{what}: {counted(counts)}" if counts else None


def counted(counts: Mapping[str, int]) -> str:
    """Counts by rule as part of a sentence, the largest first."""
    by_count = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{count:,} × {rule}" for rule, count in by_count)
