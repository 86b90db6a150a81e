"""Ask a source once: the attempt is noted before and after, and a refused answer is stored with its reason."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from belib_platform.raw.response import Response, epoch_ms, instant_of, sha256, storable
from belib_platform.raw.store import RawStore
from belib_platform.raw.usual import usual_now
from belib_platform.settings import Settings
from belib_platform.sources.answer import Answer, SourceError
from belib_platform.sources.http import DEFAULT_POLICY, HttpPolicy
from belib_platform.sources.refusal import latest_retry
from belib_platform.sources.source import Source, ask
from belib_platform.sources.verdict import Usual, Verdict, against_usual, refused

Attempt = Mapping[str, Any]


class PollError(Exception):
    """A poll without a sound response; the message is one sentence that says why."""


def poll(source: Source, settings: Settings, store: RawStore, policy: HttpPolicy = DEFAULT_POLICY) -> Response:
    """Ask a source now and return its sound response, which the caller must store.

    Raises PollError if a rate limit is not yet reset, if no answer came, or if the answer was refused; the ledger then
    has the reason, and a refused answer is stored.
    """
    asked_at = instant_of(epoch_ms(datetime.now(UTC)))
    recent = store.ledger.recent(source.name)
    store.resolve_attempts(source.name, recent)
    _wait_for_reset(source, asked_at, recent, store)
    store.ledger.begin(source.name, asked_at, "poll")
    try:
        answer, verdict = ask(source, settings, policy, partial(_note, source, asked_at, store))
    except SourceError as error:
        _fail(source, asked_at, error, settings, store)
        raise PollError(str(error)) from error
    verdict = against_usual(verdict, _usual(source, asked_at, store))
    verdict = verdict.warned(_clock_went_back(source, asked_at, recent, store))
    response = response_of(source, asked_at, answer, verdict, settings)
    if not response.is_sound:
        store.keep(source.collection, [response])
        raise PollError(f"{source.name} answered, but the response is refused: {response.reason}")
    return response


def _usual(source: Source, asked_at: datetime, store: RawStore) -> Usual | None:
    usual = usual_now(store, source.name, asked_at)
    if usual and source.announcement is None:
        return usual._replace(is_sure=False)  # a forecast may reach further than it did
    return usual


def response_of(source: Source, asked_at: datetime, answer: Answer, verdict: Verdict, settings: Settings) -> Response:
    """The response of a live answer, truncated and refused if too large; `asked_at` is when we asked first (UTC)."""
    response = Response(
        source=source.name,
        fetched_at=asked_at,
        received_at=answer.received_at,
        url=answer.url,
        status_code=answer.status_code,
        headers=answer.headers,
        media_type=answer.media_type,
        sha256=sha256(answer.body),
        record_count=verdict.record_count,
        cadence_s=settings.cadence_s,
        gap_limit_s=int(settings.gap_limit.total_seconds()),
        origin="poll",
        verdict="sound" if verdict.is_sound else "refused",
        reason=verdict.reason or verdict.warning,
        body=answer.body,
    )
    return storable(response)


def _wait_for_reset(source: Source, asked_at: datetime, recent: Sequence[Attempt], store: RawStore) -> None:
    newest = next((attempt for attempt in recent if attempt["origin"] == "poll"), None)  # what is imported asks nobody
    reset = reset_of(newest) if newest else None
    if reset and reset > asked_at:
        sentence = f"{source.name} was not asked: its rate limit resets at {reset:%Y-%m-%d %H:%M} UTC."
        store.ledger.begin(source.name, asked_at, "poll")
        store.ledger.end(source.name, asked_at, "not_asked", reason=sentence, retry_at_ms=epoch_ms(reset))
        raise PollError(sentence)


def reset_of(attempt: Attempt) -> datetime | None:
    """When the noted rate limit resets, but not later than `latest_retry` allows; None without a rate limit."""
    noted = attempt.get("retry_at_ms")
    latest = latest_retry(instant_of(attempt["fetched_at_ms"]))
    return instant_of(min(noted, epoch_ms(latest))) if noted else None


def _clock_went_back(source: Source, asked_at: datetime, recent: Sequence[Attempt], store: RawStore) -> str | None:
    """A warning if the source was asked at a later instant already; only by the first poll after that."""
    already = store.ledger.ahead(asked_at).get(source.name)
    if already is None:
        return None
    sentence = f"the clock went back: {source.name} was asked at {already:%Y-%m-%d %H:%M:%S} UTC already"
    return None if any(sentence in (attempt.get("reason") or "") for attempt in recent) else sentence


def _note(source: Source, asked_at: datetime, store: RawStore, error: SourceError) -> None:
    """Note at once that nobody answers, since all retries together may take longer than a person waits."""
    if error.answer is None:
        store.ledger.trouble(source.name, asked_at, str(error))


def _fail(source: Source, asked_at: datetime, error: SourceError, settings: Settings, store: RawStore) -> None:
    if error.answer is not None:
        verdict = refused(str(error))
        store.keep(source.collection, [response_of(source, asked_at, error.answer, verdict, settings)])
    outcome = "refused" if error.answer is not None else "failed"
    later = {"retry_at_ms": epoch_ms(error.retry_at)} if error.retry_at else {}
    store.ledger.end(source.name, asked_at, outcome, reason=str(error), **later)
