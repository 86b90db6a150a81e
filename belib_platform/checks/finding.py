"""What a check found: whether its sentence is true, the numbers behind it, and a sample of what offends."""

from typing import NamedTuple

import polars as pl

SAMPLE = 10
"""Offending rows shown."""


class Finding(NamedTuple):
    """The answer to one check; a warning does not count as an error when it is false."""

    passed: bool
    numbers: dict[str, float | int | str]
    sample: pl.DataFrame | None = None
    is_warning: bool = False


def none_of(offenders: pl.DataFrame, judged: int, *, is_warning: bool = False) -> Finding:
    """True when there are no offending rows among those judged."""
    numbers: dict[str, float | int | str] = {"offending": offenders.height, "judged": judged}
    return Finding(offenders.is_empty(), numbers, offenders.head(SAMPLE), is_warning)
