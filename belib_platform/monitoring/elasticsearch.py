"""Elasticsearch as observed: documents and bytes of the indices."""

from contextlib import closing

from belib_platform.contracts.tables import INDICES
from belib_platform.monitoring.observation import ElasticsearchObservation, Table
from belib_platform.search.client import Search
from belib_platform.search.errors import in_sentences

REQUEST_TIMEOUT_S = 3.0


def observe_elasticsearch(url: str, prefix: str) -> ElasticsearchObservation:
    """Observe the search layer; indices that are not made yet hold nothing. Raises SearchError."""
    with closing(Search(url, prefix)) as search:
        return ElasticsearchObservation([_index(search, search.alias(contract)) for contract in INDICES])


def _index(search: Search, alias: str) -> Table:
    from elasticsearch import AuthorizationException

    client = search.client.options(request_timeout=REQUEST_TIMEOUT_S)
    name = alias.removeprefix(search.prefix)
    with in_sentences():
        count = client.count(index=alias, ignore_unavailable=True)["count"]
        try:
            total = client.indices.stats(index=f"{alias}-*", metric="store")["_all"]["total"]
        except AuthorizationException:  # the users of metrics and of readers may only read
            return Table("search", name, count)
    return Table("search", name, count, bytes=total.get("store", {}).get("size_in_bytes", 0))
