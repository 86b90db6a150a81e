"""Where something is."""

from typing import Annotated, Any

from pydantic import Field

from belib_platform.assistants.figures import Answered, answered, value_of
from belib_platform.assistants.read_api import Asking, api_of
from belib_platform.assistants.spots import in_words, is_paris

EVERYWHERE = "Paris is the whole city, and no point: the other tools speak of it where near is Paris."


async def find_place(
    context: Asking,
    name: Annotated[str, Field(description="What it is called, such as Bastille, Rue de Lyon, 11e or Montreuil.")],
) -> Answered:
    """Where a place is: coordinates and ids of what has such a name.

    Looks among stations of both networks, their addresses, the arrondissements of Paris and the communes around it; all
    words must be in the name, whatever their case and accents. Landmarks are found where a station is named after them.
    Those with exactly that name come first (is_exact). value is latitude,longitude of the first, as `near` of other
    tools takes it; items have ids of stations.
    """
    told = await api_of(context).ask("places", name=name)
    items, n = ([], 0) if is_paris(name) else (told.items, told.answer["match_count"])
    nothing = EVERYWHERE if is_paris(name) else f"Nothing here is called {name}; another name or coordinates may help."
    return answered(
        told,
        _sentence(items[0], n) if items else "",
        sql=value_of(told.sql[0], "latitude || ',' || longitude", "LIMIT 1" if items else "LIMIT 0"),
        value=f"{items[0]['latitude']},{items[0]['longitude']}" if items else None,
        unit="latitude,longitude (WGS 84, degrees)",
        insufficient=None if items else nothing,
        n=n,
        n_of="places with such a name",
        coverage=None,
        place=in_words(items[0]) if items else name,
        items=items,
    )


def _sentence(place: dict[str, Any], n: int) -> str:
    more = f"; {n - 1} more have such a name" if n > 1 else ""
    return f"{in_words(place)} is at {place['latitude']},{place['longitude']}{more}."
