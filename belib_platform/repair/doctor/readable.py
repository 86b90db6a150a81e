"""raw: documents that no version of the platform writes; making rows of their day would fail."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from belib_platform.raw.archive.lines import Row
from belib_platform.raw.archive.raw_day import raw_day
from belib_platform.repair.doctor.finding import Finding
from belib_platform.repair.doctor.stores import Stores

LAYER = "raw"

ATTEMPT: Mapping[str, Any] = {
    "origin": str,
    "outcome": str,
    "reason": str | None,
    "page_id": str | None,
    "record_count": int | None,
    "received_at_ms": int | None,
}
"""Fields of an attempt from which a row of `clean.poll` is made, and their types."""


def raw_is_readable(stores: Stores, day: date) -> Iterator[Finding]:
    """Documents of a UTC day that the platform cannot read, or with fields unknown to it; a person must decide."""
    held = raw_day(stores.raw, day)
    if held.unfit:
        yield Finding(LAYER, day, "documents are none of ours", len(held.unfit), str(held.unfit[0]))
    spoilt = [f"{row['_id']}: {wrong}" for row in held.rows if (wrong := _wrong_fields(row))]
    if spoilt:
        yield Finding(LAYER, day, "attempts are none of ours", len(spoilt), spoilt[0])


def _wrong_fields(row: Row) -> str:
    """The fields that are missing or of another type; empty if there are none."""
    wrong = (name for name, kind in ATTEMPT.items() if not isinstance(row.get(name), kind))
    return ", ".join(f"{name} is {row.get(name)!r:.60}" for name in wrong)
