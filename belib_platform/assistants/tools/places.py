"""Where something is."""

from typing import Annotated

from pydantic import Field

from belib_platform.assistants.figures import Answered, answered, value_of
from belib_platform.assistants.read_api import Asking, api_of


async def find_place(
    context: Asking,
    name: Annotated[str, Field(description="What it is called, such as Bastille, Rue de Lyon, 11e or Montreuil.")],
) -> Answered:
    """Where a place is: coordinates and ids of what has such a name.

    Looks among stations of both networks, their addresses, the arrondissements of Paris and the communes around it; all
    words must be in the name, whatever their case and accents. Landmarks are found where a station is named after them.
    value is latitude,longitude of the first, as `near` of other tools takes it; items have ids of stations.
    """
    told = await api_of(context).ask("places", name=name)
    items, n = told.items, told.answer["match_count"]
    return answered(
        told,
        _sentence(items[0], n) if items else "",
        sql=value_of(told.sql[0], "latitude || ',' || longitude", "LIMIT 1"),
        value=f"{items[0]['latitude']},{items[0]['longitude']}" if items else None,
        unit="latitude,longitude (WGS 84, degrees)",
        insufficient=None if items else f"Nothing here is called {name}; another name or coordinates may help.",
        n=n,
        n_of="places with such a name",
        coverage=None,
        place=str(items[0]["name"] or items[0]["address"]) if items else name,
        items=items,
    )


def _sentence(place: dict[str, object], n: int) -> str:
    kind, more = str(place["kind"]).replace("_", " "), f"; {n - 1} more have such a name" if n > 1 else ""
    return f"{place['name']} ({kind} {place['id']}) is at {place['latitude']},{place['longitude']}{more}."
