"""Columns of a Lens layer: buckets, and metrics computed per bucket."""

from dataclasses import dataclass
from typing import Final, Literal, Protocol

from belib_platform.search.kibana.data_view import DataView
from belib_platform.search.kibana.saved_object import Json

RECORDS: Final = "___records___"
"""Lens's name for "all documents" in place of a field."""

Operation = Literal["count", "sum", "average", "max", "min", "unique_count"]


def id_of(layer: str, column: str) -> str:
    """Id of a column, unique over all layers of a panel."""
    return f"{layer}__{column}"


def sibling(of: str, column: str) -> str:
    """Id of another column of the same layer."""
    return id_of(of.rpartition("__")[0], column)


def percent(decimals: int = 1) -> Json:
    """Format: a share between 0 and 1 as a percentage."""
    return {"id": "percent", "params": {"decimals": decimals}}


def number(decimals: int = 0, suffix: str = "") -> Json:
    """Format: a number followed by its unit."""
    return {"id": "number", "params": {"decimals": decimals, "suffix": suffix}}


class Column(Protocol):
    """A column, for which Lens may need several of its own."""

    @property
    def label(self) -> str:
        """The label that readers see."""

    def expand(self, column_id: str, view: DataView) -> dict[str, Json]:
        """Lens's columns by id; the first has the id `column_id`."""


@dataclass(frozen=True)
class Terms:
    """One bucket per value, at most `size`: those with the largest `order_by` (a column), or the first by value."""

    field: str
    label: str
    size: int
    order_by: str | None = None
    with_missing: bool = False

    def expand(self, column_id: str, view: DataView) -> dict[str, Json]:
        by: Json = {"type": "alphabetical", "fallback": False}
        if self.order_by:
            by = {"type": "column", "columnId": sibling(column_id, self.order_by)}
        params: Json = {
            "size": self.size,
            "orderBy": by,
            "orderDirection": "desc" if self.order_by else "asc",
            "otherBucket": False,
            "missingBucket": self.with_missing,
            "accuracyMode": True,
            "parentFormat": {"id": "terms"},
        }
        return {column_id: _bucket("terms", self.field, self.label, view.data_type(self.field), "ordinal", params)}


@dataclass(frozen=True)
class DateHistogram:
    """One bucket per `interval` (such as 1h or 1d), including empty ones; days are in the browser's time zone."""

    field: str
    label: str
    interval: str

    def expand(self, column_id: str, view: DataView) -> dict[str, Json]:
        params: Json = {"interval": self.interval, "includeEmptyRows": True, "dropPartials": False}
        return {
            column_id: _bucket("date_histogram", self.field, self.label, view.data_type(self.field), "interval", params)
        }


@dataclass(frozen=True)
class Metric:
    """One number per bucket, over the documents that match `kql`."""

    operation: Operation
    label: str
    field: str = RECORDS
    kql: str = ""
    format: Json | None = None

    def expand(self, column_id: str, view: DataView) -> dict[str, Json]:
        is_date = self.operation in ("max", "min") and view.data_type(self.field) == "date"
        kind = "date" if is_date else "number"
        return {column_id: metric_column(self.operation, self.field, self.label, self.kql, kind, self.format)}


def metric_column(operation: str, name: str, label: str, kql: str, kind: str, form: Json | None) -> Json:
    """A Lens column that computes one number or instant."""
    column: Json = {
        "label": label,
        "customLabel": True,
        "dataType": kind,
        "operationType": operation,
        "sourceField": name,
        "isBucketed": False,
        "scale": "ratio",
        "params": {"emptyAsNull": operation != "count"},
    }
    if form:
        column["params"]["format"] = form
    if kql:
        column["filter"] = {"query": kql, "language": "kuery"}
    return column


def _bucket(operation: str, name: str, label: str, kind: str, scale: str, params: Json) -> Json:
    return {
        "label": label,
        "customLabel": True,
        "dataType": kind,
        "operationType": operation,
        "sourceField": name,
        "isBucketed": True,
        "scale": scale,
        "params": params,
    }
