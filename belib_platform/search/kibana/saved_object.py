"""A saved object of Kibana, in the format of Kibana 8.15, which later versions migrate."""

import json
from dataclasses import asdict, dataclass
from typing import Any, Final

Json = dict[str, Any]

CORE_VERSION: Final = "8.8.0"
TYPE_VERSIONS: Final = {"index-pattern": "8.0.0", "dashboard": "10.2.0"}
"""Versions of the attributes by type, as in Kibana 8.15."""

PANEL_VERSION: Final = "8.15.0"


@dataclass(frozen=True)
class Reference:
    """A reference to another object, by the name that the attributes use for it."""

    name: str
    id: str
    type: str = "index-pattern"


@dataclass(frozen=True)
class SavedObject:
    """One line of an export."""

    type: str
    id: str
    attributes: Json
    references: tuple[Reference, ...] = ()

    def line(self) -> str:
        """The object as Kibana exports it, without timestamps, so that equal objects are equal bytes."""
        return compact(
            {
                "type": self.type,
                "id": self.id,
                "attributes": self.attributes,
                "references": [asdict(reference) for reference in self.references],
                "managed": False,
                "coreMigrationVersion": CORE_VERSION,
                "typeMigrationVersion": TYPE_VERSIONS[self.type],
            }
        )


def compact(value: object) -> str:
    """JSON without spaces; keys keep their order, and accents are not escaped."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
