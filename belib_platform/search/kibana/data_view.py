"""Data views of Kibana: an alias in Elasticsearch, with labels and formats for its fields."""

from dataclasses import dataclass

from belib_platform.contracts.bikes.search import BelibBikeAvailability, BelibBikeStations
from belib_platform.contracts.contract import Contract, name
from belib_platform.contracts.mapping import index_fields
from belib_platform.contracts.search import BelibAvailability, BelibChargePoints
from belib_platform.search.kibana.field_labels import FIELD_LABELS, VALUE_LABELS
from belib_platform.search.kibana.saved_object import Json, SavedObject, compact

NUMBERS = frozenset({"byte", "short", "integer", "long", "float", "double"})

HOURS: Json = {
    "id": "duration",
    "params": {
        "inputFormat": "seconds",
        "outputFormat": "asHours",
        "outputPrecision": 1,
        "includeSpaceWithSuffix": True,
        "useShortSuffix": True,
        "showSuffix": True,
    },
}


@dataclass(frozen=True)
class DataView:
    """An alias under a stable id; the time picker filters `time_field`, or nothing if that is None."""

    id: str
    contract: type[Contract]
    label: str
    time_field: str | None = None

    @property
    def alias(self) -> str:
        """The alias in Elasticsearch."""
        return name(self.contract)

    @property
    def types(self) -> dict[str, str]:
        """Type of each field in the mapping."""
        return {field: mapping["type"] for field, mapping in index_fields(self.contract).items()}

    def data_type(self, field: str) -> str:
        """Lens's name of the field's type. Raises KeyError for a field that the contract does not have."""
        kind = self.types[field]
        return "number" if kind in NUMBERS else "string" if kind == "keyword" else kind

    def saved_object(self) -> SavedObject:
        """The data view as exported."""
        attributes: Json = {
            "title": self.alias,
            "name": self.label,
            "fieldAttrs": compact({field: {"customLabel": FIELD_LABELS[field]} for field in self.types}),
            "fieldFormatMap": compact({field: form for field in self.types if (form := _format(field))}),
            "fields": "[]",
            "runtimeFieldMap": "{}",
            "sourceFilters": "[]",
            "typeMeta": "{}",
        }
        if self.time_field:
            attributes["timeFieldName"] = self.time_field
        return SavedObject("index-pattern", self.id, attributes)


def _format(field: str) -> Json | None:
    if field in VALUE_LABELS:
        entries = [{"key": key, "value": value} for key, value in VALUE_LABELS[field].items()]
        return {"id": "static_lookup", "params": {"lookupEntries": entries, "unknownKeyValue": None}}
    if field.endswith("_s"):
        return HOURS
    if field.endswith("_ratio"):
        return {"id": "percent", "params": {"pattern": "0.0%"}}
    return None


AVAILABILITY = DataView("belib-availability", BelibAvailability, "Belib' – disponibilité par heure", "hour_at")
CHARGE_POINTS = DataView("belib-charge-points", BelibChargePoints, "Belib' – points de charge maintenant")
"""Has no time field, so that the time picker does not hide charge points."""

BIKE_AVAILABILITY = DataView(
    "belib-bike-availability", BelibBikeAvailability, "Vélib' – disponibilité par heure", "hour_at"
)
BIKE_STATIONS = DataView("belib-bike-stations", BelibBikeStations, "Vélib' – stations maintenant")
"""Has no time field either."""

DATA_VIEWS = (AVAILABILITY, CHARGE_POINTS, BIKE_AVAILABILITY, BIKE_STATIONS)
