"""The simulated real-time feed: the body of `/exports/json` at an instant."""

import json
import math
from bisect import bisect_right
from datetime import datetime
from typing import Final, NamedTuple

from belib_platform.simulator.behaviour import lasting_status
from belib_platform.simulator.city import ChargePoint
from belib_platform.simulator.dice import dice
from belib_platform.simulator.stamps import BATCH_SHARE, draw_stamps, newest_batch, written
from belib_platform.simulator.timeline import Timeline

WORD_OF_STATUS: Final = {
    "AVAILABLE": "Disponible",
    "CHARGING": "Occupé (en charge)",
    "RESERVED": "Réservé",
    "OUTOFORDER": "En maintenance",
    "UNKNOWN": "Inconnu",
    "INOPERATIVE": "Pas implémenté",
    "PLANNED": "Mise en service planifiée",
    "REMOVED": "Supprimé",
}

DETAILS_URL: Final = (
    "https://parisdata.opendatasoft.com/explore/dataset/belib-points-de-recharge-pour-vehicules-electriques-"
    "donnees-statiques/table/?disjunctive.nbre_pdc&disjunctive.accessibilite&disjunctive.horaires_sav"
    "&disjunctive.postal_code&disjunctive.acces_recharge&disjunctive.type_prise&disjunctive.puiss_max&q="
)

SEPARATOR: Final = ","
PLACELESS: Final = (
    '", ' + json.dumps(dict.fromkeys(("coordonneesxy", "adresse_station", "code_insee_commune", "arrondissement")))[1:]
)

DROPOUT_S: Final = 1800
DROPOUT_SHARES: Final = (0.0, 0.0, 0.0, 0.001, 0.0033, 0.006)
"""In each half hour, one of these shares of the charge points is published without its place."""


class _Row(NamedTuple):
    starts: list[int]
    stamps: list[int]
    heads: list[str]
    place: str
    is_batched: bool


class RealtimeFeed:
    """The real-time feed without outages; deterministic by seed and instant."""

    def __init__(self, seed: int, points: list[ChargePoint], timelines: list[Timeline]) -> None:
        self._seed = seed
        self._rows = [_row(seed, p, t) for p, t in zip(points, timelines, strict=True)]

    def body(self, at: datetime) -> bytes:
        """The JSON list at a UTC instant; records with the oldest timestamps come first, as in the portal."""
        second, batch = int(at.timestamp()), newest_batch(at)
        placeless = self._placeless(second)
        records = []
        for index, (starts, stamps, heads, place, is_batched) in enumerate(self._rows):
            current = bisect_right(starts, second) - 1
            stamp = min(stamps[current], second)
            if is_batched and stamp < batch:
                stamp = batch
            records.append((stamp, heads[current], PLACELESS if index in placeless else place))
        records.sort()
        # one join of all pieces, since building each record first takes 1.5 times as long
        pieces = [piece for stamp, head, place in records for piece in (SEPARATOR, head, written(stamp), place)]
        return b"[%b]" % "".join(pieces[1:]).encode()

    def _placeless(self, second: int) -> set[int]:
        rng = dice(self._seed, "placeless", second // DROPOUT_S)
        count = math.ceil(rng.choice(DROPOUT_SHARES) * len(self._rows))
        return set(rng.sample(range(len(self._rows)), count))


def _row(seed: int, point: ChargePoint, timeline: Timeline) -> _Row:
    rng = dice(seed, "stamps", point.charge_point_id)
    in_batch = rng.random() < BATCH_SHARE
    is_lasting = lasting_status(seed, point) is not None
    heads = {status: _head(point, status) for status in timeline.statuses}
    return _Row(
        starts=timeline.starts,
        stamps=draw_stamps(rng, timeline, is_lasting=is_lasting),
        heads=[heads[status] for status in timeline.statuses],
        place=_place(point),
        is_batched=not is_lasting and in_batch,
    )


def _head(point: ChargePoint, status: str) -> str:
    fields = {
        "id_pdc": point.charge_point_id,
        "statut_pdc": WORD_OF_STATUS[status],
        "url_description_pdc": DETAILS_URL + point.charge_point_id,
    }
    return f'{json.dumps(fields)[:-1]}, "last_updated": "'


def _place(point: ChargePoint) -> str:
    station = point.station
    fields = {
        "coordonneesxy": {"lon": station.longitude, "lat": station.latitude},
        "adresse_station": station.address,
        "code_insee_commune": station.published_insee_code,
        "arrondissement": station.arrondissement.label,
    }
    return f'", {json.dumps(fields)[1:]}'
