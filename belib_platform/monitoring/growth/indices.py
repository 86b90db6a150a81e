"""Growth of Elasticsearch: documents and bytes of the indices behind each alias."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

from belib_platform.contracts.search import BelibAvailability
from belib_platform.contracts.tables import INDICES
from belib_platform.monitoring.growth.growth import Growth, closed_days, of_rows, pace
from belib_platform.search.availability import of_days
from belib_platform.search.client import Search
from belib_platform.search.errors import in_sentences

STORE = "Elasticsearch"


def index_growth(search: Search, today: date) -> Iterator[Growth]:
    """By alias; the embedded server keeps the last days only, in memory, and has no pace. Raises SearchError."""
    for contract in INDICES:
        alias = search.alias(contract)
        with in_sentences():
            stats = search.client.indices.stats(index=f"{alias}-*", metric=["docs", "store"])["_all"]
            is_added_to = contract is BelibAvailability and search.kept_days is None
            per_day = _pace(search, alias, today) if is_added_to else None
        rows = int(stats.get("primaries", {}).get("docs", {}).get("count", 0))
        size = int(stats.get("total", {}).get("store", {}).get("size_in_bytes", 0))
        yield of_rows(STORE, alias, rows, size, per_day)


def _pace(search: Search, alias: str, today: date) -> float | None:
    days = closed_days(today)
    by_day = {"days": {"date_histogram": {"field": "hour_at", "fixed_interval": "1d", "min_doc_count": 1}}}
    answer = search.client.search(
        index=alias, size=0, query=of_days(days[0], days[-1]), aggs=by_day, ignore_unavailable=True
    )
    buckets = answer["aggregations"]["days"]["buckets"] if "aggregations" in answer else []
    return pace({datetime.fromtimestamp(bucket["key"] / 1000, UTC).date(): bucket["doc_count"] for bucket in buckets})
