"""Whether a recording is accepted: by its time, its body, and the usual number of records around its time."""

from collections.abc import Set
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from threading import Lock

from belib_platform.files.file_faults import ANY_FAULT, fault_of
from belib_platform.first_day import why_too_early
from belib_platform.raw.response import Response, sha256, storable
from belib_platform.raw.retired import RetiredDayError
from belib_platform.recordings.recognition import TABLES
from belib_platform.recordings.recording import Recording, Unreadable
from belib_platform.settings import Settings
from belib_platform.sources import explore_pages
from belib_platform.sources.answer import now
from belib_platform.sources.registry import SOURCES
from belib_platform.sources.verdict import PAGE_SIZES, Usual, Verdict, against_page_size, against_usual

NOT_JUDGED = Verdict(is_sound=True, reason=None, record_count=None)
"""A page of records: it is judged together with the other pages of its instant."""

LARGE = 8 * 2**20
"""Size in bytes from which bodies are judged one at a time, since judging takes a multiple of that memory."""

_large = Lock()


@dataclass(frozen=True)
class Judged:
    """A recording with the verdict on the body of this hash; the body is read again when it is stored."""

    recording: Recording
    sha256: str
    verdict: Verdict


def why_not_taken(recording: Recording, settings: Settings, retired: Set[date]) -> str | None:
    """Why a recording of this instant is not taken, or None."""
    at = recording.fetched_at
    if reason := why_too_early(settings, at.date()):
        return f"is of {at.date()}, {reason}"
    if at > now():
        return f"is of {at:%Y-%m-%d %H:%M} UTC, which is still to come"
    return str(RetiredDayError([at.date()])) if at.date() in retired else None


def judged(recording: Recording) -> Judged | Unreadable:
    """The verdict on a recording by what is in it, or why it cannot be read."""
    try:
        body = recording.read()
        with _large if len(body) > LARGE else nullcontext():
            verdict = _verdict(recording, body)
        return Judged(recording, sha256(body), verdict)
    except ANY_FAULT as error:
        return Unreadable(recording.path, fault_of(error), recording.place)


def _verdict(recording: Recording, body: bytes) -> Verdict:
    if recording.paging is not None:
        return NOT_JUDGED
    verdict = SOURCES[recording.source].judge(body, recording.media_type)
    return verdict.refused(recording.refused_because) if recording.refused_because else verdict


def is_counted(recording: Recording) -> bool:
    """Whether the number of records is judged: not of forecasts, which differ in length, nor of our own responses."""
    return recording.source in TABLES and not recording.is_our_own


def may_be_page(recording: Recording, verdict: Verdict) -> bool:
    """Whether a set has as many records as a page of the API, and its URL is not that of an export."""
    return verdict.record_count in PAGE_SIZES and not explore_pages.asks_for_all(recording.url)


def is_witness(found: Judged) -> bool:
    """Whether other sets are compared with this one: it is sound, and cannot be a page."""
    return found.verdict.is_sound and is_counted(found.recording) and not may_be_page(found.recording, found.verdict)


def by_volume(recording: Recording, verdict: Verdict, usual: Usual | None) -> Verdict:
    """The verdict on a whole set, after comparing its number of records with the usual one."""
    judged_so = against_usual(verdict, usual)
    return against_page_size(judged_so, usual) if may_be_page(recording, verdict) else judged_so


def response_of(found: Judged, settings: Settings) -> Response | Unreadable:
    """The response of a recording that was judged, or why its body can no longer be read."""
    recording, verdict = found.recording, found.verdict
    try:
        body = recording.read()
    except ANY_FAULT as error:
        return Unreadable(recording.path, fault_of(error), recording.place)
    if sha256(body) != found.sha256:
        return Unreadable(recording.path, "changed while it was imported", recording.place)
    in_force = settings.model_copy(update={"cadence_s": recording.cadence_s}) if recording.cadence_s else settings
    response = Response(
        source=recording.source,
        fetched_at=recording.fetched_at,
        received_at=max(recording.received_at or recording.fetched_at, recording.fetched_at),
        url=recording.url,
        status_code=None,
        headers={},
        media_type=recording.media_type,
        sha256=found.sha256,
        record_count=verdict.record_count,
        cadence_s=in_force.cadence_s,
        gap_limit_s=int(in_force.gap_limit.total_seconds()),
        origin="import",
        verdict="sound" if verdict.is_sound else "refused",
        reason=verdict.reason or verdict.warning,
        body=body,
    )
    return storable(response)
