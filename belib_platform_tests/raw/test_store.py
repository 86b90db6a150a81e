"""Pages are added once and come back as they were."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice

import pytest

from belib_platform.raw.response import BodyError, Response, ResponseMetadata, sha256
from belib_platform.raw.responses import AT_ONCE
from belib_platform.raw.store import RawStore
from belib_platform_tests.raw.made_pages import NOON, response

RAW = "raw_belib"


def everything(store: RawStore) -> dict[str, list[object]]:
    """Every document of every collection."""
    return {
        name: sorted(store.database[name].find(), key=lambda d: str(d["_id"]))
        for name in sorted(store.database.list_collection_names())
    }


@pytest.mark.parametrize(
    "body",
    [b"", b"\0\xff\xfe", "é\ud83d".encode("utf-8", "surrogatepass"), b"[" + bytes(range(256)) * 4000, b"a" * 2**24],
    ids=["empty", "no text", "surrogates", "a megabyte", "16 MB that compress well"],
)
def test_a_body_comes_back_as_its_hash_says(store: RawStore, body: bytes) -> None:
    kept = response(body)
    store.keep(RAW, [kept])
    [(metadata, back)] = store.responses(RAW).bodies(store.responses(RAW).responses(NOON.date()))
    assert back == body
    assert hashlib.sha256(back).hexdigest() == metadata.sha256 == kept.sha256


def test_a_head_comes_back_as_it_was(store: RawStore) -> None:
    at = NOON + timedelta(milliseconds=7)
    kept = response(b"[]", at, received_at=at + timedelta(milliseconds=1), reason="odd: é", record_count=0)
    store.keep(RAW, [kept])
    [metadata] = store.responses(RAW).responses(NOON.date())
    assert metadata == ResponseMetadata(**{name: getattr(kept, name) for name in ResponseMetadata.__dataclass_fields__})
    assert (metadata.fetched_at.tzinfo, metadata.id) == (UTC, "belib/1743249600007/0")
    assert metadata.holds_until - metadata.fetched_at == timedelta(minutes=15)


def test_the_same_page_twice_changes_nothing(store: RawStore) -> None:
    responses = [response(b"[1]"), response(b"[2]", NOON + timedelta(minutes=5), verdict="refused", reason="why")]
    assert store.keep(RAW, responses) == (responses, {})
    before = everything(store)
    assert store.keep(RAW, responses) == ([], {})
    assert everything(store) == before


def test_another_body_of_the_same_instant_costs_nothing_but_itself(store: RawStore) -> None:
    first = response(b"[1]")
    store.keep(RAW, [first])
    before = everything(store)
    other, later = response(b"[2]"), response(b"[3]", NOON + timedelta(minutes=5))
    kept = store.keep(RAW, [other, later])
    assert kept.new == [later]
    [reason] = kept.conflicts.values()
    assert reason.startswith(f"{first.id} is kept with SHA-256 {first.sha256[:12]}")
    assert other.sha256[:12] in reason
    after = everything(store)
    for name in before:
        assert [d for d in after[name] if d["_id"] in {b["_id"] for b in before[name]}] == before[name]
    assert [a["outcome"] for a in store.ledger.attempts(NOON.date())] == ["sound", "sound"]


def test_two_bodies_that_claim_one_instant_at_once_keep_the_first(store: RawStore) -> None:
    kept = store.keep(RAW, [response(b"[1]"), response(b"[2]")])
    assert [new.body for new in kept.new] == [b"[1]"]
    assert list(kept.conflicts) == [(response(b"[2]").id, sha256(b"[2]"))]
    [attempt] = store.ledger.attempts(NOON.date())
    assert (attempt["outcome"], attempt["page_id"]) == ("sound", response(b"[1]").id)


def test_one_body_twice_at_once_is_one_new_page(store: RawStore) -> None:
    kept = store.keep(RAW, [response(b"[1]"), response(b"[1]")])
    assert kept == ([response(b"[1]")], {})


def test_keeping_nothing_is_nothing(store: RawStore) -> None:
    assert store.keep(RAW, []) == ([], {})


def test_heads_are_those_of_the_day_oldest_first_and_sound(store: RawStore) -> None:
    midnight = datetime(2025, 3, 29, tzinfo=UTC)
    instants = [timedelta(days=1), timedelta(), timedelta(hours=23, minutes=59, milliseconds=59999), timedelta(hours=3)]
    responses = [response(b"[%d]" % n, midnight + at) for n, at in enumerate(instants)]
    refused = response(b"<html>", midnight + timedelta(hours=1), verdict="refused", reason="no list")
    before = response(b"[]", midnight - timedelta(milliseconds=1))
    store.keep(RAW, [*responses, refused, before])
    partition = store.responses(RAW)
    assert [h.id for h in partition.responses(midnight.date())] == [
        responses[1].id,
        responses[3].id,
        responses[2].id,
    ]
    found = partition.all_responses(date(2025, 3, 28), date(2025, 3, 29))
    assert [h.id for h in found] == [before.id, responses[1].id, refused.id, responses[3].id, responses[2].id]


def test_bodies_come_in_the_order_asked_for_and_a_few_at_a_time(store: RawStore) -> None:
    responses = [response(b"[%d]" % n, NOON + timedelta(seconds=n)) for n in range(AT_ONCE + 4)]
    store.keep(RAW, responses)
    asked = list(reversed(store.responses(RAW).responses(NOON.date())))
    bodies: Iterator[tuple[ResponseMetadata, bytes]] = store.responses(RAW).bodies(asked)
    first = list(islice(bodies, AT_ONCE))
    assert [body for _, body in first] == [p.body for p in reversed(responses)][:AT_ONCE]
    damaged = {"$set": {"body": b"no zstd"}}
    store.database[RAW].update_one({"_id": responses[0].id}, damaged)  # the last one asked for is not fetched yet
    with pytest.raises(BodyError):
        list(bodies)


def test_the_newest_page_is_the_newest_sound_one_however_long_ago(store: RawStore) -> None:
    assert store.responses(RAW).newest("belib") is None
    old, newer = response(b"[1]", NOON - timedelta(days=900)), response(b"[2]", NOON - timedelta(days=800))
    html: list[Response] = [
        response(b"<html>%d" % n, NOON + timedelta(minutes=n), verdict="refused", reason="no list") for n in range(301)
    ]
    store.keep(RAW, [newer, old, *html])
    newest = store.responses(RAW).newest("belib")
    assert newest is not None
    assert newest.id == newer.id
    store.keep(RAW, [response(b"[3]", NOON + timedelta(days=1))])
    assert getattr(store.responses(RAW).newest("belib"), "fetched_at", None) == NOON + timedelta(days=1)
