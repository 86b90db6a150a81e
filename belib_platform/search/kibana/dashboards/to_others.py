"""Links between the dashboards, as Markdown; they stay in the space of Kibana in which they are read."""

from typing import Final

from belib_platform.search.kibana.links import DASHBOARDS

VELIB = "Vélib'"


def _link(title: str) -> str:
    return f"[{title}](#/view/{DASHBOARDS[title]})"


TO_VELIB: Final = f"Les vélos : {_link(VELIB)}."

TO_BELIB: Final = f"Les bornes : {', '.join(_link(title) for title in DASHBOARDS if title != VELIB)}."
