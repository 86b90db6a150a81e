"""Cursors: opaque, and bound to the question that they continue."""

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import UTC, datetime
from math import isfinite
from typing import Any, NamedTuple

from belib_platform.api.problems import WRONG_PARAMETER, ProblemError

LENGTH = 400
"""Characters of a cursor, at most."""


FOREIGN = "is none that this API gave out"


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
        at = _instant(ms)
    except (ValueError, TypeError, OverflowError, RecursionError, OSError):
        raise _wrong(FOREIGN) from None
    if digest != _digest(question):
        raise _wrong("continues another question; begin anew if the other parameters are the same")
    if len(key) != len(kinds) or not all(map(_is_part, key, kinds)):
        raise _wrong(FOREIGN)
    return Position(at, key)


def instant_of(ms: str | float) -> datetime:
    """The instant (UTC) that is part of a key as milliseconds. Raises ProblemError where it is none."""
    try:
        return _instant(ms)
    except (ValueError, TypeError, OverflowError, OSError):
        raise _wrong(FOREIGN) from None


def _instant(ms: Any) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def _is_part(part: object, kind: type) -> bool:
    """Whether it can be part of a key: of that type, and without NUL, half characters or infinity."""
    if type(part) is not kind:
        return False
    return part.isprintable() if isinstance(part, str) else isinstance(part, float) and isfinite(part)


def _digest(question: str) -> str:
    return hashlib.blake2b(question.encode(), digest_size=6).hexdigest()


def _wrong(why: str) -> ProblemError:
    return ProblemError(WRONG_PARAMETER, f"The cursor {why}.", "cursor")
