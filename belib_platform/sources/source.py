"""What a source is: where it is asked, and how its answers are judged."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import urlsplit

from pydantic import SecretStr

from belib_platform.files.file_faults import ANY_FAULT, fault_of
from belib_platform.settings import Settings
from belib_platform.sources.answer import Answer, SourceError
from belib_platform.sources.http import DEFAULT_POLICY, HttpPolicy, OnRetry, fetch, ignored
from belib_platform.sources.verdict import Verdict, against_announcement, refused


class Request(NamedTuple):
    """A URL and its query; `secrets` are the part of the query that only the source is told."""

    url: str
    params: dict[str, str]
    secrets: Mapping[str, SecretStr] = MappingProxyType({})


@dataclass(frozen=True)
class Source:
    """One source: its name, the collection that keeps its answers, its requests, its judge.

    `title` is what a person calls it; `cadence` is how long after a sound answer it is asked again.
    `announcement` asks how many records there are (`total_count`, Explore API v2.1), where the source tells.
    `judge` takes a body and its media type.
    """

    name: str
    title: str
    collection: str
    cadence: Callable[[Settings], timedelta]
    request: Callable[[Settings], Request]
    announcement: Callable[[Settings], Request] | None
    judge: Callable[[bytes, str], Verdict]


def hourly(settings: Settings) -> timedelta:  # noqa: ARG001 - of other sources it is a setting
    """The cadence of a source that is asked once an hour."""
    return timedelta(hours=1)


def daily(settings: Settings) -> timedelta:  # noqa: ARG001
    """The cadence of a source that is asked once a day."""
    return timedelta(days=1)


def host_of(source: Source, settings: Settings) -> str:
    """The host that a source is asked at, with the port where its URL names one."""
    return urlsplit(source.request(settings).url).netloc


def ask(
    source: Source, settings: Settings, policy: HttpPolicy = DEFAULT_POLICY, on_retry: OnRetry = ignored
) -> tuple[Answer, Verdict]:
    """The source's answer and the verdict on it.

    Sound: a 2xx answer that `judge` finds sound and that holds from 99 to 101 % of the records announced; not just
    as many, since the table moves between the two requests. An announcement that fails never costs the poll; it is a
    warning. A judge that fails refuses, so that the answer is kept. `on_retry` is given each error after which the
    source is asked again at once. Raises SourceError where there is no answer.
    """
    answer = fetch(*source.request(settings), policy=policy, on_retry=on_retry)
    verdict = _judged(source, answer)
    if source.announcement is None or not verdict.is_sound:
        return answer, verdict
    try:
        announced = _announced(source.announcement(settings), policy)
    except SourceError as error:
        return answer, verdict.warned(f"not compared with an announcement: {error}")
    return answer, against_announcement(verdict, announced)


def _judged(source: Source, answer: Answer) -> Verdict:
    try:
        return source.judge(answer.body, answer.media_type)
    except ANY_FAULT as error:
        return refused(f"The body {fault_of(error)}.")


def _announced(request: Request, policy: HttpPolicy) -> int:
    answer = fetch(*request, policy=policy)
    try:
        return int(json.loads(answer.body)["total_count"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise SourceError(f"{request.url} announced no total_count", answer=answer) from error
