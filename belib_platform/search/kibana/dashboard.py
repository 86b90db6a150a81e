"""A dashboard: panels on a grid, controls above them, and its initial time range."""

from collections.abc import Sequence
from dataclasses import dataclass

from belib_platform.search.kibana.controls import OptionsList, control_group
from belib_platform.search.kibana.panel import Panel
from belib_platform.search.kibana.saved_object import Json, SavedObject, compact


@dataclass(frozen=True)
class Dashboard:
    """Initially shows the time from `time_from` until now; refreshes every `refresh_s` seconds, never for 0."""

    id: str
    title: str
    description: str
    time_from: str
    refresh_s: int
    controls: Sequence[OptionsList]
    panels: Sequence[Panel]

    def saved_object(self) -> SavedObject:
        """The dashboard as exported, with all its panels inside."""
        attributes: Json = {
            "title": self.title,
            "description": self.description,
            "hits": 0,
            "version": 1,
            "timeRestore": True,
            "timeFrom": self.time_from,
            "timeTo": "now",
            "refreshInterval": {"pause": not self.refresh_s, "value": 1000 * (self.refresh_s or 60)},
            "controlGroupInput": control_group(self.controls),
            "panelsJSON": compact([panel.state() for panel in self.panels]),
            "optionsJSON": compact(_OPTIONS),
            "kibanaSavedObjectMeta": {
                "searchSourceJSON": compact({"query": {"query": "", "language": "kuery"}, "filter": []})
            },
        }
        references = [one for panel in self.panels for one in panel.dashboard_references()]
        references += [control.reference for control in self.controls]
        return SavedObject("dashboard", self.id, attributes, tuple(references))


_OPTIONS = {
    "useMargins": True,
    "syncColors": True,
    "syncCursor": True,
    "syncTooltips": False,
    "hidePanelTitles": False,
}
