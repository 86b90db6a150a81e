"""Parse an export of saved objects: dashboards, their panels and their data views."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from belib_platform.search.kibana.saved_object import Json


class ExportError(ValueError):
    """The text is not an export of saved objects; the message names the line."""


@dataclass(frozen=True)
class ExportedPanel:
    """One panel of a dashboard."""

    dashboard: "ExportedDashboard"
    state: Json

    @property
    def id(self) -> str:
        """Its id within the dashboard."""
        return str(self.state["panelIndex"])

    @property
    def config(self) -> Json:
        """Its configuration."""
        return dict(self.state["embeddableConfig"])

    @property
    def lens(self) -> Json | None:
        """State of the Lens chart; None for other types of panel."""
        return dict(self.config["attributes"]["state"]) if self.state["type"] == "lens" else None

    @property
    def lens_layers(self) -> dict[str, Json]:
        """Layers of the Lens chart by id."""
        return dict(self.lens["datasourceStates"]["formBased"]["layers"]) if self.lens else {}

    @property
    def map_layers(self) -> list[Json]:
        """Layers of the map, from bottom to top."""
        is_map = self.state["type"] == "map"
        return list(json.loads(self.config["attributes"]["layerListJSON"])) if is_map else []

    @property
    def vega(self) -> Json | None:
        """Its Vega specification, if it has one."""
        vis = self.config.get("savedVis", {})
        return dict(json.loads(vis["params"]["spec"])) if vis.get("type") == "vega" else None

    def data_view(self, name: str) -> str | None:
        """Id of the data view behind a reference of this panel."""
        return self.dashboard.references.get(f"{self.id}:{name}")


@dataclass(frozen=True)
class ExportedDashboard:
    """One dashboard."""

    saved: Json

    @property
    def id(self) -> str:
        """Its id."""
        return str(self.saved["id"])

    @cached_property
    def panels(self) -> list[ExportedPanel]:
        """Its panels."""
        return [ExportedPanel(self, state) for state in json.loads(self.saved["attributes"]["panelsJSON"])]

    @cached_property
    def controls(self) -> dict[str, Json]:
        """Its controls by id."""
        return dict(json.loads(self.saved["attributes"]["controlGroupInput"]["panelsJSON"]))

    @cached_property
    def references(self) -> dict[str, str]:
        """Ids of the referenced objects by name of the reference."""
        return {one["name"]: one["id"] for one in self.saved["references"]}


@dataclass(frozen=True)
class Export:
    """All objects of a file, in the order of the file."""

    objects: list[Json]

    def dashboards(self) -> Iterator[ExportedDashboard]:
        """Its dashboards."""
        return (ExportedDashboard(one) for one in self.objects if one["type"] == "dashboard")

    def panels(self) -> Iterator[ExportedPanel]:
        """All panels of all dashboards."""
        return (panel for dashboard in self.dashboards() for panel in dashboard.panels)

    @cached_property
    def aliases(self) -> dict[str, str]:
        """Alias of each data view, by id."""
        return {one["id"]: one["attributes"]["title"] for one in self.objects if one["type"] == "index-pattern"}


def read_export(text: str) -> Export:
    """Parse an export. Raises ExportError."""
    objects = []
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            one = json.loads(line)
        except ValueError as error:
            raise ExportError(f"Line {number} is not JSON: {error}.") from error
        if not isinstance(one, dict) or not {"type", "id", "attributes", "references"} <= set(one):
            raise ExportError(f"Line {number} is not a saved object.")
        objects.append(one)
    return Export(objects)
