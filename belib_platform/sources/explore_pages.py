"""Pages of the Explore API's `/records` (v1.0, v2.0, v2.1): what a page says about the whole set, and its records."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from belib_platform.sources import json_text
from belib_platform.sources.records import BodyError

NARROWING = ("where", "group_by", "refine", "exclude", "q", "geofilter")
"""Parameters that restrict a response to some of the records, or group them."""


class Paging(NamedTuple):
    """How many records the set has, and how many of them come before this page (None if unknown)."""

    total_count: int
    offset: int | None


def version_of(document: Mapping[str, Any]) -> str | None:
    """The version of the API that sent this page of records; None if it is none."""
    match document:
        case {"nhits": _, "records": list()}:
            return "v1.0"
        case {"links": _, "records": list()} | {"total_count": _, "records": list()}:
            return "v2.0"
        case {"results": list()}:
            return "v2.1"
    return None


def paging_of(document: Mapping[str, Any], version: str, url: str | None) -> Paging:
    """What a page says about the whole set; `url` is the requested one, if known.

    Raises BodyError for a page that is filtered or grouped, or that does not say how many records there are.
    """
    asked = _asked(document, url)
    narrowed = [f"{name}={asked[name]}" for name in asked if name.partition(".")[0] in NARROWING and asked[name]]
    if narrowed:
        raise BodyError(f"is a page of Explore {version} records narrowed by {narrowed[0]:.80}, which is no snapshot")
    total = document.get("nhits" if version == "v1.0" else "total_count")
    if not isinstance(total, int) or total < 0:
        raise BodyError(f"is a page of Explore {version} records that does not say how many there are")
    return Paging(total, _offset(asked))


def datasets_of(document: Mapping[str, Any]) -> set[str]:
    """The data sets that a page names: v1.0 with each record, v2.0 in its links, v2.1 nowhere."""
    lists = (value for name in ("links", "records") if isinstance(value := document.get(name), list))
    parts = [part for parts in lists for part in parts]
    named = [(str(part.get("datasetid", "")), str(part.get("href", ""))) for part in parts if isinstance(part, dict)]
    return {dataset for own, href in named for dataset in (own, *re.findall(r"/datasets/([^/?]+)", href)) if dataset}


def page_records(document: Mapping[str, Any]) -> list[Any]:
    """The records of a page as the exports write them, field names to values."""
    return [fields_of(record) for record in document.get("records", document.get("results", []))]


def fields_of(record: Any) -> Any:
    """The fields of one record, which v1.0 and v2.0 nest."""
    match record:
        case {"record": {"fields": dict() as fields}} | {"fields": dict() as fields}:
            return fields
    return record


def gathered(bodies: Iterable[bytes]) -> tuple[list[Any], int]:
    """The records of all pages, and how many the set has (the largest number, if pages differ). Raises BodyError."""
    records: list[Any] = []
    total_count = 0
    for body in bodies:
        document, _ = json_text.parse(body)
        version = version_of(document) if isinstance(document, dict) else None
        if version is None:
            raise BodyError("is no page of records")
        records += page_records(document)
        total_count = max(total_count, paging_of(document, version, None).total_count)
    return records, total_count


def joined(bodies: Iterable[bytes]) -> bytes:
    """The records of all pages as one export. Raises BodyError if one is no page."""
    return json.dumps(gathered(bodies)[0]).encode()


def count_of(body: bytes) -> int:
    """How many records a page has. Raises BodyError if it is none."""
    return len(gathered([body])[0])


def asks_for_all(url: str | None) -> bool:
    """Whether a URL is that of an export of all records of a data set."""
    try:
        parts = urlsplit(url or "")
        asked = dict(parse_qsl(parts.query))
    except ValueError:
        return False  # not a URL
    return (
        "/exports/" in parts.path
        and asked.get("limit", "-1") == "-1"
        and not any(name.partition(".")[0] in NARROWING for name in asked)
    )


def _asked(document: Mapping[str, Any], url: str | None) -> dict[str, str]:
    """The parameters of the request: those of `url`, of the page's link to itself, and those it repeats."""
    links, parameters = document.get("links"), document.get("parameters")
    own = [link.get("href") for link in links if _is_self(link)] if isinstance(links, list) else []
    asked: dict[str, str] = {}
    for address in (url, *own):
        if isinstance(address, str) and (query := urlsplit(address).query):
            asked |= {"offset": "0", **dict(parse_qsl(query))}
    if isinstance(parameters, dict):
        asked |= {"offset": str(parameters.get("start", 0)), **{str(k): str(v) for k, v in parameters.items() if v}}
    return asked


def _is_self(link: Any) -> bool:
    return isinstance(link, dict) and link.get("rel") == "self"


def _offset(asked: Mapping[str, str]) -> int | None:
    offset = asked.get("start") or asked.get("offset", "")
    return int(offset) if offset.isascii() and offset.isdecimal() and len(offset) < 10 else None
