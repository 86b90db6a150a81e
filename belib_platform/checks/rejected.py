"""What checks of several tables ask of the records that were rejected on the way to their rows."""

from collections.abc import Sequence

import polars as pl

from belib_platform.checks.finding import SAMPLE, Finding, none_of
from belib_platform.contracts.rejects import counts_by_rule, record_count

REJECTED_LIMIT = 0.01


def nothing_was_rejected_for(rejects: pl.DataFrame, rules: Sequence[str], judged: int) -> Finding:
    """No record was rejected for these rules."""
    offenders = rejects.filter(pl.col("rule").is_in(list(rules)))
    finding = none_of(offenders, judged)
    return finding._replace(numbers={**finding.numbers, "offending": _records(offenders)})


def rejected_rows_stay_under_a_limit(rejects: pl.DataFrame, kept: int, usual: Sequence[str] = ()) -> Finding:
    """At most one record in a hundred was rejected, those for `usual` rules aside: they are only counted."""
    judged = rejects.filter(~pl.col("rule").is_in(list(usual)))
    records = _records(judged)
    ratio = records / max(records + kept, 1)
    by_rule = sorted(counts_by_rule(rejects).items())
    numbers: dict[str, float | int | str] = {"rejected": records, "rejected_ratio": ratio, **dict(by_rule)}
    return Finding(ratio <= REJECTED_LIMIT, numbers, judged.head(SAMPLE))


def _records(rejects: pl.DataFrame) -> int:
    """How many records were rejected, those that are only counted included."""
    return int(rejects.unique(["page_id", "record_index"]).select(record_count().sum()).item())
