"""Answers of the read API to questions of the page, without a server: its application is called in this process."""

import re
import sys
from collections import deque
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any

import httpx
from fastapi import FastAPI

from belib_platform.api.app import application
from belib_platform.api.parameters import PREFIX
from belib_platform.contracts.json_values import written
from belib_platform.page.questions import Parameters, Question, name_of
from belib_platform.settings import Settings

BASE = "http://api"
"""Of no host: nothing is sent over a network."""


class UnansweredError(Exception):
    """The read API has no answer to a question; the message has its reason."""


async def answers_to(
    asked: Sequence[Question], settings: Settings, reader_url: str, at: datetime
) -> AsyncIterator[tuple[str, str]]:
    """The name and the JSON of each answer; a question has several where it is of all pages or others follow from it.

    All answers about the present speak of `at` (UTC). Raises UnansweredError.
    """
    app = application(settings, reader_url, requests_a_minute=sys.maxsize)
    transport, waiting = httpx.ASGITransport(app), deque(asked)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        while waiting:
            question = waiting.popleft()
            instant = {"as_of": written(at)} if _takes_an_instant(app, question.path) else {}
            async for name, answer in _pages(client, question, instant):
                yield name, answer.text
                waiting.extend(question.then(answer.json()) if question.then else [])


async def _pages(
    client: httpx.AsyncClient, question: Question, instant: Parameters
) -> AsyncIterator[tuple[str, httpx.Response]]:
    cursor: Parameters = {}
    while True:
        answer = await client.get(f"{PREFIX}/{question.path}", params={**question.parameters, **instant, **cursor})
        told: dict[str, Any] = answer.json()
        if answer.status_code != HTTPStatus.OK:
            path = answer.request.url.path
            raise UnansweredError(f"The page is not written, since {path} has no answer: {told['detail']}")
        yield name_of(question.path, question.parameters | cursor), answer
        if not question.is_of_all or not told["next_cursor"]:
            return
        cursor = {"cursor": told["next_cursor"]}


def _takes_an_instant(app: FastAPI, path: str) -> bool:
    """Whether an endpoint has the parameter as_of."""
    for template, operations in app.openapi()["paths"].items():
        if re.fullmatch(re.sub(r"{\w+}", "[^/]+", template), f"{PREFIX}/{path}"):
            return any(parameter["name"] == "as_of" for parameter in operations["get"].get("parameters", ()))
    return False
