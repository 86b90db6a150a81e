"""Requests of many documents: bounded by bytes, made smaller where a server wants them smaller, refusals by name."""

import json
import random
from collections.abc import Iterator

import pytest

from belib_platform.local.urls import Urls
from belib_platform.search.bulk import REQUEST_BYTES, put, remove
from belib_platform.search.client import Search
from belib_platform.search.errors import RefusedDocumentsError, SearchError, in_sentences
from belib_platform_tests.search.proxy import Proxy, passing_on

OF_ACTION = 200
"""Bytes that the line before a document has at most."""


@pytest.fixture
def proxy(stores: Urls) -> Iterator[Proxy]:
    with passing_on(stores.elasticsearch) as proxy:
        yield proxy


@pytest.fixture
def through(proxy: Proxy, search: Search) -> Iterator[Search]:
    """The empty search layer, seen through the proxy."""
    seen = Search(proxy.url, search.prefix)
    yield seen
    seen.close()


@pytest.fixture
def index(search: Search) -> str:
    name = f"{search.prefix}texts"
    search.client.indices.create(index=name, mappings={"properties": {"text": {"type": "text", "index": False}}})
    return name


def documents(*sizes: int) -> dict[str, bytes]:
    return {f"d{n:04}": json.dumps({"text": "x" * size}).encode() for n, size in enumerate(sizes)}


def kept(search: Search, index: str) -> set[str]:
    search.client.indices.refresh(index=index)
    hits = search.client.search(index=index, size=10_000, source=False)["hits"]["hits"]
    return {hit["_id"] for hit in hits}


def test_no_request_is_larger_than_five_megabytes(through: Search, proxy: Proxy, index: str) -> None:
    sent = documents(*[100_000] * 120)
    put(through, index, sent)
    assert kept(through, index) == sent.keys()
    assert len(proxy.sizes) >= 3
    assert max(proxy.sizes) <= REQUEST_BYTES == 5_000_000


@pytest.mark.parametrize("limit", [1_000, 5_000, 60_000])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_requests_become_as_small_as_the_server_wants_them(
    through: Search, proxy: Proxy, index: str, limit: int, seed: int
) -> None:
    chance = random.Random(seed)
    sent = documents(*(chance.randrange(limit - OF_ACTION) for _ in range(chance.randrange(1, 60))))
    proxy.limit = limit
    put(through, index, sent)
    assert kept(through, index) == sent.keys()


@pytest.mark.parametrize("place", [0, 1, 17, 39])
def test_a_document_that_is_too_large_by_itself_is_refused_by_name_and_the_others_are_written(
    through: Search, proxy: Proxy, index: str, place: int
) -> None:
    sizes = [300] * 40
    sizes[place] = 5_000
    sent = documents(*sizes)
    proxy.limit = 4_000
    name = f"d{place:04}"
    with pytest.raises(RefusedDocumentsError, match=rf"^1 documents were refused: {name} \(too large .*: 5,012 bytes"):
        put(through, index, sent)
    assert kept(through, index) == sent.keys() - {name}


def test_a_lone_document_that_is_too_large_is_refused_by_name(through: Search, proxy: Proxy, index: str) -> None:
    proxy.limit = 100
    with pytest.raises(RefusedDocumentsError, match=r"d0000 .too large for the server by itself"):
        put(through, index, documents(5_000))
    assert len(proxy.sizes) <= 2


def test_deletions_are_halved_too(through: Search, proxy: Proxy, index: str) -> None:
    sent = documents(*[1] * 200)
    put(through, index, sent)
    proxy.limit = 1_000
    remove(through, index, [*sent][:190])
    assert kept(through, index) == set([*sent][190:])


PAGES = [
    ("text/html", b"<html><head><title>502 Bad Gateway</title></head><body>" + b"<p>nginx</p>" * 90, "502 Bad Gateway"),
    ("text/html", b"<!DOCTYPE html><TITLE lang=en>\n Ma&icirc;ntenance\n</TITLE><p>later", "Maîntenance"),
    ("text/html; charset=utf-8", b"<html><body><h1>Oops</h1>" + b"<p>x</p>" * 90, "an HTML page without a title"),
    ("application/json", b'{"error": {"reason": "all shards failed"}}', "all shards failed"),
    ("text/plain", b"no upstream\n" + b"." * 900, "no upstream " + "." * 188 + "…"),
]


@pytest.mark.parametrize(("media_type", "page", "told"), PAGES, ids=[told[:20] for *_, told in PAGES])
def test_a_proxys_error_page_is_told_by_its_title(
    through: Search, proxy: Proxy, index: str, media_type: str, page: bytes, told: str
) -> None:
    proxy.page = (502, media_type, page)
    with pytest.raises(SearchError) as refused, in_sentences():
        put(through, index, documents(10))
    assert str(refused.value) == f"Elasticsearch refused with 502: {told}"


def test_a_page_that_says_it_is_json_is_told_by_its_title_too(through: Search, proxy: Proxy, index: str) -> None:
    proxy.page = (200, "application/json", b"<html><title>Log in</title>" + b"<p>x</p>" * 90)
    with pytest.raises(SearchError, match=r"^Elasticsearch's response could not be read: Log in$"), in_sentences():
        put(through, index, documents(10))
