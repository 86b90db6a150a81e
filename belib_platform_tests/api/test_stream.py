"""`/v1/stream` over real HTTP: everything once and in order, whoever breaks off, and whoever does not read."""

import json
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import date
from itertools import islice
from urllib.parse import urlsplit

import httpx
import polars as pl
import psutil
import psycopg
import pytest
from cloudevents.core.formats.json import JSONFormat
from httpx_sse import EventSource, ServerSentEvent

from belib_platform.api import fan_out
from belib_platform.api.routes import stream
from belib_platform.api.server import GRACE_S
from belib_platform.warehouse.outbox import record_changes
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.api.conftest import History
from belib_platform_tests.api.outbox import changes_of, forget_until, tell, tell_of_days, write
from belib_platform_tests.api.serving import serving

LONG_S = 60.0
OUTBOX = "mart.change"


@contextmanager
def listening(
    client: httpx.Client, last_event_id: int | None = None, **parameters: str | int
) -> Iterator[Iterator[ServerSentEvent]]:
    """The events of a stream, without those that only move the id; the first one, which begins it, was read."""
    headers = {} if last_event_id is None else {"Last-Event-ID": str(last_event_id)}
    with client.stream("GET", "/v1/stream", params=parameters, headers=headers) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream"), answer.read()
        events = EventSource(answer).iter_sse()
        first = next(events)
        assert (first.data, first.retry) == ("", stream.AGAIN_MS)
        yield _in_time(events)


def _in_time(events: Iterator[ServerSentEvent]) -> Iterator[ServerSentEvent]:
    """Those that tell something. Raises AssertionError if there is none for long."""
    heard_at = time.monotonic()
    for event in events:
        if event.data:
            yield event
            heard_at = time.monotonic()
        assert time.monotonic() - heard_at < LONG_S


def _until(is_so: Callable[[], bool]) -> None:
    """Ask until it is. Raises AssertionError if it is not for long."""
    began_at = time.monotonic()
    while not is_so():
        assert time.monotonic() - began_at < LONG_S


def things(events: Iterator[ServerSentEvent], count: int) -> list[str]:
    """What the next events are of."""
    return [json.loads(event.data)["subject"] for event in islice(events, count)]


def test_a_change_is_a_cloud_event_that_says_what_the_list_of_changes_says(own: httpx.Client, house: Warehouse) -> None:
    with listening(own) as events:
        tell(house, ["p"])
        event = next(events)
    cursor = int(event.id) - 1
    [item] = own.get("/v1/changes", params={"cursor": cursor}).json()["items"]
    told = JSONFormat().read(None, event.data)
    assert (event.event, event.id, told.get_id()) == ("state_changed", str(item.pop("id")), event.id)
    assert told.get_data() == item
    assert told.get_type() == "belib_platform.state_changed"
    assert told.get_source() == "urn:belib_platform:belib"
    assert told.get_subject() == "p"
    assert told.get_time().isoformat() == "2025-03-30T12:00:00+00:00"


def test_who_breaks_off_again_and_again_has_everything_once(own: httpx.Client, house: Warehouse) -> None:
    """While others listen, and while nobody does; the header is used before the cursor of the address."""
    cursor = own.get("/v1/changes").json()["newest_id"]
    begin = cursor
    with listening(own) as always:
        had = []
        for n in range(5):
            tell(house, [f"p{n}-{k}" for k in range(3)])
            with listening(own, cursor, cursor=begin) as events:
                tell(house, [f"q{n}"])
                for event in islice(events, 2):
                    had.append(json.loads(event.data)["subject"])
                    cursor = int(event.id)
        with listening(own, cursor) as events:
            had += things(events, 20 - len(had))
        assert had == things(always, 20)
    assert had == [name for n in range(5) for name in (f"p{n}-0", f"p{n}-1", f"p{n}-2", f"q{n}")]


def test_filters_leave_out_and_the_id_moves_on_nevertheless(
    own: httpx.Client, house: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "IDLE_S", 0.1)
    newest = own.get("/v1/changes").json()["newest_id"]
    with listening(own, network="velib") as events, own.stream("GET", "/v1/stream", params={"thing_id": "x"}) as answer:
        tell(house, ["p"])
        tell(house, ["b"], "velib")
        assert things(events, 1) == ["b"]
        ids = (int(event.id) for event in EventSource(answer).iter_sse() if not event.data)
        _until(lambda: next(ids) == newest + 2)


