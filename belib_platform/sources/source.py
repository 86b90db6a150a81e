"""What a source is: where it is asked, and how its answers are judged."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from pydantic import SecretStr

from belib_platform.files.file_faults import ANY_FAULT, fault_of
from belib_platform.settings import Settings
from belib_platform.sources.answer import Answer, SourceError
from belib_platform.sources.cadence import Cadence
from belib_platform.sources.http import DEFAULT_POLICY, HttpPolicy, OnRetry, fetch, ignored
from belib_platform.sources.records import Layout
from belib_platform.sources.verdict import Verdict, against_announcement, refused
from belib_platform.sources.weather_provider import WeatherProvider


class Request(NamedTuple):
    """A URL and its query; `secrets` are the part of the query that only the source is told."""

    url: str
    params: dict[str, str]
    secrets: Mapping[str, SecretStr] = MappingProxyType({})


@dataclass(frozen=True, eq=False)  # each is itself alone, so that it can be a key
class Source:
    """Everything the platform knows of one source; every list of sources is derived from `registry.SOURCES`.

    `title` is what a person calls it. `description` says why its responses are kept. `collection` is the MongoDB
    collection, and the raw asset, of its responses. `cadence` says how often it is asked, and by which job. `pool` is
    the Dagster pool that lets one run at a time ask its API.

    `announcement` asks how many records there are (`total_count`, Explore API v2.1), where the source tells. `judge`
    takes a body and its media type.

    Recordings are recognised as responses of this source by `layout`, where its responses are lists of records; by
    `dataset`, where pages of the Explore API name their data set; or by `recognise`, which takes a JSON object.

    `weather` is what a weather provider has besides. At the first start the sources of a lower `first_asked` are
    asked first. Responses that are not archived stay in MongoDB alone, and are never retired from it.
    """

    name: str
    title: str
    description: str
    collection: str
    cadence: Cadence
    pool: str
    request: Callable[[Settings], Request]
    judge: Callable[[bytes, str], Verdict]
    announcement: Callable[[Settings], Request] | None = None
    layout: Layout | None = None
    dataset: str | None = None
    recognise: Callable[[Mapping[str, Any]], bool] | None = None
    weather: WeatherProvider | None = None
    first_asked: int = 1
    is_archived: bool = True

    @property
    def is_weather_provider(self) -> bool:
        """Whether it is asked only where BELIB_WEATHER_PROVIDER names it."""
        return self.weather is not None


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
