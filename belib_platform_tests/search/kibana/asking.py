"""Each panel of an export as the Elasticsearch searches that Kibana sends for it, and what it shows of the answers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from belib_platform.search.kibana.exported import Export, ExportedPanel
from belib_platform.search.kibana.kql import to_query
from belib_platform.search.kibana.saved_object import Json

PARIS = "Europe/Paris"
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Question:
    """One search of a panel: `id` is its layer's, `columns` what is shown, buckets first."""

    id: str
    panel: str
    alias: str
    body: Json
    columns: dict[str, Json]

    def rows(self, answer: Json) -> list[Row]:
        """What the panel shows: the keys of each bucket, and its numbers."""
        everything = answer.get("aggregations", {}) | {"doc_count": answer["hits"]["total"]["value"]}
        return list(_rows(self.columns, list(_buckets(self.columns)), everything, ()))


def questions(export: Export, first: datetime, last: datetime) -> Iterator[Question]:
    """All searches of all charts for the time from `first` until before `last`, where a data view has a time field."""
    times = {
        one["id"]: one["attributes"].get("timeFieldName") for one in export.objects if one["type"] == "index-pattern"
    }
    for panel in export.panels():
        for layer_id, layer in panel.lens_layers.items():
            view = panel.data_view(f"indexpattern-datasource-layer-{layer_id}") or ""
            within = [{"range": {times[view]: _between(first, last)}}] if times[view] else []
            query = {"bool": {"filter": [to_query(_only(panel)), *within]}}
            columns = layer["columns"]
            aggs = _aggregations(columns, list(_buckets(columns)))
            body = {"size": 0, "track_total_hits": True, "query": query, "aggs": aggs}
            yield Question(layer_id, panel.id, export.aliases[view], body, columns)


def _only(panel: ExportedPanel) -> str:
    assert panel.lens is not None
    return str(panel.lens["query"]["query"])


def _between(first: datetime, last: datetime) -> Json:
    return {"gte": first.isoformat(), "lt": last.isoformat(), "format": "strict_date_optional_time"}


def _buckets(columns: dict[str, Json]) -> Iterator[str]:
    return (column for column, state in columns.items() if state["isBucketed"])


def _aggregations(columns: dict[str, Json], buckets: list[str]) -> Json:
    """Buckets within buckets; the numbers at every depth, since terms are ordered by them."""
    found: Json = {}
    for column, state in columns.items():
        if "sourceField" in state and not state["isBucketed"]:
            found |= _number(column, state)
    if buckets:
        state = columns[buckets[0]]
        inner = _aggregations(columns, buckets[1:])
        kind = _terms(columns, state) if state["operationType"] == "terms" else _dates(state)
        found[buckets[0]] = kind | ({"aggs": inner} if inner else {})
    return found


def _number(column: str, state: Json) -> Json:
    operation = {"average": "avg"}.get(state["operationType"], state["operationType"])
    metric: Json = {} if operation == "count" else {column: {operation: {"field": state["sourceField"]}}}
    if "filter" not in state:
        return metric
    filtered: Json = {"filter": to_query(state["filter"]["query"])}
    return {f"{column}-bucket": filtered | ({"aggs": metric} if metric else {})}


def _terms(columns: dict[str, Json], state: Json) -> Json:
    params = state["params"]
    by = params["orderBy"]
    key = "_key" if by["type"] == "alphabetical" else _path(by["columnId"], columns[by["columnId"]])
    terms = {"field": state["sourceField"], "size": params["size"], "order": {key: params["orderDirection"]}}
    terms |= {"shard_size": max(1000, params["size"] * 2)} if params["accuracyMode"] else {}
    return {"terms": terms | ({"missing": "__missing__"} if params["missingBucket"] else {})}


def _path(column: str, state: Json) -> str:
    assert "filter" not in state, "Elasticsearch does not order by a count within a filter"
    return "_count" if state["operationType"] == "count" else column


def _dates(state: Json) -> Json:
    interval = state["params"]["interval"]
    kind = "calendar_interval" if interval == "1d" else "fixed_interval"
    empty = 0 if state["params"]["includeEmptyRows"] else 1
    return {
        "date_histogram": {"field": state["sourceField"], kind: interval, "time_zone": PARIS, "min_doc_count": empty}
    }


def _rows(columns: dict[str, Json], buckets: list[str], bucket: Json, keys: Row) -> Iterator[Row]:
    if not buckets:
        yield (*keys, *_shown(columns, bucket))
        return
    for inner in bucket[buckets[0]]["buckets"]:
        if inner["doc_count"]:
            yield from _rows(columns, buckets[1:], inner, (*keys, inner["key"]))


def _shown(columns: dict[str, Json], bucket: Json) -> Iterator[Any]:
    parts = {part for state in columns.values() for part in state.get("references", [])}
    for column, state in columns.items():
        if not state["isBucketed"] and column not in parts:
            yield value_of(columns, column, bucket)


def value_of(columns: dict[str, Json], column: str, bucket: Json) -> Any:
    state = columns[column]
    if state["operationType"] == "formula":
        return value_of(columns, state["references"][0], bucket)
    if state["operationType"] == "math":
        return _computed(columns, state["params"]["tinymathAst"], bucket)
    inside = bucket[f"{column}-bucket"] if "filter" in state else bucket
    return inside["doc_count"] if state["operationType"] == "count" else inside[column]["value"]


def _computed(columns: dict[str, Json], tree: Json | str | float, bucket: Json) -> Any:
    if isinstance(tree, str):
        return value_of(columns, tree, bucket)
    if not isinstance(tree, dict):
        return tree
    one, other = (_computed(columns, part, bucket) for part in tree["args"])
    if one is None or other is None or (tree["name"] == "divide" and not other):
        return None
    results = {"add": lambda: one + other, "subtract": lambda: one - other, "multiply": lambda: one * other}
    return results.get(tree["name"], lambda: one / other)()