def test_the_id_moves_on_in_time_while_others_change(
    own: httpx.Client, house: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each change that is left out is read a second after the one before, well within the time."""
    monkeypatch.setattr(stream, "IDLE_S", 2.5)
    newest = own.get("/v1/changes").json()["newest_id"]
    with own.stream("GET", "/v1/stream", params={"thing_id": "x"}) as answer, listening(own) as others:
        moved = EventSource(answer).iter_sse()
        assert next(moved).id == str(newest)
        with ThreadPoolExecutor() as aside:
            heard = aside.submit(lambda: [int(event.id) for event in islice(moved, 2)])
            told = 0
            while not heard.done():
                tell(house, ["p"])
                told += 1
                assert things(others, 1) == ["p"]
                assert told < LONG_S
        first, second = heard.result()
    assert newest < first < second <= newest + told


def test_whoever_comes_long_after_has_all_that_is_kept_and_what_comes_then(
    own: httpx.Client, house: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fan_out, "READ_AT_ONCE", 7)
    tell(house, [f"p{n}" for n in range(100)])
    newest = own.get("/v1/changes").json()["newest_id"]
    with listening(own), listening(own, newest - 100) as events:
        assert things(events, 100) == [f"p{n}" for n in range(100)]
        tell(house, [f"q{n}" for n in range(20)])
        assert things(events, 20) == [f"q{n}" for n in range(20)]


def test_days_that_are_written_again_are_told_to_who_asks_for_all_or_for_a_place(
    own: httpx.Client, house: Warehouse
) -> None:
    with listening(own) as one, listening(own, kind="day_rewritten", near="0,0") as other:
        tell_of_days(house, date(2024, 2, 1), 29)
        for events in (one, other):
            days = things(events, 29)
            assert (days[0], days[-1], len(set(days))) == ("2024-02-01", "2024-02-29", 29)


def test_a_client_has_a_limit_of_streams_and_gets_another_when_one_ends(own: httpx.Client) -> None:
    with ExitStack() as others:
        for _ in range(fan_out.OF_ONE_CLIENT - 1):
            others.enter_context(listening(own))
        with listening(own):
            answer = own.get("/v1/stream")
            assert (answer.status_code, answer.headers["retry-after"]) == (429, "60")
            assert f"{fan_out.OF_ONE_CLIENT} streams" in answer.json()["detail"]
        _until(lambda: _is_admitted(own))  # once the server has seen that the client is gone


@pytest.mark.parametrize(("of_all", "refusal"), [(fan_out.OF_ALL, 429), (fan_out.OF_ONE_CLIENT - 1, 503)])
def test_who_asks_for_many_at_once_gets_no_more(
    own: httpx.Client, monkeypatch: pytest.MonkeyPatch, of_all: int, refusal: int
) -> None:
    monkeypatch.setattr(fan_out, "OF_ALL", of_all)
    most = min(of_all, fan_out.OF_ONE_CLIENT)
    address = urlsplit(str(own.base_url))
    with ExitStack() as all_of_them:
        asked = [
            all_of_them.enter_context(socket.create_connection((address.hostname, address.port), LONG_S))
            for _ in range(5 * fan_out.OF_ONE_CLIENT)
        ]
        for one in asked:
            one.sendall(b"GET /v1/stream?near=48.85,2.35 HTTP/1.1\r\nHost: x\r\n\r\n")
        statuses = Counter(one.recv(12) for one in asked)
    assert statuses == {b"HTTP/1.1 200": most, f"HTTP/1.1 {refusal}".encode(): 5 * fan_out.OF_ONE_CLIENT - most}


def test_requests_that_are_refused_or_given_up_take_no_place(own: httpx.Client, house: Warehouse) -> None:
    address = urlsplit(str(own.base_url))
    for _ in range(fan_out.OF_ONE_CLIENT):
        assert own.get("/v1/stream", params={"cursor": "x"}).status_code == 400
        assert own.get("/v1/stream", params={"cursor": 99_999}).status_code == 400
        assert own.get("/v1/stream", params={"commune": "x"}).status_code == 400
        with socket.create_connection((address.hostname, address.port), LONG_S) as hasty:
            hasty.sendall(b"GET /v1/stream HTTP/1.1\r\nHost: x\r\n\r\n")
    with house.transaction(is_writing=True) as cursor:
        cursor.execute(f"ALTER TABLE {OUTBOX} RENAME TO away")
    for _ in range(fan_out.OF_ONE_CLIENT):
        assert own.get("/v1/stream").status_code == 503
    with house.transaction(is_writing=True) as cursor:
        cursor.execute("ALTER TABLE mart.away RENAME TO change")
    with ExitStack() as others:
        for _ in range(fan_out.OF_ONE_CLIENT):
            _until(lambda: others.enter_context(own.stream("GET", "/v1/stream")).status_code == 200)


def _is_admitted(client: httpx.Client) -> bool:
    with client.stream("GET", "/v1/stream") as answer:
        return answer.status_code == 200


def test_all_clients_together_have_a_limit(own: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fan_out, "OF_ALL", 1)
    with listening(own):
        answer = own.get("/v1/stream")
    assert answer.status_code == 503
    assert "Poll /v1/changes instead." in answer.json()["detail"]


def test_who_does_not_read_is_dropped_and_costs_no_other(
    own: httpx.Client, house: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "SENT_WITHIN_S", 0.5)
    monkeypatch.setattr(fan_out, "BEHIND", 2)
    address = urlsplit(str(own.base_url))
    begin = own.get("/v1/changes").json()["newest_id"]
    names = [f"p{n}" for n in range(40_000)]
    with socket.create_connection((address.hostname, address.port), LONG_S) as silent:
        silent.sendall(b"GET /v1/stream HTTP/1.1\r\nHost: x\r\n\r\n")
        assert silent.recv(4096)
        heard = list[str]()
        tell(house, names)
        while len(heard) < len(names):  # whoever is slow for a moment may be dropped, too, and comes back
            with listening(own, begin + len(heard)) as events:
                heard += things(events, len(names) - len(heard))
        assert heard == names
        _until(lambda: not _is_connected(silent))
        sent = b"".join(iter(lambda: silent.recv(2**20), b""))
    assert sent.count(b"event: ") < len(names)


def _is_connected(client: socket.socket) -> bool:
    """Whether the server, which is in this process, has a socket for it."""
    return any(connection.raddr == client.getsockname() for connection in psutil.Process().net_connections("tcp"))


def test_streams_outlive_connections_that_the_server_ends(
    own: httpx.Client, house: Warehouse, own_history: History
) -> None:
    with listening(own) as events:
        tell(house, ["p"])
        assert things(events, 1) == ["p"]
        with psycopg.connect(own_history.url, autocommit=True) as connection:
            name = connection.info.dbname
            sql = (
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
            )
            connection.execute(sql, [name])
        house.close()
        tell(house, ["q"])
        assert things(events, 1) == ["q"]


def test_a_stream_ends_when_its_ids_are_those_of_another_warehouse(own: httpx.Client, house: Warehouse) -> None:
    with listening(own) as events:
        tell(house, ["p"])
        [event] = islice(events, 1)
        with house.transaction(is_writing=True) as cursor:
            cursor.execute("DELETE FROM mart.change")
        tell(house, ["q"])
        assert list(events) == []
    assert own.get("/v1/stream", headers={"Last-Event-ID": event.id}).status_code == 400


def test_a_live_stream_ends_when_the_ids_began_again_and_are_beyond_its_own_by_now(
    own: httpx.Client, house: Warehouse
) -> None:
    tell(house, ["p"])
    newest = own.get("/v1/changes").json()["newest_id"]
    with listening(own) as events, listening(own, newest - 1) as others:
        assert things(others, 1) == ["p"]
        with house.transaction(is_writing=True) as cursor:
            cursor.execute("DELETE FROM mart.change")
            record_changes(house, cursor, changes_of([f"n{n}" for n in range(newest + 3)]))
        assert list(events) == list(others) == []
    with listening(own) as events:
        tell(house, ["q"])
        assert things(events, 1) == ["q"]


def test_a_shorter_outbox_is_heard_after_a_longer_one(own: httpx.Client, house: Warehouse) -> None:
    with listening(own) as events:
        tell(house, ["p"] * 20)
        assert things(events, 20) == ["p"] * 20
        with house.transaction(is_writing=True) as cursor:
            cursor.execute("DELETE FROM mart.change")
        assert list(events) == []
    tell(house, ["q"])
    with listening(own) as events:
        tell(house, ["r"])
        assert things(events, 1) == ["r"]


def test_streams_end_at_a_change_that_cannot_be_told_and_others_are_heard_after_it(
    own: httpx.Client, house: Warehouse
) -> None:
    with listening(own) as events:
        write(house, changes_of(["p"]).with_columns(after=pl.lit("no JSON")))
        assert list(events) == []
    with listening(own) as events:
        tell(house, ["q"])
        assert things(events, 1) == ["q"]


def test_a_stream_whose_next_changes_were_pruned_ends(
    own: httpx.Client, house: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would have to be read to its end, row by row, before they are."""
    monkeypatch.setattr(fan_out, "READ_AT_ONCE", 1)
    count = 3_000
    tell(house, ["p"] * count)
    newest = own.get("/v1/changes").json()["newest_id"]
    with listening(own), listening(own, newest - count) as events:
        forget_until(house, newest)
        ids = [int(event.id) for event in events]
    assert ids == list(range(newest - count + 1, newest - count + 1 + len(ids)))
    assert len(ids) < count


def test_streams_end_where_rows_are_missing(own: httpx.Client, house: Warehouse) -> None:
    """As after rows were deleted by hand, or between two queries: nothing is passed over."""
    tell(house, ["p"] * 3)
    newest = own.get("/v1/changes").json()["newest_id"]
    with listening(own) as always:
        with house.transaction(is_writing=True) as cursor:
            row = f"SELECT jsonb_populate_record(c, jsonb_build_object('id', id + 2000)) AS moved FROM {OUTBOX} AS c"
            cursor.execute(f"INSERT INTO {OUTBOX} SELECT (moved).* FROM ({row} WHERE id = {newest}) AS far")
        assert list(always) == []
    with listening(own, newest - 3) as events:
        assert [int(event.id) for event in events] == [newest - 2, newest - 1, newest]


@pytest.mark.slow
@pytest.mark.parametrize("is_read", [True, False])
def test_a_server_that_stops_ends_streams_at_once_and_complains_of_none(
    own_history: History, house: Warehouse, is_read: bool
) -> None:
    """Of those that have all, and of those that still catch up, whether they read what is sent or not."""
    tell(house, ["p"] * 60_000)
    paths = ["/v1/stream", *["/v1/stream?cursor=0"] * 10]
    with ExitStack() as those, ThreadPoolExecutor(len(paths)) as aside:
        with serving(own_history.url) as api:
            address = urlsplit(api.url)
            asked = []
            for path in paths:
                one = those.enter_context(socket.socket())
                one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                one.settimeout(LONG_S)
                one.connect((address.hostname, address.port))
                one.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
                assert one.recv(12) == b"HTTP/1.1 200"
                asked.append(one)
            ended = [aside.submit(_last_bytes, one) for one in asked] if is_read else []
            began = time.monotonic()
        took_s = time.monotonic() - began
        ends = [one.result() for one in ended]
    assert took_s < GRACE_S - 1
    assert all(end == b"0\r\n\r\n" for end in ends)


def _last_bytes(connection: socket.socket) -> bytes:
    """The last five bytes that come."""
    last = b""
    while got := connection.recv(2**16):
        last = (last + got)[-5:]
    return last


@pytest.mark.slow
def test_ten_thousand_streams_of_one_client_are_refused_but_for_a_few(own: httpx.Client) -> None:
    with ExitStack() as few:
        for _ in range(fan_out.OF_ONE_CLIENT):
            few.enter_context(listening(own))
        refused = {own.get("/v1/stream").status_code for _ in range(10_000)}
    assert refused == {429}
