"""HTTP requests: bounded in time and size, retried after transient faults, with the body exactly as it arrived."""

import asyncio
import ssl
from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from importlib.metadata import version
from types import MappingProxyType
from typing import NamedTuple

import httpx
from pydantic import SecretStr
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt, wait_exponential_jitter
from tenacity.wait import wait_base

from belib_platform.sources.answer import Answer, SourceError, now
from belib_platform.sources.inflating import Gunzip, Identity, InflateError
from belib_platform.sources.refusal import quoted, refusal
from belib_platform.sources.secrecy import Secrets
from belib_platform.sources.wire_faults import describe, is_before_asking

USER_AGENT = f"belib_platform/{version('belib-platform')} (open data history of Belib')"

BACKOFF = wait_exponential_jitter(initial=1, max=20)
"""Seconds between two attempts: 1, 2, 4 … 20, each up to a second longer."""

ATTEMPTS = 3
MAX_REDIRECTS = 5

RECORDED_HEADERS = ("content-type", "content-encoding", "date", "etag", "last-modified", "retry-after")

_INFLATERS: dict[str, type[Identity]] = {"": Identity, "identity": Identity, "gzip": Gunzip}


@dataclass(frozen=True)
class HttpPolicy:
    """The wait between attempts, time-outs in seconds, and bounds of a body, inflated and as transferred.

    `deadline_s` bounds all attempts and waits together.
    """

    wait: wait_base = BACKOFF
    connect_s: float = 10
    read_s: float = 30
    deadline_s: float = 120
    max_body_bytes: int = 64 * 2**20
    max_wire_bytes: int = 32 * 2**20


DEFAULT_POLICY = HttpPolicy()

OnRetry = Callable[[SourceError], None]
"""Called with the error after which a request is tried again."""


class _Fault(NamedTuple):
    """Why a body is incomplete, and whether another attempt may help."""

    reason: str
    may_pass: bool


def fetch(
    url: str,
    params: dict[str, str],
    secrets: Mapping[str, SecretStr] = MappingProxyType({}),
    *,
    policy: HttpPolicy = DEFAULT_POLICY,
    on_retry: OnRetry | None = None,
) -> Answer:
    """Request `url` with `params` as its query; the answer has a 2xx status and a complete body within the bounds.

    `secrets` are further parameters, which neither the answer nor an error shows. A request with secrets follows no
    redirect; others follow redirects within the same origin. Transport faults, truncated streams and 5xx are tried
    again, other errors are not. Must not be called from a thread that runs an event loop. Raises SourceError.
    """
    return asyncio.run(_fetch(httpx.URL(url).copy_merge_params(params), Secrets(secrets), policy, on_retry))


@cache
def _trusted() -> ssl.SSLContext:
    """The certificates, read once: reading them takes longer than many a request."""
    return httpx.create_ssl_context()


