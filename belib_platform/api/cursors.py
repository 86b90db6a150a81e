"""Cursors: opaque, and bound to the question that they continue."""

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from belib_platform.api.problems import WRONG_PARAMETER, ProblemError

LENGTH = 400


class Position(NamedTuple):
    """Where the next page begins: the instant of the first page (UTC), and the sort key of the last item."""

    at: datetime
    key: Sequence[str | float]


def cursor_of(question: str, position: Position) -> str:
    """The cursor behind a position of a question: all its parameters but cursor and limit."""
    told = [_digest(question), int(position.at.timestamp() * 1000), *position.key]
    return urlsafe_b64encode(json.dumps(told, separators=(",", ":")).encode()).decode().rstrip("=")


def position_of(question: str, cursor: str, *kinds: type) -> Position:
    """The position that a cursor names; `kinds` are the types of its key. Raises ProblemError for any other text."""
    try:
        told = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        digest, ms, *key = told
        at = datetime.fromtimestamp(ms / 1000, UTC)
    except (ValueError, TypeError, OverflowError, RecursionError, OSError):
        raise _wrong("is none that this API gave out") from None
    if digest != _digest(question):
        raise _wrong("continues another question; the other parameters must stay the same")
    if len(key) != len(kinds) or not all(type(part) is kind for part, kind in zip(key, kinds, strict=True)):
        raise _wrong("is none that this API gave out")
    return Position(at, key)


def _digest(question: str) -> str:
    return hashlib.blake2b(question.encode(), digest_size=6).hexdigest()


def _wrong(why: str) -> ProblemError:
    return ProblemError(WRONG_PARAMETER, f"The cursor {why}.", "cursor")
