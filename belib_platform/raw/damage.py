"""Pages whose bodies are no longer the ones whose hash they hold: a disk's or a hand's doing, never ours."""

from collections.abc import Iterator, Sequence
from typing import Any

from pymongo.collection import Collection

from belib_platform.raw.response import BodyError, body_of, sha256
from belib_platform.raw.responses import AT_ONCE


def damaged(collection: Collection[dict[str, Any]], ids: Sequence[str]) -> Iterator[tuple[str, str]]:
    """`_id` and the hash it holds of each of these responses that is damaged; a few bodies in memory at a time."""
    for start in range(0, len(ids), AT_ONCE):
        for document in collection.find({"_id": {"$in": list(ids[start : start + AT_ONCE])}}):
            if _hash_of(document) != document.get("sha256"):
                yield document["_id"], str(document.get("sha256"))


def _hash_of(document: dict[str, Any]) -> str | None:
    try:
        return sha256(body_of(document))
    except BodyError:
        return None
