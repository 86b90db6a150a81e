"""Pages of what a simulated Paris answered, judged as polls are."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from belib_platform.raw.response import Response
from belib_platform.simulator.paris import Paris
from belib_platform.sources.source import Source
from belib_platform_tests.raw.made_pages import response


def at(day: date, hour: float) -> datetime:
    """An hour of a UTC day."""
    return datetime.combine(day, time(), UTC) + timedelta(hours=hour)


def answered(source: Source, body: bytes, instant: datetime, media_type: str = "application/json") -> Response:
    """The response of an answer, refused where its judge says so."""
    verdict = source.judge(body, media_type)
    return response(
        body,
        instant,
        source=source.name,
        media_type=media_type,
        record_count=verdict.record_count,
        verdict="sound" if verdict.is_sound else "refused",
        reason=verdict.reason or verdict.warning,
    )


def polls(paris: Paris, source: Source, instants: Iterator[datetime]) -> list[Response]:
    """Pages of the real-time feed at these instants; silence leaves none."""
    answers = ((instant, paris.realtime_answer(instant)) for instant in instants)
    return [answered(source, answer.body, instant) for instant, answer in answers if answer]
