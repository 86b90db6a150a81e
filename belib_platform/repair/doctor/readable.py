"""raw: documents that are not what anything of ours writes. Whoever folds a day would stumble over them."""

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
"""What every attempt says, or may say, that a row of `clean.poll` is made from."""


def raw_is_readable(stores: Stores, day: date) -> Iterator[Finding]:
    """Documents of a UTC day that the platform cannot read, or that hold what it does not know; a person judges."""
    held = raw_day(stores.raw, day)
    if held.unfit:
        yield Finding(LAYER, day, "documents are none of ours", len(held.unfit), str(held.unfit[0]))
    spoilt = [f"{row['_id']}: {said}" for row in held.rows if (said := _spoilt(row))]
    if spoilt:
        yield Finding(LAYER, day, "attempts are none of ours", len(spoilt), spoilt[0])


def _spoilt(row: Row) -> str:
    """The fields that are missing or of another kind, empty where there are none."""
    wrong = (name for name, kind in ATTEMPT.items() if not isinstance(row.get(name), kind))
    return ", ".join(f"{name} is {row.get(name)!r:.60}" for name in wrong)