async def _fetch(url: httpx.URL, secrets: Secrets, policy: HttpPolicy, on_retry: OnRetry | None) -> Answer:
    def before_sleep(state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        if on_retry and isinstance(error, SourceError):
            on_retry(error)

    retrying = AsyncRetrying(
        stop=stop_after_attempt(ATTEMPTS),
        wait=policy.wait,
        retry=retry_if_exception(lambda error: isinstance(error, SourceError) and error.is_transient),
        before_sleep=before_sleep,
        reraise=True,
    )
    client = httpx.AsyncClient(
        verify=_trusted(),
        timeout=httpx.Timeout(policy.read_s, connect=policy.connect_s),
        headers={"User-Agent": USER_AGENT, "Accept-Encoding": "gzip"},
    )
    try:
        # An event loop for one request: only so does the deadline also hold while headers trickle in.
        async with asyncio.timeout(policy.deadline_s), client:
            return await retrying(_attempt, client, url, secrets, policy)
    except TimeoutError:
        raise SourceError(f"{_place(url)} gave no whole answer within {policy.deadline_s:g} s") from None


async def _attempt(client: httpx.AsyncClient, url: httpx.URL, secrets: Secrets, policy: HttpPolicy) -> Answer:
    fetched_at = now()
    request = client.build_request("GET", url, extensions=secrets.target(url))
    try:
        first = client.send(request, stream=True) if secrets else _followed(client, request)
        async with aclosing(await first) as response:
            answer, fault = await _receive(response, url, fetched_at, policy)
            answer = replace(answer, body=secrets.masked(answer.body)) if secrets else answer
    except httpx.RequestError as error:
        is_transient = isinstance(error, httpx.TransportError)
        place = url.netloc.decode() if is_before_asking(error) else _place(url)
        raise SourceError(f"{place} {describe(error)}", is_transient=is_transient) from error
    if not 200 <= answer.status_code < 300:
        raise refusal(_place(url), answer)
    if fault:
        evidence = answer if answer.body else None
        raise SourceError(f"{_place(url)} {fault.reason}", answer=evidence, is_transient=fault.may_pass)
    return answer


async def _followed(client: httpx.AsyncClient, request: httpx.Request) -> httpx.Response:
    """The response after all redirects; no body is read yet.

    Raises SourceError for a redirect to another origin: what answers there is not the source.
    """
    asked = request.url
    for _ in range(MAX_REDIRECTS + 1):
        response = await client.send(request, stream=True)
        if response.next_request is None:
            return response
        await response.aclose()
        request, before = response.next_request, request
        if not _is_same_origin(before.url, request.url):
            raise SourceError(
                f"{_place(asked)} redirects to {quoted(_origin(request.url))}, which is not asked: only "
                f"{_origin(before.url)} is this source"
            )
    raise SourceError(f"{_place(asked)} redirects more than {MAX_REDIRECTS} times")


def _is_same_origin(one: httpx.URL, other: httpx.URL) -> bool:
    """Whether scheme, host and port are the same; HTTP may become HTTPS."""
    is_kept = other.scheme == one.scheme or (one.scheme, other.scheme) == ("http", "https")
    return is_kept and (one.host, one.port) == (other.host, other.port)


def _origin(url: httpx.URL) -> str:
    return f"{url.scheme}://{url.netloc.decode()}"


async def _receive(
    response: httpx.Response, url: httpx.URL, fetched_at: datetime, policy: HttpPolicy
) -> tuple[Answer, _Fault | None]:
    """The answer as far as it arrived and, if it is incomplete, its fault."""
    encoding = response.headers.get("content-encoding", "").strip().lower()
    inflater = _INFLATERS.get(encoding, Identity)(policy.max_body_bytes)
    fault = await _read(response, inflater, policy.max_wire_bytes)
    if encoding not in _INFLATERS:
        fault = _Fault(f"answered in the encoding {encoding[:20]}, which was not asked for", may_pass=False)
    headers = {k: v for k, v in response.headers.items() if k in RECORDED_HEADERS or k.startswith("x-ratelimit-")}
    media_type = headers.get("content-type", "application/octet-stream").split(";")[0].strip().lower()
    answer = Answer(str(url), response.status_code, headers, media_type, bytes(inflater.body), fetched_at, now())
    return answer, fault


async def _read(response: httpx.Response, inflater: Identity, max_wire_bytes: int) -> _Fault | None:
    wire = 0
    try:
        async for chunk in response.aiter_raw():
            wire += len(chunk)
            if wire > max_wire_bytes:
                return _Fault(f"sent more than {max_wire_bytes:,} bytes over the wire", may_pass=False)
            inflater.feed(chunk)
    except httpx.TransportError as error:
        return _Fault(f"{describe(error)} after {len(inflater.body):,} bytes", may_pass=True)
    except InflateError as error:
        return _Fault(f"sent a body that {error}", may_pass=False)
    try:
        inflater.close()
    except InflateError as error:
        return _Fault(f"sent a body that {error}", may_pass=True)
    return None


def _place(url: httpx.URL) -> str:
    return f"{url.netloc.decode()}{url.path}"
