"""The records of a JSON list, read in pieces, so that a large body needs no more memory than a small one."""

import json
import re
from typing import Any, Final

from belib_platform.sources import json_text
from belib_platform.sources.bounds import PIECE_BYTES, RECORD_BYTES, refuse_values
from belib_platform.sources.records import BodyError
from belib_platform.sources.refusal import message_of, quoted

_BETWEEN_OBJECTS: Final = re.compile(rb"(?<=\})\s*,\s*(?=\{)")
_SPACE: Final = re.compile(r"[ \t\n\r]*")
_EMPTY: Final = re.compile(rb"[ \t\n\r]*\]")
_END: Final = re.compile(rb"[ \t\n\r]*\Z")


class JsonList:
    """A cursor over the records of a JSON list.

    For each `likely_piece`, call `pass_piece` if it turns out to be complete records, else `read_piece`, which reads
    record by record. Raises BodyError if the body is not a complete JSON list, or exceeds a bound.
    """

    def __init__(self, body: bytes) -> None:
        if not json_text.begins_a_list(body):
            raise _no_list(body)
        self._body, self._begin = body, body.index(b"[") + 1
        self._at = self._next = self._begin
        self._non_numbers: list[str] = []
        self._decoder = json_text.decoder(self._non_numbers.append)

    @property
    def non_number_count(self) -> int:
        """How many bare `nan` were read as null so far."""
        return len(self._non_numbers)

    def likely_piece(self) -> bytes | None:
        """The next records as a JSON list, None after the last.

        It is cut between two objects; if these are inside a record, the piece is not JSON.
        """
        if self._at >= len(self._body):
            if not self._body.rstrip(b" \t\n\r").endswith(b"]"):
                raise BodyError(f"is not whole JSON: Expecting value {self._position('', 0)}")
            return None
        cut = None
        self._next = min(len(self._body), self._at + 2 * PIECE_BYTES)
        if self._next < len(self._body):
            cut = _BETWEEN_OBJECTS.search(self._body, self._at + PIECE_BYTES, self._next)
        if cut:
            piece = b"".join((b"[", memoryview(self._body)[self._at : cut.start()], b"]"))
            self._next = cut.end()
        elif self._next - self._at == len(self._body) - 1:
            piece = self._body
        else:
            piece = b"".join((b"[", memoryview(self._body)[self._at : self._next]))
        refuse_values(piece)
        return piece

    def pass_piece(self) -> None:
        """Continue after the last piece."""
        self._at = self._next

    def read_piece(self) -> list[Any]:
        """The records of the last piece, or of as much more as the next record needs."""
        if self._at == self._begin and (empty := _EMPTY.match(self._body, self._at)):
            self._at = empty.end()
            self._end()
            return []
        size = self._next - self._at
        while True:
            end = min(len(self._body), self._at + size)
            records, error = self._read(end)
            if records or error is None:
                return records
            if end == len(self._body) or size >= RECORD_BYTES:
                where = f"{json_text.fault(error)} {self._position(error.doc, error.pos)}"
                is_cut = end < len(self._body)
                too_long = f"holds a record of more than {RECORD_BYTES:,} bytes, or one that"
                raise BodyError(f"{too_long if is_cut else ''} is not whole JSON: {where}".lstrip()) from error
            size = min(2 * size, RECORD_BYTES)

    def _read(self, end: int) -> tuple[list[Any], json.JSONDecodeError | None]:
        """The complete records before a byte, and what is wrong with what follows them, None after the last record."""
        window = self._body[self._at : end]
        refuse_values(window)
        text = self._text(window, is_last=end == len(self._body))
        records: list[Any] = []
        behind, error = 0, None
        while text[behind - 1 : behind] != "]":
            try:
                record, behind = self._record(text, behind)
            except json.JSONDecodeError as broken:
                if json_text.is_non_number(text, broken.pos) and (spelt := json_text.with_numbers(text)) != text:
                    text = spelt
                    continue
                # without traceback and context, whose references would keep the text in memory
                error = json.JSONDecodeError(broken.msg, text, broken.pos)
                break
            records.append(record)
        self._at += len(text[:behind].encode())
        if error is None:
            self._end()
        return records, error

    def _record(self, text: str, begin: int) -> tuple[Any, int]:
        """The record at an index of a text, and the index after the comma or bracket that follows it."""
        counted = len(self._non_numbers)
        try:
            record, end = self._decoder.raw_decode(text, _behind_space(text, begin))
        except json.JSONDecodeError:
            del self._non_numbers[counted:]
            raise
        except RecursionError as error:
            raise BodyError("is JSON nested too deeply to be read") from error
        end = _behind_space(text, end)
        if text[end : end + 1] not in (",", "]"):
            del self._non_numbers[counted:]
            raise json.JSONDecodeError("Expecting ',' delimiter", text, end)
        return record, end + 1

    def _text(self, window: bytes, *, is_last: bool) -> str:
        try:
            return window.decode()
        except UnicodeDecodeError as error:
            if not is_last and error.end == len(window) and len(window) - error.start < 4:
                return window[: error.start].decode()  # a character is cut
            where = f"at byte {self._at + error.start:,} of {len(self._body):,}"
            raise BodyError(f"is not UTF-8: {error.reason} {where}") from error

    def _end(self) -> None:
        if not _END.match(self._body, self._at):
            rest = self._body[self._at : self._at + 4 * json_text.QUOTED].decode("utf-8", "replace")
            raise BodyError(f"is not whole JSON: Extra data {self._position(rest, 0)}")
        self._at = len(self._body)

    def _position(self, text: str, at: int) -> str:
        """Description of the position of an index in a text that begins at the cursor."""
        before = json_text.characters(self._body[: self._at])
        return json_text.position(text, at, before, json_text.characters(self._body))


def _behind_space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _no_list(body: bytes) -> BodyError:
    value, _ = json_text.parse(body)
    if not isinstance(value, dict):
        return BodyError(f"is not a list of records but a {type(value).__name__}")
    said = message_of(value)
    what = f"that says: {said}" if said else f"with {quoted(', '.join(list(value)[:5])) or 'nothing'}"
    return BodyError(f"is not a list of records but an object {what}")
