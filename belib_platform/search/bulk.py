"""Bulk requests: write, delete and list documents. Rejected documents are counted and named."""

from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

from belib_platform.search.client import Search
from belib_platform.search.errors import RefusedDocumentsError

AT_ONCE = 2_000
"""Maximum number of documents per request."""

REQUEST_BYTES = 5_000_000
"""Maximum size of a request; a single larger document is sent alone."""

SHOWN_REFUSALS = 5
"""Number of rejected documents that an error message names."""


Action = tuple[dict[str, Any], bytes | None]
"""The operation with its index and `_id`, and the document as JSON."""


def put(search: Search, index: str, documents: Mapping[str, bytes]) -> None:
    """Write documents, given as JSON by `_id`. Raises RefusedDocumentsError if some are rejected; writes the others."""
    _send(search, (({"index": {"_index": index, "_id": key}}, body) for key, body in documents.items()))


def remove(search: Search, index: str, ids: Iterable[str]) -> None:
    """Delete documents by `_id`; ignores those that do not exist. Raises RefusedDocumentsError."""
    _send(search, (({"delete": {"_index": index, "_id": key}}, None) for key in ids))


def ids(search: Search, index: str, key_field: str, query: Mapping[str, Any]) -> Iterator[str]:
    """The `_id`s of the documents that match the query, ordered by the key field."""
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
    """Send all actions. If the server finds a request too large, send its actions again in requests half as large."""
    count, size = AT_ONCE, REQUEST_BYTES
    refused: list[str] = []
    while actions:
        too_large: list[Action] = []
        for outcome in _not_done(search, actions, count, size):
            if _is_too_large(outcome) and count > 1:
                too_large.append(_action_of(outcome))
            else:
                refused.append(_sentence(outcome))
        # the server rejected whole requests of this size
        count, size = max(1, min(count, len(too_large)) // 2), size // 2
        actions = too_large
    if refused:
        more = f" and {len(refused) - SHOWN_REFUSALS} more" if len(refused) > SHOWN_REFUSALS else ""
        raise RefusedDocumentsError(
            f"{len(refused)} documents were refused: {'; '.join(refused[:SHOWN_REFUSALS])}{more}"
        )


def _not_done(search: Search, actions: Iterable[Action], count: int, size: int) -> Iterator[dict[str, Any]]:
    """The outcome of each action that failed. Raises ApiError if a request fails for another reason than its size."""
    from elasticsearch.helpers import streaming_bulk

    outcomes = streaming_bulk(
        search.client,
        actions,  # type: ignore[arg-type]  # the callback below interprets them
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
        if outcome.get("delete", {}).get("status") != HTTPStatus.NOT_FOUND:  # else it was not there
            yield outcome


def _is_too_large(outcome: dict[str, Any]) -> bool:
    """Whether the server rejected the whole request because of its size."""
    [item] = outcome.values()
    return "exception" in item and item["status"] == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def _action_of(outcome: dict[str, Any]) -> Action:
    [(operation, item)] = outcome.items()
    return {operation: {"_index": item["_index"], "_id": item["_id"]}}, item.get("data")


def _sentence(outcome: dict[str, Any]) -> str:
    [item] = outcome.values()
    if _is_too_large(outcome):
        return f"{item['_id']} (too large for the server by itself: {len(item.get('data') or b''):,} bytes)"
    error = item.get("error") or {}
    cause = error.get("caused_by", {}).get("reason")
    return f"{item['_id']} ({error.get('reason', item.get('status'))}{f': {cause}' if cause else ''})"
