"""archive ↔ ledger of a retired day: its responses left raw, its attempts must stay as they were archived."""

from collections.abc import Iterator
from datetime import date

from belib_platform.raw.archive.entry import Entry
from belib_platform.raw.archive.errors import ArchiveError
from belib_platform.raw.archive.lines import Row, ledger_jsonl
from belib_platform.raw.archive.raw_day import raw_day
from belib_platform.raw.archive.reading import opened
from belib_platform.repair.doctor.finding import Finding, Remedy
from belib_platform.repair.doctor.stores import Stores

LAYER = "archive ↔ ledger"


def archive_and_ledger(stores: Stores, entry: Entry) -> Iterator[Finding]:
    """Attempts of a retired UTC day that the ledger lost or changed. Another comparison reports unreadable files.

    The remedy puts back the attempts alone, since a restore would bring the responses back, too.
    """
    try:
        wrong = _not_as_archived(stores, entry)
    except ArchiveError:
        return
    if wrong:
        summary = "attempts of a retired day are not those archived"
        yield Finding(LAYER, entry.day, summary, len(wrong), str(wrong[0]["_id"]), Remedy.LEDGER)


def put_attempts_back(stores: Stores, day: date) -> None:
    """Put the archived attempts of a retired UTC day back; documents in their place move to `displaced_document`.

    If the process is killed, the next call completes it. Raises ArchiveError if the archived file cannot be read.
    """
    with stores.archive.turn():
        wrong = _not_as_archived(stores, stores.archive.entry(day))
        ledger = stores.raw.ledger
        stores.raw.displace(ledger.collection.name, [str(row["_id"]) for row in wrong])
        ledger.put_back(wrong)


def _not_as_archived(stores: Stores, entry: Entry) -> list[Row]:
    """Rows of the file that the ledger lacks or changed; the attempts of a retired day may no longer change."""
    held = {row["_id"]: ledger_jsonl([row]) for row in raw_day(stores.raw, entry.day).rows}
    with opened(stores.archive.folder, entry) as file:
        return [row for row in file.rows if held.get(row["_id"]) != ledger_jsonl([row])]
