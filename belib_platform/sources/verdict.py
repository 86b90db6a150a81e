"""Whether an answer is sound: what it must hold before anybody builds on it."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import polars as pl

from belib_platform.contracts.rejects import counts_by_rule
from belib_platform.sources.record_body import read_records
from belib_platform.sources.records import BodyError, Decoded, Layout

ANNOUNCED_SHARE = 0.99
"""Share of the announced records a body must hold: the table moves between the two requests."""

MOST_ANNOUNCED = 1.01
"""Share of the announced records, rounded up, that a body may hold."""

FLOOR, CEILING = 0.5, 1.5
"""Shares of the usual number of records below and above which an answer is not believed."""

JUDGED_FROM = 50
"""Usual number of records below which it judges nobody: a few points more or fewer are many of so few."""

PAGE_SIZES = (10, 100)
"""Records in one page of the Explore API: by default, and at most."""


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


def breaking_no_rule(records: pl.DataFrame) -> pl.DataFrame:
    """Records of which tables turn none away."""
    return records.with_columns(rule=pl.lit(None, pl.String))


def judge_records(
    body: bytes, media_type: str, layout: Layout, ruled: Callable[[pl.DataFrame], pl.DataFrame] = breaking_no_rule
) -> Verdict:
    """Sound: whole, a list, not empty, with every required column, and at least one record that tables take.

    `ruled` names for each row, in `rule`, the rule for which tables reject it. Records rejected, values that
    cannot be read or are spelt otherwise than usual, optional columns no record has and bare `nan` are warnings.
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
    turned_away = ruled(decoded.frame.with_columns(page_id=pl.lit(""))).drop_nulls("rule")["rule"]
    counts = dict(turned_away.value_counts().iter_rows())
    if turned_away.len() == decoded.frame.height:
        return verdict.refused(f"No record is taken: {counted(counts)}.")
    return verdict.warned(*_warnings(decoded, layout), _listed("records rejected", counts))


def absent_columns(decoded: Decoded, layout: Layout) -> list[str]:
    """The source's names of the columns that no row has, readable or not."""
    frame = decoded.frame
    absent = [c for c in layout.columns if frame[c.name].null_count() == frame.height]
    return [column.source_names[0] for column in absent if column.is_readable not in decoded.odd_values]


def against_announcement(verdict: Verdict, announced: int) -> Verdict:
    """Refuses a sound body that holds fewer or more records than announced, within reason."""
    held = verdict.record_count or 0
    if not verdict.is_sound or ANNOUNCED_SHARE * announced <= held <= most_of(announced):
        return verdict
    return verdict.refused(f"The body holds {held:,} of {announced:,} records announced.")


def most_of(announced: int) -> int:
    """How many records a body may hold of which so many were announced."""
    return math.ceil(MOST_ANNOUNCED * announced)


class Usual(NamedTuple):
    """How many records a response of a source has around an instant; `is_sure` where a larger one can be wrong."""

    record_count: int
    is_sure: bool


def against_usual(verdict: Verdict, usual: Usual | None) -> Verdict:
    """Refuses a sound body with fewer than half as many records as is usual, or, where that `is_sure`, with more than
    one and a half times as many.

    None: not known yet. A feed that really shrank or grew so much is for a person to tell.
    """
    held = verdict.record_count or 0
    if not verdict.is_sound or usual is None or usual.record_count < JUDGED_FROM:
        return verdict
    if held < FLOOR * usual.record_count:
        what = f"is partial: it holds {held:,} records, less than half"
        return verdict.refused(f"The body {what} of the usual {usual.record_count:,}.")
    if usual.is_sure and held > CEILING * usual.record_count:
        return verdict.refused(
            f"The body holds {held:,} records, more than 1.5 times the usual {usual.record_count:,}."
        )
    return verdict


def against_page_size(verdict: Verdict, usual: Usual | None) -> Verdict:
    """Refuses a sound body that is as long as a page of the API, unless the usual number of records is near that."""
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
    """How many records broke which rule, most broken first."""
    return counted(counts_by_rule(rejects))


def _listed(what: str, counts: Mapping[str, int]) -> str | None:
    return f"{what}: {counted(counts)}" if counts else None


def counted(counts: Mapping[str, int]) -> str:
    """Counts by rule as a sentence's part, the largest first."""
    by_count = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{count:,} × {rule}" for rule, count in by_count)
