"""A key reaches its source and nothing else: no answer, no error, no log."""

import json
import logging
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr

from belib_platform.sources.answer import SourceError
from belib_platform.sources.http import HttpPolicy, fetch
from belib_platform_tests.sources.local_server import Handler, answering, serving

KEY = "canary+/é=%"
SECRETS = {"appid": SecretStr(KEY)}


def test_the_source_is_told_the_key_with_the_rest_of_the_query(quick: HttpPolicy) -> None:
    with serving(answering({})) as server:
        answer = fetch(f"{server.url}/forecast?mode=json", {"lat": "48.8"}, SECRETS, policy=quick)
    asked = urlsplit(server.asked[0])
    assert asked.path == "/forecast"
    assert parse_qs(asked.query) == {"mode": ["json"], "lat": ["48.8"], "appid": [KEY]}
    assert answer.url == f"{server.url}/forecast?mode=json&lat=48.8"


def test_no_logger_hears_of_it(quick: HttpPolicy, caplog: pytest.LogCaptureFixture) -> None:
    with serving(answering({})) as server, caplog.at_level(logging.DEBUG):
        fetch(f"{server.url}/forecast", {}, SECRETS, policy=quick)
    assert "HTTP Request: GET" in caplog.text
    assert "canary" not in caplog.text


@pytest.mark.parametrize("spelt", [json.dumps(KEY), json.dumps(KEY, ensure_ascii=False).replace("/", r"\/")])
def test_a_source_that_repeats_it_is_kept_without_it(quick: HttpPolicy, spelt: str) -> None:
    body = b'{"message": ' + spelt.encode() + b', "path": "/?appid=canary%2B%2F%C3%A9%3D%25"}'
    with serving(answering(body)) as server:
        answer = fetch(server.url, {}, SECRETS, policy=quick)
    assert len(answer.body) == len(body)
    assert set(json.loads(answer.body)["message"]) == {"*"}
    assert json.loads(answer.body)["path"].strip("*") == "/?appid="


def test_a_refusal_quotes_the_source_without_it(quick: HttpPolicy) -> None:
    with (
        serving(answering({"cod": 401, "message": f"Invalid key {KEY}"}, 401)) as server,
        pytest.raises(SourceError, match=r"answered 401 Unauthorized: Invalid key \*+$") as refused,
    ):
        fetch(server.url, {}, SECRETS, policy=quick)
    assert "canary" not in repr(refused.value.answer)


def test_a_key_is_not_carried_to_where_a_source_points(quick: HttpPolicy) -> None:
    with serving(answering({})) as other:

        def elsewhere(handler: Handler) -> None:
            handler.send(b"", 302, {"Location": f"{other.url}{handler.path}"})

        with serving(elsewhere) as server, pytest.raises(SourceError, match=r"answered 302 Found$"):
            fetch(server.url, {}, SECRETS, policy=quick)
        assert other.asked == []


def test_a_source_that_is_away_is_named_without_it(quick: HttpPolicy) -> None:
    with serving(answering({})) as server:
        url = server.url
    with pytest.raises(SourceError, match="cannot be reached") as failed:
        fetch(f"{url}/forecast", {}, SECRETS, policy=quick)
    assert "canary" not in f"{failed.value}{failed.value.__cause__!r}"
