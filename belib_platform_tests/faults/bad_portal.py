"""Bad answers of the portal: the real-time feed and the static set."""

import json
from functools import cache
from typing import Any

from belib_platform.simulator.outages import Answer
from belib_platform_tests.faults.answers import (
    ANYWHERE,
    OF_SERVERS,
    WITHOUT_TEXT,
    Bad,
    case_of,
    edited,
    every,
    first,
    renamed,
    replaced,
)

PLACELESS = dict.fromkeys(["adresse_station", "coordonneesxy", "code_insee_commune", "arrondissement"])

MANY = [f"FR*V75*EPX{a:02}*{b:02}*{c}" for a in range(10) for b in range(10) for c in range(100)]


def twice(**changes: Any) -> Any:
    """The first record again, changed."""
    return edited(lambda records: [*records, {**records[0], **changes}])


@cache
def many_points() -> Answer:
    """Five times the points there are in Paris, and far more than were announced."""
    return Answer(json.dumps([{"id_pdc": key, "statut_pdc": "Disponible"} for key in MANY]).encode())


BELIB = [
    *ANYWHERE,
    *WITHOUT_TEXT,
    *OF_SERVERS,
    Bad("an empty list", "empty_list"),
    Bad("half the records", edited(lambda records: records[: len(records) // 2])),
    Bad("the records twice over", edited(lambda records: [*records, *records])),
    Bad("a missing key field", every(id_pdc=...)),
    Bad("a renamed key field", renamed("id_pdc", "id")),
    Bad("a renamed status", renamed("statut_pdc", "statut")),
    Bad("a record without its key", first(id_pdc=...), keeps=True),
    Bad("a record of another city", first(id_pdc="FR*A23*EPX10*11*1"), keeps=True),
    Bad("a new status word", first(statut_pdc="En grève"), keeps=True),
    Bad("a status that is a list", first(statut_pdc=["Disponible"]), keeps=True),
    Bad("a record that is a text", edited(lambda records: ["half a rec", *records[1:]]), keeps=True),
    Bad("an id twice, alike", twice(), keeps=True),
    Bad("an id twice, two statuses", twice(statut_pdc="Supprimé"), keeps=True),
    Bad("null dimensions", every(**PLACELESS), keeps=True),
    Bad("ids of no known form", every(id_pdc="FR*V75*")),
    Bad("coordinates that are a number", first(coordonneesxy=7), keeps=True),
    Bad("a stamp that is none", first(last_updated="hier soir"), keeps=True),
    Bad("a stamp in the future", first(last_updated="2999-01-01T00:00:00+01:00"), keeps=True),
    Bad("bare nan", replaced(b'"lon": 2', b'"lon": nan, "was": 2', 1), keeps=True),
    Bad("10,000 points", lambda _: many_points()),
]

STATIC = [
    *ANYWHERE,
    *OF_SERVERS,
    Bad("an empty list", "empty_list"),
    Bad("half the records", edited(lambda records: records[: len(records) // 2])),
    Bad("a missing key field", every(id_pdc_local=...)),
    Bad("a renamed optional field", renamed("nom_station", "nom"), keeps=True),
    Bad("a row without ids", first(id_pdc_local=None), keeps=True),
    Bad("coordinates that are a number", first(coordonneesxy=7), keeps=True),
    Bad("an id twice, two stations", twice(nom_station="Elsewhere"), keeps=True),
    Bad("bare nan", replaced(b'"lon": 2', b'"lon": nan, "was": 2', 1), keeps=True),
]

VELIB = [
    Bad("HTML with 200", ANYWHERE[0].fault),
    Bad("an empty list", "empty_list"),
    Bad("half the records", edited(lambda records: records[: len(records) // 2])),
    Bad("a renamed count", renamed("ebike", "electric")),
    Bad("a negative count", first(mechanical=-1), keeps=True),
    Bad("bikes of no kind", first(numbikesavailable=77), keeps=True),
    Bad("a flag that is neither", first(is_renting="PEUT-ÊTRE"), keeps=True),
    Bad("the operator's number for a code", first(stationcode="213688169"), keeps=True),
    Bad("a code twice, two states", twice(numdocksavailable=1), keeps=True),
    Bad("a stamp in the future", first(duedate="2999-01-01T00:00:00+00:00"), keeps=True),
]

CASES = [
    case_of(source, bad)
    for source, all_bad in (("belib", BELIB), ("belib_static", STATIC), ("velib", VELIB))
    for bad in all_bad
]
