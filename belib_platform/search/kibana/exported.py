"""An export read back, as Kibana would: dashboards, their panels, and the data views they ask."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from belib_platform.search.kibana.saved_object import Json


class ExportError(ValueError):
    """Text that is no export of saved objects; the message names the line."""


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
        """What is in it."""
        return dict(self.state["embeddableConfig"])

    @property
    def lens(self) -> Json | None:
        """The state of its chart, if it is one."""
        return dict(self.config["attributes"]["state"]) if self.state["type"] == "lens" else None

    @property
    def lens_layers(self) -> dict[str, Json]:
        """Its chart's layers by id."""
        return dict(self.lens["datasourceStates"]["formBased"]["layers"]) if self.lens else {}

    @property
    def map_layers(self) -> list[Json]:
        """Its map's layers, the lowest first."""
        is_map = self.state["type"] == "map"
        return list(json.loads(self.config["attributes"]["layerListJSON"])) if is_map else []

    @property
    def vega(self) -> Json | None:
        """Its Vega specification, if it has one."""
        vis = self.config.get("savedVis", {})
        return dict(json.loads(vis["params"]["spec"])) if vis.get("type") == "vega" else None

    def data_view(self, name: str) -> str | None:
        """Id of the data view to which a name used in this panel refers."""
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
        """Ids of what it refers to, by name."""
        return {one["name"]: one["id"] for one in self.saved["references"]}


@dataclass(frozen=True)
class Export:
    """All objects of a file, in its order."""

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
    """The export of these lines. Raises ExportError."""
    objects = []
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            one = json.loads(line)
        except ValueError as error:
            raise ExportError(f"Line {number} is no JSON: {error}.") from error
        if not isinstance(one, dict) or not {"type", "id", "attributes", "references"} <= set(one):
            raise ExportError(f"Line {number} is no saved object.")
        objects.append(one)
    return Export(objects)
