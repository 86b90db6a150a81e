"""Documents by bulk, in and out, each refusal counted and named."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from belib_platform.search.client import Search
from belib_platform.search.errors import RefusedDocumentsError

AT_ONCE = 2_000
"""Documents of a request, about 2 MB."""

SAID = 5
"""Refusals told in full."""


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
        page = search.client.search(
            index=index, query=query, sort=[{key_field: "asc"}], size=AT_ONCE, source=False, search_after=after
        )["hits"]["hits"]
        yield from (hit["_id"] for hit in page)
        if len(page) < AT_ONCE:
            return
        after = page[-1]["sort"]


def _send(search: Search, actions: Iterable[tuple[dict[str, Any], bytes | None]]) -> None:
    from elasticsearch.helpers import streaming_bulk

    outcomes = streaming_bulk(
        search.client,
        actions,  # type: ignore[arg-type]  # what they are is told by the callback
        chunk_size=AT_ONCE,
        raise_on_error=False,
        yield_ok=False,
        expand_action_callback=lambda action: action,  # type: ignore[arg-type, return-value]
    )
    refused = [_sentence(outcome) for _, outcome in outcomes if not _was_gone(outcome)]
    if refused:
        more = f" and {len(refused) - SAID} more" if len(refused) > SAID else ""
        raise RefusedDocumentsError(f"{len(refused)} documents were refused: {'; '.join(refused[:SAID])}{more}")


def _was_gone(outcome: dict[str, Any]) -> bool:
    return bool(outcome.get("delete", {}).get("status") == 404)


def _sentence(outcome: dict[str, Any]) -> str:
    [item] = outcome.values()
    error = item.get("error") or {}
    cause = error.get("caused_by", {}).get("reason")
    return f"{item['_id']} ({error.get('reason', item.get('status'))}{f': {cause}' if cause else ''})"
