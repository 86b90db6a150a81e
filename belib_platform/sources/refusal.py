"""Responses with which a source refuses: their message, and when to ask again."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from httpx import codes

from belib_platform.sources.answer import Answer, SourceError
from belib_platform.sources.json_text import object_in

MESSAGE_LIMIT = 200
"""Most characters quoted of a source's message."""


def refusal(place: str, answer: Answer) -> SourceError:
    """The error for an answer whose status is not 2xx; a 5xx is transient, a 429 has a time for the next request."""
    code = answer.status_code
    status = f"{code} {codes.get_reason_phrase(code)}".strip()
    message = message_of(object_in(answer.body))
    is_limit = code == codes.TOO_MANY_REQUESTS
    return SourceError(
        f"{place} answered {status}" + (f": {message}" if message else "") + (_too_late(answer) if is_limit else ""),
        answer=answer,
        retry_at=retry_at(answer) if is_limit else None,
        is_transient=code >= codes.INTERNAL_SERVER_ERROR,
    )


def message_of(error: dict[str, Any]) -> str | None:
    """The message of an error object: `message` or `error` (Explore API v2.1), or `reason` (Open-Meteo), shortened."""
    texts = (error.get(key) for key in ("message", "error", "reason"))
    return next((quoted(text) for text in texts if isinstance(text, str) and text.strip()), None)


def quoted(text: str) -> str:
    """A source's words on one short line that every store accepts: without NUL and half characters."""
    line = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in " ".join(text.split()))
    return line if len(line) <= MESSAGE_LIMIT else f"{line[:MESSAGE_LIMIT]}…"


def retry_at(answer: Answer) -> datetime:
    """When to ask again after a 429 (UTC): at the time that the source names, but no later than `latest_retry`.

    That is `X-RateLimit-Reset` (epoch seconds or milliseconds), else `Retry-After` (seconds or an HTTP date, RFC 9110),
    else `reset_time` in the body (Explore API v2.1), else the next midnight UTC, when the daily quotas of that API
    begin again. A time after the answer and within the bound has precedence over any other.
    """
    return min(_asked_for(answer), latest_retry(answer.received_at))


def latest_retry(since: datetime) -> datetime:
    """The end of the next UTC day: no source needs longer, and a wrong number must not end the polling."""
    return _midnight_after(since) + timedelta(days=1)


def _asked_for(answer: Answer) -> datetime:
    named = list(_instants(answer))
    plausible = (at for at in named if answer.received_at < at <= latest_retry(answer.received_at))
    return next(plausible, next(iter(named), _midnight_after(answer.received_at)))


def _too_late(answer: Answer) -> str:
    asked_for, bound = _asked_for(answer), retry_at(answer)
    if asked_for <= bound:
        return ""
    return (
        f"; it wants no request before {asked_for:%Y-%m-%d %H:%M} UTC, which is not believed: it is asked again after "
        f"{bound:%Y-%m-%d %H:%M} UTC"
    )


def _midnight_after(instant: datetime) -> datetime:
    return datetime.combine(instant.astimezone(UTC).date() + timedelta(days=1), time(), UTC)


def _instants(answer: Answer) -> Iterator[datetime]:
    """Each instant (UTC) that headers and body name, in the order of precedence."""
    reset = answer.headers.get("x-ratelimit-reset", "")
    after = answer.headers.get("retry-after", "")
    reset_time = object_in(answer.body).get("reset_time")
    readings: tuple[Callable[[], datetime], ...] = (
        lambda: datetime.fromtimestamp(int(reset), UTC),
        lambda: datetime.fromtimestamp(int(reset) / 1000, UTC),
        lambda: answer.received_at + timedelta(seconds=int(after)),
        lambda: _in_utc(parsedate_to_datetime(after)),
        lambda: _in_utc(datetime.fromisoformat(reset_time if isinstance(reset_time, str) else "")),
    )
    for reading in readings:
        try:
            yield reading()
        except (ValueError, OverflowError, OSError):
            continue  # absent or unreadable


def _in_utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)
