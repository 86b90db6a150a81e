"""The declaration of a source: its request, and how its answers are judged."""

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
from belib_platform.sources.http import DEFAULT_POLICY, HttpPolicy, OnRetry, fetch
from belib_platform.sources.records import Layout
from belib_platform.sources.verdict import Verdict, against_announcement, refused
from belib_platform.sources.weather_provider import WeatherProvider


class Request(NamedTuple):
    """A URL and its query; `secrets` are parameters that only the source gets to see."""

    url: str
    params: dict[str, str]
    secrets: Mapping[str, SecretStr] = MappingProxyType({})


@dataclass(frozen=True, eq=False)  # compared by identity, so that it is hashable
class Source:
    """Everything the platform knows of one source; every list of sources is derived from `registry.SOURCES`.

    `title` is its name for readers, `description` says why its responses are kept. `collection` is the MongoDB
    collection, and the raw asset, of its responses. `cadence` says how often it is asked, and by which job. `pool` is
    the Dagster pool that lets one run at a time ask its API.

    `request` is None for a source that is only imported. `network` is the one of BELIB_NETWORKS that it belongs to, if
    any. `announcement` is the request for the number of records (`total_count`, Explore API v2.1), if there is one.
    `judge` takes a body and its media type.

    Recordings are recognised as responses of this source by `layout`, if its responses are lists of records; by
    `dataset`, if pages of the Explore API name their data set; or by `recognise`, which takes a JSON object.

    `weather` is set for weather providers only. At the first start, sources with a lower `first_asked` are asked first.
    Responses of a source that is not archived stay in MongoDB alone, and are never retired from it.
    """

    name: str
    title: str
    description: str
    collection: str
    cadence: Cadence
    pool: str
    request: Callable[[Settings], Request] | None
    judge: Callable[[bytes, str], Verdict]
    announcement: Callable[[Settings], Request] | None = None
    layout: Layout | None = None
    dataset: str | None = None
    recognise: Callable[[Mapping[str, Any]], bool] | None = None
    weather: WeatherProvider | None = None
    network: str | None = None
    first_asked: int = 1
    is_archived: bool = True

    @property
    def is_weather_provider(self) -> bool:
        """Whether it is asked only if BELIB_WEATHER_PROVIDER names it."""
        return self.weather is not None

    def is_asked(self, settings: Settings) -> bool:
        """Whether it is asked live, unless it is a weather provider: it has a request, and its network is asked."""
        return self.request is not None and (self.network is None or self.network in settings.network_names)


def request_of(source: Source, settings: Settings) -> Request:
    """The request that asks a source. Raises ValueError for one that is only imported."""
    if source.request is None:
        raise ValueError(f"{source.name} is only imported, and never asked.")
    return source.request(settings)


def host_of(source: Source, settings: Settings) -> str:
    """The host of a source, with the port if its URL has one."""
    return urlsplit(request_of(source, settings).url).netloc


def ask(
    source: Source, settings: Settings, policy: HttpPolicy = DEFAULT_POLICY, on_retry: OnRetry | None = None
) -> tuple[Answer, Verdict]:
    """The source's answer and the verdict on it.

    Sound: a 2xx answer that `judge` finds sound, with 99 to 101 % of the announced number of records, which may change
    between the two requests. If the announcement fails, that is only a warning. If `judge` fails, the answer is
    refused, and so kept. Raises SourceError if there is no answer.
    """
    answer = fetch(*request_of(source, settings), policy=policy, on_retry=on_retry)
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
