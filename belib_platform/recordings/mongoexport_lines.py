"""One line of `mongoexport`: a document in Extended JSON v1 or v2 (specifications.mongodb.org)."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from bson import json_util
from bson.errors import BSONError
from bson.objectid import ObjectId

from belib_platform.recordings.recognition import JSON, source_of_lines, source_of_record
from belib_platform.recordings.recorded_file import BODY_LIMIT
from belib_platform.recordings.time_columns import PUBLISHED_TIMES, NoZoneError, TimeReader, is_fetch_time_name
from belib_platform.recordings.time_patterns import to_the_millisecond
from belib_platform.sources import json_text
from belib_platform.sources.bounds import refuse_large
from belib_platform.sources.explore_pages import fields_of, version_of
from belib_platform.sources.inflating import InflateError, Unzstd
from belib_platform.sources.registry import SOURCES

_OPTIONS: Final = json_util.JSONOptions(tz_aware=True, tzinfo=UTC)

_UNREADABLE = (ValueError, TypeError, KeyError, OverflowError, RecursionError, BSONError)
"""What json_util raises for what is no Extended JSON."""


class DocumentError(Exception):
    """A line that is no recording; the message completes "line 7 …" and names the rule."""


@dataclass(frozen=True)
class Whole:
    """A document that is a whole response, or a page of one; the other fields are those of a raw document of ours."""

    fetched_at: datetime
    body: bytes
    source: str | None = None
    media_type: str | None = None
    url: str | None = None
    received_at: datetime | None = None
    cadence_s: int | None = None
    refused_because: str | None = None


@dataclass(frozen=True)
class OneRecord:
    """A document that is one record of the set at an instant."""

    fetched_at: datetime
    source: str
    record: bytes


def begins_an_export(head: bytes) -> bool:
    """Whether a file that begins like this has documents of a database, one per line, and not mere records."""
    if source_of_lines(head):
        return False
    first, _, rest = json_text.begin_of(head).partition(b"\n")
    if not first.startswith(b"{"):
        return False
    if first[1:].lstrip().startswith(b'"_id"'):
        return True
    return rest.lstrip().startswith(b"{") and first.rstrip().endswith(b"}")


def read_document(
    text: bytes, fetched_at: datetime | None = None, of_file: datetime | None = None
) -> Whole | OneRecord:
    """The response or record in a document.

    Its fetch time is `fetched_at` (UTC) if given, else the one in the document, else `of_file`, that of the file.
    Raises DocumentError, and BodyError if the text exceeds a bound.
    """
    refuse_large(text)
    try:
        document = json_util.loads(text.decode("utf-8-sig"), json_options=_OPTIONS)
    except _UNREADABLE as error:
        raise DocumentError(f"is not whole Extended JSON: {error!s:.120}") from error
    if not isinstance(document, dict):
        raise DocumentError(f"is no document but a {type(document).__name__}")
    if isinstance(document.get("body"), bytes):
        return _our_own(document)
    at = fetched_at or _time_of(document, of_file)
    source = source_of_record(record := fields_of(document))
    if source is not None:
        return OneRecord(at, source, _json({k: v for k, v in record.items() if k != "_id"}))
    return Whole(at, _body_in(document), url=url if isinstance(url := document.get("url"), str) else None)


def _body_in(document: dict[str, Any]) -> bytes:
    """The part of a document that is the answer: its body, its list of records, or all of it if it is a page."""
    is_page = version_of(document) and not {"total_count", "nhits"}.isdisjoint(document)
    for name in () if is_page else ("body", "records", "results"):
        match document.get(name):
            case str() as text:
                return text.encode("utf-8", "replace")
            case list() | dict() as value:
                return _json(value)
    return _json({name: value for name, value in document.items() if name != "_id"})


def _json(value: Any) -> bytes:
    return json.dumps(value, default=_plain).encode()


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _time_of(document: dict[str, Any], of_file: datetime | None) -> datetime:
    own = {k: v for k, v in document.items() if isinstance(v, datetime) and k not in PUBLISHED_TIMES}
    dates = own or _named_fetch_time(document)
    if "fetched_at" in dates or len(dates) == 1:
        return to_the_millisecond(dates.get("fetched_at", next(iter(dates.values()))))
    if dates:
        raise DocumentError(f"has several dates ({', '.join(dates)}), and none is called fetched_at")
    key = document.get("_id")
    if isinstance(key, ObjectId):
        return key.generation_time.astimezone(UTC)
    if of_file:
        return to_the_millisecond(of_file)
    raise DocumentError("tells no time: it has no field with a date, and its _id is no ObjectId")


def _named_fetch_time(document: dict[str, Any]) -> dict[str, datetime]:
    """The first field that is named like a fetch time and whose text or number is an instant."""
    for name, value in document.items():
        try:
            if is_fetch_time_name(name) and (at := TimeReader().instant(value)):
                return {name: at}
        except NoZoneError:
            continue
    return {}


def _our_own(document: dict[str, Any]) -> Whole:
    """A raw document of an instance of this platform; its body is verified."""
    source, fetched_at, cadence_s = (document.get(name) for name in ("source", "fetched_at", "cadence_s"))
    if source not in SOURCES or not isinstance(fetched_at, datetime):
        raise DocumentError(f"is of the source {source!r:.40}; known are {', '.join(SOURCES)}")
    inflater = Unzstd(BODY_LIMIT)
    try:
        inflater.feed(document["body"])
        inflater.close()
    except InflateError as error:
        raise DocumentError(f"has a body that {error}") from error
    if hashlib.sha256(inflater.body).hexdigest() != document.get("sha256"):
        raise DocumentError("has a body that is not what its sha256 says")
    received_at, refused = document.get("received_at"), document.get("verdict") == "refused"
    return Whole(
        to_the_millisecond(fetched_at),
        bytes(inflater.body),
        source=source,
        media_type=str(document.get("media_type") or JSON),
        url=url if isinstance(url := document.get("url"), str) else None,
        received_at=to_the_millisecond(received_at) if isinstance(received_at, datetime) else None,
        cadence_s=cadence_s if isinstance(cadence_s, int) and 60 <= cadence_s <= 3600 else None,
        refused_because=str(document.get("reason") or "refused") if refused else None,
    )
