"""`pages.jsonl` and `ledger.jsonl`: a day without the bodies, as lines of JSON."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date

from pydantic import ConfigDict, TypeAdapter, ValidationError

from belib_platform.raw.response import ResponseMetadata, epoch_ms, instant_of

PAGES, LEDGER = "pages.jsonl", "ledger.jsonl"

Row = Mapping[str, str | int | float | bool | None]
"""A row of the ledger, its `_id` included."""


class LineRefusedError(Exception):
    """A line is not that of a response or of a ledger row; the message says why."""


@dataclass(frozen=True, kw_only=True)
class ArchivedMetadata(ResponseMetadata):
    """Metadata of an archived response, its collection, and the member of the tar file with its body."""

    collection: str
    file: str

    __pydantic_config__ = ConfigDict(extra="forbid", strict=True, revalidate_instances="always")


_METADATA = TypeAdapter(ArchivedMetadata)
_ROW: TypeAdapter[Row] = TypeAdapter(dict[str, str | int | float | bool | None], config=ConfigDict(strict=True))


def body_name(collection: str, response: ResponseMetadata) -> str:
    """The name of the member with a response's body."""
    return f"pages/{collection}/{response.source}_{epoch_ms(response.fetched_at)}_{response.page}.body"


def pages_jsonl(responses: list[ArchivedMetadata]) -> bytes:
    """The metadata of the responses, a line each."""
    return b"".join(_METADATA.dump_json(response) + b"\n" for response in responses)


def ledger_jsonl(rows: list[Row]) -> bytes:
    """The ledger's rows, a line each."""
    return b"".join(
        json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n" for row in rows
    )


def checked_metadata(response: ArchivedMetadata) -> ArchivedMetadata:
    """The same metadata. Raises LineRefusedError if a field has a value that its line could not hold."""
    try:
        return _METADATA.validate_python(response)
    except ValidationError as error:
        raise LineRefusedError(_in_words(error)) from error


def checked_row(document: Mapping[str, object], day: date) -> Row:
    """A row of the ledger of a UTC day. Raises LineRefusedError if it has a value that its line could not hold."""
    try:
        row = _ROW.validate_python(dict(document))
    except ValidationError as error:
        raise LineRefusedError(_in_words(error)) from error
    if not _is_attempt_of(row, day):
        raise LineRefusedError(f"is no attempt of {day}")
    return row


def content_sha256(pages: bytes, ledger: bytes) -> str:
    """Hash of a whole day, since the lines of the responses contain the hashes of the bodies."""
    return hashlib.sha256(pages + ledger).hexdigest()


def parse_pages(lines: bytes, day: date) -> list[ArchivedMetadata]:
    """The metadata of the responses of a UTC day. Raises LineRefusedError, which names the line."""
    responses = []
    for number, line in enumerate(lines.splitlines(), start=1):
        try:
            response = _in_utc(_METADATA.validate_json(line))
        except ValidationError as error:
            raise LineRefusedError(f"{PAGES} line {number}: {_in_words(error)}") from error
        _refuse_foreign(number, response, day)
        responses.append(response)
    return responses


def parse_ledger(lines: bytes, day: date) -> list[Row]:
    """The ledger's rows of a UTC day. Raises LineRefusedError, which names the line."""
    rows = []
    for number, line in enumerate(lines.splitlines(), start=1):
        try:
            rows.append(checked_row(_ROW.validate_json(line), day))
        except ValidationError as error:
            raise LineRefusedError(f"{LEDGER} line {number}: {_in_words(error)}") from error
        except LineRefusedError as error:
            raise LineRefusedError(f"{LEDGER} line {number}: {error}") from error
    return rows


def _in_utc(response: ArchivedMetadata) -> ArchivedMetadata:
    return replace(
        response, fetched_at=response.fetched_at.astimezone(UTC), received_at=response.received_at.astimezone(UTC)
    )


def _refuse_foreign(number: int, response: ArchivedMetadata, day: date) -> None:
    if response.day != day or response.fetched_at != instant_of(epoch_ms(response.fetched_at)):
        raise LineRefusedError(f"{PAGES} line {number}: {response.id} is no page of {day}")
    if response.file != body_name(response.collection, response):
        raise LineRefusedError(f"{PAGES} line {number}: the body of {response.id} cannot be in {response.file}")


def _is_attempt_of(row: Row, day: date) -> bool:
    ms = row.get("fetched_at_ms")
    if not isinstance(ms, int) or not 0 <= ms < epoch_ms(instant_of(0).replace(year=9999)):
        return False
    return instant_of(ms).date() == day and row.get("_id") == f"{row.get('source')}/{ms}" and "outcome" in row


def _in_words(error: ValidationError) -> str:
    return "; ".join(f"{'.'.join(map(str, e['loc'])) or 'line'}: {e['msg']}" for e in error.errors(include_url=False))
