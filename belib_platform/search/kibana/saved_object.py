"""A Kibana saved object, in the format that Kibana 8.15 reads as it is and later ones migrate."""

import json
from dataclasses import asdict, dataclass
from typing import Any, Final

Json = dict[str, Any]

CORE_VERSION: Final = "8.8.0"
TYPE_VERSIONS: Final = {"index-pattern": "8.0.0", "dashboard": "10.2.0"}
"""Types we write, with the version of their attributes: none newer than Kibana 8.15."""

PANEL_VERSION: Final = "8.15.0"


@dataclass(frozen=True)
class Reference:
    """What an object needs, by the name under which its attributes speak of it."""

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
        """As Kibana exports it, without stamps, so that equal objects are equal bytes."""
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
    """JSON without spaces, keys in their order, accents as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
