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


def number(decimals: int, suffix: str) -> Json:
    """Format: a number followed by its unit."""
    return {"id": "number", "params": {"decimals": decimals, "suffix": suffix}}


def lens_column(
    operation: str, label: str, params: Json, *, field: str | None = None, kind: str = "number", bucket: str = ""
) -> Json:
    """A column as stored by Lens. `kind` is the type of its values; `bucket` is the scale of a column of buckets."""
    return {
        "label": label,
        "customLabel": True,
        "dataType": kind,
        "operationType": operation,
        **({"sourceField": field} if field else {}),
        "isBucketed": bool(bucket),
        "scale": bucket or "ratio",
        "params": params,
    }


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
        kind = view.data_type(self.field)
        return {column_id: lens_column("terms", self.label, params, field=self.field, kind=kind, bucket="ordinal")}


@dataclass(frozen=True)
class DateHistogram:
    """One bucket per `interval` (such as 1h or 1d), including empty ones; days are in the browser's time zone."""

    field: str
    label: str
    interval: str

    def expand(self, column_id: str, view: DataView) -> dict[str, Json]:
        params: Json = {"interval": self.interval, "includeEmptyRows": True, "dropPartials": False}
        kind, scale = view.data_type(self.field), "interval"
        return {column_id: lens_column("date_histogram", self.label, params, field=self.field, kind=kind, bucket=scale)}


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


def metric_column(
    operation: str, field: str, label: str, kql: str, kind: str = "number", form: Json | None = None
) -> Json:
    """A Lens column that computes one number or instant."""
    params = {"emptyAsNull": operation != "count"} | ({"format": form} if form else {})
    column = lens_column(operation, label, params, field=field, kind=kind)
    return column | ({"filter": {"query": kql, "language": "kuery"}} if kql else {})
