"""A day of everything raw can hold: sound and refused pages, imports, weather, a static edition, failed attempts."""

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from belib_platform.raw.archive.archive import Archive
from belib_platform.raw.archive.entry import NOTHING_BEFORE, Entry
from belib_platform.raw.archive.manifest import NAME
from belib_platform.raw.archive.raw_day import COLLECTIONS
from belib_platform.raw.response import Response, between, body_of
from belib_platform.raw.store import RawStore
from belib_platform.sources.registry import SOURCES
from belib_platform_tests.raw.made_pages import NOON, response
from belib_platform_tests.sources.portal_records import live

DAY = NOON.date()
NEXT = DAY + timedelta(days=1)


def pages_of(day: date, count: int = 3) -> list[Response]:
    """Pages of a UTC day, from all sources."""
    at = NOON + (day - DAY)
    polled = [response([live(n % 3), live(4)], at + timedelta(minutes=5 * n, milliseconds=n)) for n in range(count)]
    refused = response(
        b"<html>\r\n\0\xff</html>",
        at + timedelta(hours=2),
        verdict="refused",
        reason="Kein JSON: é\n",
        record_count=None,
    )
    imported = response([live(7)], at - timedelta(hours=3), origin="import", status_code=None, headers={}, url=None)
    empty = response(b"", at + timedelta(hours=3), verdict="refused", reason="The body is empty.", record_count=None)
    static = response([{"id_pdc_local": "FR*V75*EPX04*06*5"}], at - timedelta(hours=9), source="belib_static")
    weather = response(json.dumps({"hourly": {"t": [1.5]}}).encode(), at, source="open_meteo", record_count=1)
    other = response(b"{}", at, source="infoclimat", media_type="text/html", received_at=at + timedelta(milliseconds=1))
    return [*polled, refused, imported, empty, static, weather, other]


def keep_day(store: RawStore, day: date = DAY, count: int = 3) -> list[Response]:
    """Keep them, and attempts that brought no page."""
    pages = pages_of(day, count)
    for made in pages:
        store.keep(SOURCES[made.source].collection, [made])
    failed_at = NOON + (day - DAY) + timedelta(hours=4)
    store.ledger.begin("belib", failed_at, "poll")
    store.ledger.end("belib", failed_at, "failed", reason="opendata.paris.fr: \N{SNOWMAN}", retry_at_ms=2**41)
    store.ledger.begin("open_meteo", failed_at, "poll")
    return pages


def documents(store: RawStore, first: date = DAY, last: date | None = None) -> dict[str, list[dict[str, Any]]]:
    """Everything raw holds of these days: documents by collection, bodies as the bytes that came."""
    query = between(first, last or first)
    held = {name: list(store.database[name].find(query)) for name in (*COLLECTIONS, "poll_attempt")}
    for documents_ in held.values():
        documents_.sort(key=lambda document: str(document["_id"]))
        for document in documents_:
            if "body" in document:
                document["body"] = body_of(document)
    return held


def lose(store: RawStore) -> None:
    """Drop the whole database."""
    store.database.client.drop_database(store.database.name)


def sign_again(archive: Archive, changes: Callable[[Entry], dict[str, Any]]) -> None:
    """Write the manifest anew with changed entries and all hashes right."""
    previous, lines = NOTHING_BEFORE, []
    for entry in archive.chain().entries:
        signed = entry.model_copy(update={"previous_sha256": previous, **changes(entry)})
        lines.append(f"{signed.line()}\n")
        previous = signed.entry_sha256
    (archive.folder / NAME).write_text("".join(lines))


def at_noon(day: date) -> datetime:
    """Noon of a UTC day."""
    return NOON + (day - DAY)
