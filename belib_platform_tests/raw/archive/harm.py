"""What a hand or a disk may do to a day of raw, past the platform."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import zstandard
from bson import ObjectId

from belib_platform.raw.response import ResponseMetadata, between, sha256
from belib_platform.raw.store import RawStore
from belib_platform_tests.raw.archive.days import DAY, NEXT, at_noon
from belib_platform_tests.raw.made_pages import response
from belib_platform_tests.sources.portal_records import live

Harm = Callable[[RawStore], None]

OTHER_VALUES: dict[str, Any] = {
    "fetched_at": at_noon(NEXT),
    "received_at": at_noon(DAY) + timedelta(minutes=1),
    "headers": {"date": "yesterday"},
    "status_code": 418,
    "record_count": 1_000,
    "cadence_s": 60,
    "gap_limit_s": 86_400,
    "page": 1,
    "page_count": 1,
}
"""Of another type than text, which any other text changes."""

OF_ANY_TYPE = [None, 3, "text", []]


def update(collection: str, change: dict[str, Any], **query: Any) -> Harm:
    return lambda store: bool(store.database[collection].update_many({**between(DAY, DAY), **query}, change)) or None


def set_field(field: str, value: Any, collection: str = "raw_belib") -> Harm:
    return update(collection, {"$set": {field: value}})


def other_bodies_with_their_hash(store: RawStore) -> None:
    body = response([live(n, statut_pdc="En maintenance") for n in range(5)]).body
    change = {"$set": {"body": zstandard.compress(body), "sha256": sha256(body)}}
    store.database["raw_belib"].update_many({**between(DAY, DAY), "verdict": "sound"}, change)


def pages_of_another_day(store: RawStore) -> None:
    for document in store.database["raw_belib"].find(between(DAY, DAY)):
        moved = {"$set": {"fetched_at_ms": document["fetched_at_ms"] + 86_400_000}}
        store.database["raw_belib"].update_one({"_id": document["_id"]}, moved)


def first_of(store: RawStore, collection: str) -> dict[str, Any]:
    """The first document of the day, whatever it is."""
    return store.database[collection].find(between(DAY, DAY)).sort("_id").next()


def renamed(collection: str, new: Any) -> Harm:
    def harm(store: RawStore) -> None:
        found = first_of(store, collection)
        store.database[collection].delete_one({"_id": found["_id"]})
        store.database[collection].insert_one({**found, "_id": new})

    return harm


def delete(collection: str) -> Harm:
    return lambda store: bool(store.database[collection].delete_many(between(DAY, DAY))) or None


HARM: dict[str, Harm] = {
    **{
        f"pages: other {name}": set_field(name, OTHER_VALUES.get(name, "something else"))
        for name in ResponseMetadata.__dataclass_fields__
    },
    **{
        f"pages: {name} is {value!r}": set_field(name, value)
        for name in ("fetched_at", "received_at", "headers", "gap_limit_s", "verdict")
        for value in OF_ANY_TYPE
    },
    "pages: without gap_limit_s": update("raw_belib", {"$unset": {"gap_limit_s": ""}}),
    "pages: without fetched_at_ms": update("raw_belib", {"$unset": {"fetched_at_ms": ""}}),
    "pages: fetched_at_ms is a text": set_field("fetched_at_ms", "soon"),
    "pages: a field more": set_field("weight", 3),
    "pages: other bodies, with their hash": other_bodies_with_their_hash,
    "pages: of another day": pages_of_another_day,
    "pages: none": delete("raw_belib"),
    "forecasts: received earlier": set_field("received_at", at_noon(DAY) - timedelta(hours=9), "raw_meteo"),
    "editions: refused": set_field("verdict", "refused", "raw_belib_static"),
    "attempts: none": delete("poll_attempt"),
    **{
        f"attempts: {name} is {value!r}": update("poll_attempt", {"$set": {name: value}}, outcome="sound")
        for name, value in [
            ("outcome", "refused"),
            ("outcome", "failed"),
            ("outcome", "asking"),
            ("outcome", ["sound"]),
            ("record_count", 0),
            ("origin", "dream"),
            ("source", "nobody"),
            ("received_at_ms", 0),
            ("page_id", None),
            ("remark", "added later"),
        ]
    },
    **{f"pages: page_count is {value!r}": set_field("page_count", value) for value in (None, "", [], {}, 0.0)},
    **{f"pages: without {name}": update("raw_belib", {"$unset": {name: ""}}) for name in ("reason", "record_count")},
    **{
        f"{collection}: another _id, {new!r}": renamed(collection, new)
        for collection in ("raw_belib", "poll_attempt")
        for new in ("another", ObjectId("0" * 24))
    },
    **{
        f"attempts: {name} is {value!r}, which Python finds equal": update(
            "poll_attempt", {"$set": {name: value}}, outcome="sound", record_count=1
        )
        for name, value in [("record_count", 1.0), ("remark", None)]
    },
    "attempts: without reason": update("poll_attempt", {"$unset": {"reason": ""}}, outcome="sound"),
    "attempts: asked for another source": update("poll_attempt", {"$set": {"origin": "import"}}, outcome="asking"),
}
"""Changes of what was archived."""


def copied(collection: str, to: str) -> Harm:
    return lambda store: bool(store.database[to].insert_one(first_of(store, collection))) or None


def inserted(collection: str, **fields: Any) -> Harm:
    return lambda store: bool(store.database[collection].insert_one({**first_of(store, collection), **fields})) or None


STRAYS: dict[str, Harm] = {
    "a page in an earlier collection, too": copied("raw_meteo", "raw_belib"),
    "a page in a later collection, too": copied("raw_belib", "raw_meteo"),
    "a page of an unknown source": inserted("raw_belib", _id="nobody/1/0", source="nobody"),
    "a page with another _id": inserted("raw_belib", _id=ObjectId("1" * 24)),
    "a page of an instant that is no integer": inserted("raw_belib", _id="a", fetched_at_ms=1743249600000.5),
    "an attempt with another _id": inserted("poll_attempt", _id=ObjectId("2" * 24)),
}
"""Documents of an archived day that nothing of ours writes."""
