"""Documents by bulk, in and out, each refusal counted and named."""

from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

from belib_platform.search.client import Search
from belib_platform.search.errors import RefusedDocumentsError

AT_ONCE = 2_000
"""Documents of a request at most."""

REQUEST_BYTES = 5_000_000
"""Bytes of a request at most, but for a document that is larger by itself."""

SAID = 5
"""Refusals told in full."""


Action = tuple[dict[str, Any], bytes | None]
"""What is to be done, and the document, JSON."""


def put(search: Search, index: str, documents: Mapping[str, bytes]) -> None:
    """Write documents, JSON by `_id`. Raises RefusedDocumentsError when some are refused; the others are written."""
    _send(search, (({"index": {"_index": index, "_id": key}}, body) for key, body in documents.items()))


def remove(search: Search, index: str, ids: Iterable[str]) -> None:
    """Delete documents by `_id`; one that is not there is gone. Raises RefusedDocumentsError."""
    _send(search, (({"delete": {"_index": index, "_id": key}}, None) for key in ids))


def ids(search: Search, index: str, key_field: str, query: Mapping[str, Any]) -> Iterator[str]:
    """The `_id`s of the documents that match, in the order of their key."""
    after: list[Any] | None = None
    while True:
        response = search.client.search(
            index=index, query=query, sort=[{key_field: "asc"}], size=AT_ONCE, source=False, search_after=after
        )["hits"]["hits"]
        yield from (hit["_id"] for hit in response)
        if len(response) < AT_ONCE:
            return
        after = response[-1]["sort"]


def _send(search: Search, actions: Iterable[Action]) -> None:
    """Send all actions. A request the server finds too large is halved, in the end to single documents."""
    count, size = AT_ONCE, REQUEST_BYTES
    refused: list[str] = []
    while actions:
        too_large: list[Action] = []
        for outcome in _not_done(search, actions, count, size):
            if _is_too_large(outcome) and count > 1:
                too_large.append(_action_of(outcome))
            else:
                refused.append(_sentence(outcome))
        # requests of so many documents were refused whole, so that half as many are sent at once next
        count, size = max(1, min(count, len(too_large)) // 2), size // 2
        actions = too_large
    if refused:
        more = f" and {len(refused) - SAID} more" if len(refused) > SAID else ""
        raise RefusedDocumentsError(f"{len(refused)} documents were refused: {'; '.join(refused[:SAID])}{more}")


def _not_done(search: Search, actions: Iterable[Action], count: int, size: int) -> Iterator[dict[str, Any]]:
    """The outcome of each action that was not done. Raises ApiError when a request fails but for its size."""
    from elasticsearch.helpers import streaming_bulk

    outcomes = streaming_bulk(
        search.client,
        actions,  # type: ignore[arg-type]  # what they are is told by the callback
        chunk_size=count,
        max_chunk_bytes=size,
        raise_on_error=False,
        raise_on_exception=False,
        yield_ok=False,
        expand_action_callback=lambda action: action,  # type: ignore[arg-type, return-value]
    )
    for _, outcome in outcomes:
        [item] = outcome.values()
        if "exception" in item and not _is_too_large(outcome):
            raise item["exception"]
        if not _was_gone(outcome):
            yield outcome


def _is_too_large(outcome: dict[str, Any]) -> bool:
    """Whether the request was refused for its size, with all its actions."""
    [item] = outcome.values()
    return "exception" in item and item["status"] == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def _action_of(outcome: dict[str, Any]) -> Action:
    [(operation, item)] = outcome.items()
    return {operation: {"_index": item["_index"], "_id": item["_id"]}}, item.get("data")


def _was_gone(outcome: dict[str, Any]) -> bool:
    return bool(outcome.get("delete", {}).get("status") == 404)


def _sentence(outcome: dict[str, Any]) -> str:
    [item] = outcome.values()
    if _is_too_large(outcome):
        return f"{item['_id']} (too large for the server by itself: {len(item.get('data') or b''):,} bytes)"
    error = item.get("error") or {}
    cause = error.get("caused_by", {}).get("reason")
    return f"{item['_id']} ({error.get('reason', item.get('status'))}{f': {cause}' if cause else ''})"
