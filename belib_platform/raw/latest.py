"""`raw_belib_latest`: one document per charge point as last sent, for those who browse and for apps."""

import csv
import io
from typing import Any, NamedTuple

from pymongo import UpdateOne
from pymongo.collection import Collection

from belib_platform.sources import json_text

KEYS = ("id_pdc", "ID PDC local")
"""The key's technical name, and its label in CSV exports."""


class Latest(NamedTuple):
    """The newest page's id and its records as sent, by charge point."""

    page_id: str
    records: dict[str, dict[str, Any]]


def records_as_sent(body: bytes, media_type: str) -> dict[str, dict[str, Any]]:
    """A sound real-time page's records by charge point id, field names and values as sent."""
    if media_type == "text/csv":
        rows: list[Any] = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig")), delimiter=";"))
    else:
        rows, _ = json_text.parse(body)
    records = [row for row in rows if isinstance(row, dict)]
    return {key: row for row in records if (key := next((row[k] for k in KEYS if row.get(k)), None))}


def refresh_latest(collection: Collection[dict[str, Any]], latest: Latest) -> int:
    """Lay the newest page over the collection; returns how many documents changed.

    A document holds a record as sent, and `page_id`, the page that first sent it so. Points the page does not have
    stay as they were; only what differs is written.
    """
    kept = {document["_id"]: document for document in collection.find()}
    changed = {key: record for key, record in latest.records.items() if _as_sent(kept.get(key)) != record}
    if changed:
        collection.bulk_write(
            [
                UpdateOne({"_id": k}, {"$set": {**r, "page_id": latest.page_id}}, upsert=True)
                for k, r in changed.items()
            ],
            ordered=False,
        )
    return len(changed)


def _as_sent(document: dict[str, Any] | None) -> dict[str, Any] | None:
    return document and {key: value for key, value in document.items() if key not in ("_id", "page_id")}
