"""Rules about external services: a dashboard sends requests only to Kibana and Elasticsearch."""

from collections.abc import Iterator
from typing import Final

from belib_platform.search.kibana.exported import Export
from belib_platform.search.kibana.rules.problem import Problem
from belib_platform.search.kibana.saved_object import compact

FOREIGN: Final = ("elastic.co", "EMS_", "emsBaseLayer")

SOURCES: Final = frozenset({"ES_SEARCH"})


def nothing_foreign_is_asked(export: Export) -> Iterator[Problem]:
    """No panel uses a map service or an external URL."""
    for panel in export.panels():
        where = (panel.dashboard.id, panel.id)
        for word in FOREIGN:
            if word in compact(panel.state):
                yield Problem("is an external service", *where, word)
        for layer in panel.map_layers:
            if (kind := layer["sourceDescriptor"].get("type")) not in SOURCES:
                yield Problem("is not a source in Elasticsearch", *where, str(kind))
        spec = panel.vega or {}
        if spec.get("config", {}).get("kibana", {}).get("type") == "map":
            yield Problem("is drawn on the map of a map service", *where, "config.kibana.type")
        for data in spec.get("data", []):
            if "url" in data and not isinstance(data["url"], dict):
                yield Problem("is an external URL", *where, str(data["url"]))
