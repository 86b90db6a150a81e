"""`pages.jsonl` and `ledger.jsonl`: everything a day holds but the bodies, as lines of JSON."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date

from pydantic import ConfigDict, TypeAdapter, ValidationError

from belib_platform.raw.response import ResponseMetadata, epoch_ms, instant_of

PAGES, LEDGER = "pages.jsonl", "ledger.jsonl"

Row = Mapping[str, str | int | float | bool | None]
"""A row of the ledger, its `_id` included."""


class LineRefusedError(Exception):
    """A line is not a head's or a ledger row's; the message says why."""


@dataclass(frozen=True, kw_only=True)
class ArchivedHead(ResponseMetadata):
    """A page's head, the collection it belongs to, and the member of the archive that holds its body."""

    collection: str
    file: str

    __pydantic_config__ = ConfigDict(extra="forbid", strict=True, revalidate_instances="always")


_HEAD = TypeAdapter(ArchivedHead)
_ROW: TypeAdapter[Row] = TypeAdapter(dict[str, str | int | float | bool | None], config=ConfigDict(strict=True))


def body_name(collection: str, head: ResponseMetadata) -> str:
    """The member that holds a page's body."""
    return f"pages/{collection}/{head.source}_{epoch_ms(head.fetched_at)}_{head.page}.body"


def pages_jsonl(heads: list[ArchivedHead]) -> bytes:
    """The heads, a line each."""
    return b"".join(_HEAD.dump_json(head) + b"\n" for head in heads)


def ledger_jsonl(rows: list[Row]) -> bytes:
    """The ledger's rows, a line each."""
    return b"".join(_row_line(row) for row in rows)


def checked_head(head: ArchivedHead) -> ArchivedHead:
    """The head. Raises LineRefusedError when a field holds what its line could not say."""
    try:
        return _HEAD.validate_python(head)
    except ValidationError as error:
        raise LineRefusedError(_told(error)) from error


def checked_row(document: Mapping[str, object], day: date) -> Row:
    """A row of the ledger of a UTC day. Raises LineRefusedError when it holds what its line could not say."""
    try:
        row = _ROW.validate_python(dict(document))
    except ValidationError as error:
        raise LineRefusedError(_told(error)) from error
    if not _is_attempt_of(row, day):
        raise LineRefusedError(f"is no attempt of {day}")
    return row


def content_sha256(pages: bytes, ledger: bytes) -> str:
    """Hash of all a day holds: the heads' lines hold the hashes of the bodies."""
    return hashlib.sha256(pages + ledger).hexdigest()


def parse_pages(lines: bytes, day: date) -> list[ArchivedHead]:
    """The heads of a UTC day. Raises LineRefusedError, which names the line."""
    heads = []
    for number, line in _numbered(lines):
        try:
            head = _in_utc(_HEAD.validate_json(line))
        except ValidationError as error:
            raise LineRefusedError(f"{PAGES} line {number}: {_told(error)}") from error
        _refuse_foreign(number, head, day)
        heads.append(head)
    return heads


def parse_ledger(lines: bytes, day: date) -> list[Row]:
    """The ledger's rows of a UTC day. Raises LineRefusedError, which names the line."""
    rows = []
    for number, line in _numbered(lines):
        try:
            rows.append(checked_row(_ROW.validate_json(line), day))
        except ValidationError as error:
            raise LineRefusedError(f"{LEDGER} line {number}: {_told(error)}") from error
        except LineRefusedError as error:
            raise LineRefusedError(f"{LEDGER} line {number}: {error}") from error
    return rows


def _row_line(row: Row) -> bytes:
    return json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _in_utc(head: ArchivedHead) -> ArchivedHead:
    return replace(head, fetched_at=head.fetched_at.astimezone(UTC), received_at=head.received_at.astimezone(UTC))


def _refuse_foreign(number: int, head: ArchivedHead, day: date) -> None:
    if head.day != day or head.fetched_at != instant_of(epoch_ms(head.fetched_at)):
        raise LineRefusedError(f"{PAGES} line {number}: {head.id} is no page of {day}")
    if head.file != body_name(head.collection, head):
        raise LineRefusedError(f"{PAGES} line {number}: the body of {head.id} cannot be in {head.file}")


def _is_attempt_of(row: Row, day: date) -> bool:
    ms = row.get("fetched_at_ms")
    if not isinstance(ms, int) or not 0 <= ms < epoch_ms(instant_of(0).replace(year=9999)):
        return False
    return instant_of(ms).date() == day and row.get("_id") == f"{row.get('source')}/{ms}" and "outcome" in row


def _numbered(lines: bytes) -> Iterator[tuple[int, bytes]]:
    return enumerate(lines.splitlines(), start=1)


def _told(error: ValidationError) -> str:
    return "; ".join(f"{'.'.join(map(str, e['loc'])) or 'line'}: {e['msg']}" for e in error.errors(include_url=False))
