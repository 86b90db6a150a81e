"""The search layer as observed."""

from contextlib import closing

from belib_platform.monitoring.metrics.observation import SearchLook, Table
from belib_platform.search.client import Search
from belib_platform.search.errors import in_sentences

INDICES = ("belib_availability", "belib_charge_points", "belib_arrondissements")

PATIENCE_S = 3.0


def look_at_search(url: str, prefix: str) -> SearchLook:
    """How much the indices hold; those that are not made yet hold nothing. Raises SearchError without an answer."""
    with closing(Search(url, prefix)) as search, in_sentences():
        client = search.client.options(request_timeout=PATIENCE_S)
        counts = {name: client.count(index=prefix + name, ignore_unavailable=True)["count"] for name in INDICES}
    return SearchLook([Table("search", name, count) for name, count in counts.items()])
