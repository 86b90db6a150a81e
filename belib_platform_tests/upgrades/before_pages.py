"""Responses in pages as commit 0bda6a7 kept them: a document for each page, with how many they are together.

No code of today makes them. `page` is the number of records before a page; all are refused until none is missing.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import zstandard

Document = dict[str, Any]
PARTIAL = "The snapshot is partial: its 2 pages hold 20 of 30 records."


def former_pages(at: datetime, records: Sequence[Document], size: int, held: int | None = None) -> list[Document]:
    """The documents of a real-time response of Explore v2.1 in pages; with `held`, only so many had been imported."""
    starts = range(0, len(records), size)[:held]
    is_complete = len(starts) * size >= len(records)
    verdict, reason = ("sound", None) if is_complete else ("refused", PARTIAL)
    return [_page(at, records[start : start + size], start, len(records)) | {
        "verdict": verdict, "reason": reason, "page_count": len(starts),
    } for start in starts]  # fmt: skip


def former_attempt(pages: Sequence[Document]) -> Document:
    """The row of the ledger for pages of one instant."""
    first = pages[0]
    return {
        "_id": f"belib/{first['fetched_at_ms']}",
        "source": "belib",
        "fetched_at_ms": first["fetched_at_ms"],
        "origin": "import",
        "outcome": first["verdict"],
        "reason": first["reason"],
        "page_id": first["_id"],
        "record_count": sum(page["record_count"] for page in pages),
        "received_at_ms": first["fetched_at_ms"],
    }


def sent(records: Sequence[Document], total: int) -> bytes:
    """A page as the portal sent it."""
    return json.dumps({"total_count": total, "results": list(records)}).encode()


def _page(at: datetime, records: Sequence[Document], start: int, total: int) -> Document:
    body, ms = sent(records, total), int(at.timestamp()) * 1000
    return {
        "_id": f"belib/{ms}/{start}",
        "fetched_at_ms": ms,
        "source": "belib",
        "fetched_at": at,
        "received_at": at,
        "url": None,
        "status_code": None,
        "headers": {},
        "media_type": "application/json",
        "sha256": hashlib.sha256(body).hexdigest(),
        "record_count": len(records),
        "cadence_s": 300,
        "gap_limit_s": 900,
        "origin": "import",
        "verdict": None,
        "reason": None,
        "page": start,
        "page_count": None,
        "body": zstandard.compress(body, level=3),
    }
