"""A response: one answer of a source, byte for byte, with its metadata."""

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import zstandard

BODY_LIMIT = 2**24 - 2**18
"""Compressed bytes of a body: a MongoDB document holds 16 MB, and the metadata needs some of them."""

READ_AT_MOST = 2**27
"""Bytes of one body; no source may send half as many."""

AHEAD = timedelta(seconds=10)
"""How far the clock of another worker may be ahead of ours; documents further ahead are from the future."""

EVIDENCE = 2**20
"""Bytes kept of a body that is too large."""


def epoch_ms(instant: datetime) -> int:
    """Milliseconds since 1970-01-01 UTC: the one number by which every server can search responses fast."""
    return (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def instant_of(ms: int) -> datetime:
    """The UTC instant of epoch milliseconds."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)


def between(first: date, last: date) -> dict[str, Any]:
    """The query for all documents of a range of UTC days, both included."""
    start = datetime.combine(first, time(), UTC)
    end = datetime.combine(last + timedelta(days=1), time(), UTC)
    return {"fetched_at_ms": {"$gte": epoch_ms(start), "$lt": epoch_ms(end)}}


def up_to(now: datetime) -> dict[str, Any]:
    """The query for all documents that are not from the future."""
    return {"fetched_at_ms": {"$lte": epoch_ms(now + AHEAD)}}


def from_the_future(now: datetime) -> dict[str, Any]:
    """The query for documents from the future: a clock was ahead when they were written, or a file's name was wrong.

    They must not count as the newest ones, or one of them would hide for long that no responses arrive any more.
    """
    return {"fetched_at_ms": {"$gt": epoch_ms(now + AHEAD)}}


@dataclass(frozen=True, kw_only=True)
class ResponseMetadata:
    """A response without its body. `_id` is `<source>/<fetched_at_ms>/<page>`.

    `page` is 0, but for an imported page of records: it is a refused response of its own, and its records are in the
    sound response joined from all pages of the instant. `page_count` is 0 in all that is written (`raw.former_pages`).
    """

    source: str
    fetched_at: datetime
    received_at: datetime
    url: str | None
    status_code: int | None
    headers: dict[str, str]
    media_type: str
    sha256: str
    record_count: int | None
    cadence_s: int
    gap_limit_s: int
    origin: str
    verdict: str
    reason: str | None = None
    page: int = 0
    page_count: int = 0

    @property
    def id(self) -> str:
        return f"{self.attempt_id}/{self.page}"

    @property
    def attempt_id(self) -> str:
        """The `_id` of the attempt, in the ledger, that brought the response."""
        return f"{self.source}/{epoch_ms(self.fetched_at)}"

    @property
    def day(self) -> date:
        """The UTC day the response belongs to."""
        return self.fetched_at.date()

    @property
    def is_sound(self) -> bool:
        return self.verdict == "sound"

    @property
    def holds_until(self) -> datetime:
        """Until when an observation of this response holds at most."""
        return self.fetched_at + timedelta(seconds=self.gap_limit_s)


@dataclass(frozen=True, kw_only=True)
class Response(ResponseMetadata):
    """A response with its body, the bytes as they came."""

    body: bytes


def sha256(body: bytes) -> str:
    """Hex digest of a body."""
    return hashlib.sha256(body).hexdigest()


def storable(response: Response) -> Response:
    """The response; one with a body too large for a document becomes a refused one with the beginning of the body."""
    if len(response.body) <= BODY_LIMIT or (size := len(_compressed(response.body))) <= BODY_LIMIT:
        return response
    too_large = (
        f"The body holds {len(response.body):,} bytes, compressed {size:,}, more than a response can ({BODY_LIMIT:,}); "
        f"the first {EVIDENCE:,} are kept."
    )
    body = response.body[:EVIDENCE]
    reason = too_large if response.is_sound else response.reason
    return replace(response, verdict="refused", reason=reason, body=body, sha256=sha256(body))


def _compressed(body: bytes) -> bytes:
    return zstandard.compress(body, level=3)


def to_document(response: Response) -> dict[str, Any]:
    """The MongoDB document: the fields of the metadata, `fetched_at_ms`, and the body compressed."""
    fields = {key: value for key, value in vars(response).items() if key != "body"}
    return {
        "_id": response.id,
        "fetched_at_ms": epoch_ms(response.fetched_at),
        **fields,
        "body": _compressed(response.body),
    }


class BodyError(Exception):
    """A document's body cannot be read: it is missing, of a wrong type, damaged, or claims to be too large."""


class MetadataError(Exception):
    """A document's instants are missing or of a wrong type. No version of the platform writes such a document."""


def to_metadata(document: dict[str, Any]) -> ResponseMetadata:
    """The metadata of a document, with or without its body. Raises MetadataError."""
    fields: dict[str, Any] = {name: document.get(name) for name in ResponseMetadata.__dataclass_fields__}
    try:
        received_at = fields["received_at"].astimezone(UTC)
        fields |= {"fetched_at": instant_of(document["fetched_at_ms"]), "received_at": received_at}
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        raise MetadataError(f"{document.get('_id')} has no instants that can be read: {error}") from error
    return ResponseMetadata(**{**fields, "page_count": document.get("page_count", 0)})


def to_response(document: dict[str, Any]) -> Response:
    """The response of a document. Raises MetadataError and BodyError when the document is damaged."""
    return Response(**vars(to_metadata(document)), body=body_of(document))


def body_of(document: dict[str, Any]) -> bytes:
    """The bytes as they came. Raises BodyError, also if the body claims to be larger than READ_AT_MOST."""
    try:
        size = zstandard.get_frame_parameters(document["body"]).content_size
        if size <= READ_AT_MOST:
            return zstandard.decompress(document["body"])
    except (KeyError, TypeError, zstandard.ZstdError) as error:
        raise BodyError(f"the body of {document.get('_id')} cannot be read, {error!r}") from error
    raise BodyError(f"the body of {document.get('_id')} cannot be read, it claims {size:,} bytes")
