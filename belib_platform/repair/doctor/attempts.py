"""poll ↔ ledger: attempts that `clean.poll` has and the ledger lacks; making the day again would lose them."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from belib_platform.contracts.clean import Poll
from belib_platform.raw.response import epoch_ms
from belib_platform.repair.doctor.archived_day import NOTHING, archived
from belib_platform.repair.doctor.finding import Finding, Remedy
from belib_platform.repair.doctor.ledger import unnoted_responses
from belib_platform.repair.doctor.stores import Stores

LAYER = "poll ↔ ledger"


def attempts_forgotten(stores: Stores, day: date) -> Iterator[Finding]:
    """Attempts of a UTC day that only `clean.poll` has, other than those whose response is stored."""
    noted_by_response = {response.attempt_id for response in unnoted_responses(stores.raw, day)}
    rows = [row for row in forgotten_attempts(stores, day) if row["_id"] not in noted_by_response]
    in_archive = archived(stores, day) if rows else NOTHING
    # the comparison with the archive reports those that it has
    if others := [row["_id"] for row in rows if row["_id"] not in in_archive.attempts]:
        remedy = Remedy.LEDGER if in_archive.is_known else None  # the archive may know more of them than the table
        yield Finding(LAYER, day, "attempts lost but for the table", len(others), others[0], remedy)


def forgotten_attempts(stores: Stores, day: date) -> list[dict[str, Any]]:
    """Ledger rows, made from `clean.poll`, of the attempts of a UTC day that the ledger lacks."""
    known = {attempt["_id"] for attempt in stores.raw.ledger.attempts(day)}
    rows = map(_row, stores.warehouse.read(Poll, day, day).iter_rows(named=True))
    return [row for row in rows if row["_id"] not in known]


def _row(row: dict[str, Any]) -> dict[str, Any]:
    ms = epoch_ms(row["fetched_at"])
    received_at = row["received_at"]
    facts = {
        "reason": row["reason"],
        "page_id": row["page_id"],
        "record_count": row["record_count"],
        "received_at_ms": epoch_ms(received_at) if received_at else None,
    }
    of_response = facts if row["page_id"] else {name: value for name, value in facts.items() if value is not None}
    known = {"_id": f"{row['source']}/{ms}", "source": row["source"], "fetched_at_ms": ms}
    return known | {"origin": row["origin"], "outcome": row["outcome"]} | of_response
