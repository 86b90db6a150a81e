"""The latest documents of a feed: one per thing as last sent, for people who browse MongoDB and for apps."""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import polars as pl
from pymongo import ReplaceOne
from pymongo.collection import Collection

from belib_platform.sources.json_list import JsonList
from belib_platform.sources.portal_csv import csv_rows
from belib_platform.sources.record_body import CSV
from belib_platform.sources.record_lines import as_list
from belib_platform.sources.records import Column

OURS = ("_id", "page_id")
"""Fields of a document that the platform adds."""


class Latest(NamedTuple):
    """The newest response's id and its records as sent, by thing."""

    page_id: str
    records: dict[str, dict[str, Any]]


def records_as_sent(body: bytes, media_type: str, key: Column) -> dict[str, dict[str, Any]]:
    """A sound real-time response's records by their key in its usual spelling; field names and values as sent.

    What no MongoDB document can hold is spelt differently: names with dots, lone surrogates, huge numbers.
    """
    rows = _csv_rows(body) if media_type == CSV else _json_rows(body, media_type)
    records = [_storable(row) for row in rows if isinstance(row, dict)]
    sent = pl.DataFrame({"key": [_key(row, key) for row in records]}, schema={"key": pl.String})
    keys = sent.select(key.type.read("key").alias("key"))["key"]
    return {key: _own_names(row) for key, row in zip(keys, records, strict=True) if key}


def _csv_rows(body: bytes) -> Iterator[dict[str, Any]]:
    rows = csv_rows(body)
    header = next(rows, [])
    yield from (dict(zip(header, row, strict=True)) for row in rows if len(row) == len(header))


def _json_rows(body: bytes, media_type: str) -> Iterator[Any]:
    listed, _ = as_list(body, media_type)
    records = JsonList(listed)
    while (piece := records.likely_piece()) is not None:
        try:
            yield from json.loads(piece, parse_constant=lambda _: None)
        except (ValueError, RecursionError):
            yield from records.read_piece()  # slower: it reads what is almost JSON, and pieces that end in a record
        else:
            records.pass_piece()


def _key(row: dict[str, Any], key: Column) -> str | None:
    keys = (value for name, value in row.items() if _is_key(name, key))
    return next((value for value in keys if value and isinstance(value, str)), None)


@lru_cache
def _is_key(name: str, key: Column) -> bool:
    return name.strip().casefold() in key.titles


def _own_names(row: dict[str, Any]) -> dict[str, Any]:
    return {f"sent_{name}" if name in OURS else name: value for name, value in row.items()}


def _storable(value: Any) -> Any:
    match value:
        case dict():
            return {_storable_name(name): _storable(item) for name, item in value.items()}
        case list():
            return [_storable(item) for item in value]
        case str() if not value.isascii():
            return value.encode("utf-8", "backslashreplace").decode()
        case int() if abs(value) >= 2**63:
            return str(value)
    return value


@lru_cache
def _storable_name(name: str) -> str:
    return re.sub(r"^\$|^$|[.\0]", "_", str(_storable(name)))


def refresh_latest(collection: Collection[dict[str, Any]], latest: Latest) -> int:
    """Update the collection with the newest response; returns how many documents changed.

    A document has a record as sent, and `page_id`, the response that first sent it so. Points that the response lacks
    are left unchanged; only what differs is written.
    """
    unseen = dict(latest.records)
    differing = {
        key: record
        for document in collection.find()
        if (record := unseen.pop(key := document["_id"], None)) is not None and record != _as_sent(document)
    }
    writes = [
        ReplaceOne({"_id": key}, {"_id": key, **record, "page_id": latest.page_id}, upsert=True)
        for key, record in (differing | unseen).items()
    ]
    if writes:
        collection.bulk_write(writes, ordered=False)
    return len(writes)


def _as_sent(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name not in OURS}
