"""The answer of a source, and the error if there is no usable one."""

from dataclasses import dataclass
from datetime import UTC, datetime


def now() -> datetime:
    """The current time (UTC), truncated to milliseconds, the precision of the stores."""
    present = datetime.now(UTC)
    return present.replace(microsecond=present.microsecond // 1000 * 1000)


@dataclass(frozen=True)
class Answer:
    """One HTTP answer, its body exactly as sent after Content-Encoding is undone.

    It contains no secret: `url` is the requested one without them, and they are masked where the source repeats them.
    `headers` has those that we record, with names in lower case. `fetched_at` is when the attempt that was answered
    began, `received_at` when its body was complete (UTC).
    """

    url: str
    status_code: int
    headers: dict[str, str]
    media_type: str
    body: bytes
    fetched_at: datetime
    received_at: datetime


class SourceError(Exception):
    """A source gave no usable answer; the message is one sentence with host, path and what happened.

    `answer` is what arrived of a body, cut at the bound, so that it can be stored as evidence. `retry_at` is the
    instant (UTC) before which a source that limits its callers wants no further request. `is_transient` says
    whether an immediate retry may help.
    """

    def __init__(
        self,
        reason: str,
        *,
        answer: Answer | None = None,
        retry_at: datetime | None = None,
        is_transient: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.answer = answer
        self.retry_at = retry_at
        self.is_transient = is_transient
