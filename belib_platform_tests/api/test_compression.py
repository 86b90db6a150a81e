"""Answers are compressed as the client wants, and a long one is sent while it is read."""

import socket

import httpx
import pytest

from belib_platform.local.processes import wait_until
from belib_platform_tests.api.conftest import SETTINGS, History
from belib_platform_tests.api.served import served
from belib_platform_tests.api.test_present import NOON

AT = {"as_of": NOON.isoformat()}
DAYS = {"from": "2025-03-29T00:00:00Z", "to": "2025-03-31T00:00:00Z"}

CODINGS = {"zstd": "zstd", "gzip": "gzip", "gzip, deflate, br, zstd": "zstd", "br": None, "zstd;q=0, gzip": "gzip"}
"""By what the client accepts."""

MANY_LONG_ROWS = """
INSERT INTO mart.station_availability_hourly
SELECT (jsonb_populate_record(one.row, jsonb_build_object('station_id', noise))).*
FROM (SELECT h AS row FROM mart.station_availability_hourly AS h LIMIT 1) AS one,
    generate_series(1, 20000) AS n,
    LATERAL (SELECT string_agg(md5(n::text || part), '') AS noise FROM generate_series(1, 60) AS part) AS noises
RETURNING 1
"""
"""About 20 MB that do not shrink: more than the sockets between server and client hold."""

READING = """
SELECT pid FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
"""


@pytest.mark.parametrize("accepted", CODINGS)
@pytest.mark.parametrize(
    "path", ["/v1/charge-points", "/v1/charge-points?format=csv", "/v1/charge-points?format=geojson"]
)
def test_an_answer_has_the_coding_that_the_client_takes(api: httpx.Client, path: str, accepted: str) -> None:
    url = httpx.URL(path).copy_merge_params(AT)
    plain = api.get(url, headers={"Accept-Encoding": "identity"})
    coded = api.get(url, headers={"Accept-Encoding": accepted})
    assert coded.headers.get("content-encoding") == CODINGS[accepted]
    assert coded.text == plain.text
    assert "content-encoding" not in plain.headers
    assert coded.headers["vary"] == plain.headers["vary"] == "Accept-Encoding, Origin"
    again = api.get(url, headers={"Accept-Encoding": accepted, "If-None-Match": coded.headers["etag"]})
    assert (again.status_code, again.headers["vary"]) == (304, "Accept-Encoding, Origin")


@pytest.mark.parametrize("form", ["json", "csv"])
def test_hours_that_are_streamed_are_compressed_alike(api: httpx.Client, form: str) -> None:
    asked = DAYS | {"format": form}
    plain = api.get("/v1/availability/hourly", params=asked, headers={"Accept-Encoding": "identity"})
    for coding in ("zstd", "gzip"):
        coded = api.get("/v1/availability/hourly", params=asked, headers={"Accept-Encoding": coding})
        assert (coded.headers["content-encoding"], "content-length" in coded.headers) == (coding, False)
        assert coded.text.partition('"items"')[2] == plain.text.partition('"items"')[2]


@pytest.mark.slow
@pytest.mark.parametrize("coding", ["zstd", "gzip", "identity"])
def test_a_long_answer_is_sent_while_it_is_read(own_history: History, coding: str) -> None:
    own_history.sql(MANY_LONG_ROWS)
    narrow = httpx.HTTPTransport(socket_options=[(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)])
    with (
        served(SETTINGS, own_history.url) as api,
        httpx.Client(base_url=api.base_url, transport=narrow, headers={"Accept-Encoding": coding}) as slow,
    ):
        with slow.stream("GET", "/v1/availability/hourly", params=DAYS) as answer:
            assert answer.headers.get("content-encoding", "identity") == coding
            assert next(answer.iter_raw())
            assert own_history.sql(READING), "the query had ended before the client read on"
        assert wait_until(lambda: not own_history.sql(READING), 30), "the query goes on though its client went away"
