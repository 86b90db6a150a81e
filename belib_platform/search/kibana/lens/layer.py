"""A Lens layer: one query of one data view."""

from dataclasses import dataclass

from belib_platform.search.kibana.data_view import DataView
from belib_platform.search.kibana.lens.column import Column, id_of
from belib_platform.search.kibana.saved_object import Json, Reference


@dataclass(frozen=True)
class Layer:
    """Columns by name, buckets first; each bucket is divided by the next."""

    id: str
    view: DataView
    columns: dict[str, Column]

    def ref(self, column: str) -> str:
        """Id of a column. Raises KeyError if the layer does not have it."""
        self.columns[column]
        return id_of(self.id, column)

    @property
    def reference(self) -> Reference:
        """Reference to the data view, under the name that Lens expects."""
        return Reference(f"indexpattern-datasource-layer-{self.id}", self.view.id)

    def state(self) -> Json:
        """The layer as stored by Lens."""
        expanded: dict[str, Json] = {}
        for name, column in self.columns.items():
            expanded |= column.expand(id_of(self.id, name), self.view)
        return {
            "columns": expanded,
            "columnOrder": list(expanded),
            "incompleteColumns": {},
            "sampling": 1,
            "ignoreGlobalFilters": False,
        }
