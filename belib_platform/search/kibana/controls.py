"""Controls above a dashboard: lists of values that filter every panel."""

from collections.abc import Sequence
from dataclasses import dataclass

from belib_platform.search.kibana.data_view import AVAILABILITY, BIKE_STATIONS, CHARGE_POINTS, DataView
from belib_platform.search.kibana.field_labels import FIELD_LABELS
from belib_platform.search.kibana.saved_object import Json, Reference, compact


@dataclass(frozen=True)
class OptionsList:
    """A list of a field's values. It filters both data views of its network, which have the field by the same name."""

    id: str
    view: DataView
    field: str

    def state(self, order: int) -> Json:
        """The control as stored in the dashboard."""
        explicit = {
            "id": self.id,
            "title": FIELD_LABELS[self.field],
            "fieldName": self.field,
            "selectedOptions": [],
            "sort": {"by": "_key", "direction": "asc"},
            "enhancements": {},
        }
        return {
            "order": order,
            "width": "medium",
            "grow": True,
            "type": "optionsListControl",
            "explicitInput": explicit,
        }

    @property
    def reference(self) -> Reference:
        """Reference to the data view, under the name that the dashboard expects."""
        return Reference(f"controlGroup_{self.id}:optionsListDataView", self.view.id)


def control_group(controls: Sequence[OptionsList]) -> Json:
    """The controls as stored in the dashboard; each limits the values that later ones offer."""
    return {
        "controlStyle": "oneLine",
        "chainingSystem": "HIERARCHICAL",
        "panelsJSON": compact({control.id: control.state(order) for order, control in enumerate(controls)}),
        "ignoreParentSettingsJSON": compact(
            {"ignoreFilters": False, "ignoreQuery": False, "ignoreTimerange": False, "ignoreValidations": False}
        ),
    }


NOW_CONTROLS = (
    OptionsList("belib-control-arrondissement", CHARGE_POINTS, "arrondissement_label"),
    OptionsList("belib-control-power", CHARGE_POINTS, "power_label"),
    OptionsList("belib-control-status", CHARGE_POINTS, "status"),
)

HISTORY_CONTROLS = (
    OptionsList("belib-control-arrondissement", AVAILABILITY, "arrondissement_label"),
    OptionsList("belib-control-power", AVAILABILITY, "power_label"),
)

BIKE_CONTROLS = (OptionsList("belib-control-area", BIKE_STATIONS, "area_label"),)
