"""Simulated stations and charge points, with ids in the format of the real ones."""

from collections import Counter
from dataclasses import dataclass
from random import Random
from typing import Final

from belib_platform.simulator.arrondissements import ARRONDISSEMENTS, Arrondissement
from belib_platform.simulator.dice import dice

LAYOUTS: Final = {
    "kerb": ((241, (7,) * 6), (130, (7,) * 5), (80, (7,) * 7), (30, (7,) * 4)),
    "kerb_with_two_wheelers": ((1, (7, 7, 7, 7, 3, 3)),),
    "old": ((1, (22, 22, 4)),),
    "fast": ((1, (50, 50, 50, 43)),),
}
"""Layouts of each kind of station with their weights: the power of its charge points, kW."""

KINDS: Final = {"kerb": 64, "kerb_with_two_wheelers": 16, "old": 19, "fast": 1}
"""Percentage of stations of each kind; about 80 % of all charge points have 7 kW."""

CAR_PARKS: Final = ("EHBSAG*HIB", "EHBSAE*OUR", "EHBSAI*PIC")
STATIONS_PER_CAR_PARK: Final = 120

STREET_KINDS: Final = ("Rue", "Rue", "Rue", "Avenue", "Boulevard", "Quai", "Place", "Square")
STREET_NAMES: Final = (
    "du Hérisson", "des Trois Lanternes", "de l'Horloge Verte", "de la Grande Ourse", "du Général Mirabelle",
    "de l'Écluse Dormante", "des Tisseurs de Brume", "du Pont de Verre", "Anatole Ampère", "Hélène Voltige",
    "du Marché aux Étincelles", "de la Bobine", "des Quatre Vents", "du Professeur Wattel", "de l'Âne qui Lit",
)  # fmt: skip
"""Invented names, which no street in Paris has."""


@dataclass(frozen=True, slots=True)
class Station:
    """A station; longitude and latitude in degrees (WGS 84). `published_insee_code` may be wrong, like real ones."""

    station_id: str
    arrondissement: Arrondissement
    street: str
    address: str
    longitude: float
    latitude: float
    published_insee_code: str
    is_car_park: bool


@dataclass(frozen=True, slots=True)
class ChargePoint:
    """A charge point; power in kW. It is in the real-time feed (`is_live`), in the static set, or in both."""

    charge_point_id: str
    station: Station
    power_kw: int
    is_live: bool
    is_static: bool


def draw_city(seed: int, stations: int) -> list[ChargePoint]:
    """The charge points of `stations` stations, about 5.4 at each; deterministic by seed and number.

    Raises ValueError unless `stations` is 1 to 800, since ids have only two digits for it.
    """
    if not 1 <= stations <= 800:
        raise ValueError(f"stations should be 1 to 800, not {stations}")
    rng = dice(seed, "city", stations)
    numbers: Counter[str] = Counter()
    car_parks = [c for i, c in enumerate(CAR_PARKS, start=1) if i * STATIONS_PER_CAR_PARK <= stations]
    points = [point for code in car_parks for point in _car_park(rng, code)]
    for _ in range(stations - len(car_parks)):
        points += _kerb_station(rng, numbers)
    return points


def _kerb_station(rng: Random, numbers: Counter[str]) -> list[ChargePoint]:
    where = rng.choices(ARRONDISSEMENTS, [a.weight for a in ARRONDISSEMENTS])[0]
    kind = rng.choices(list(KINDS), list(KINDS.values()))[0]
    code = f"{'90' if kind == 'old' else 'PX'}{where.number:02d}"
    numbers[code] += 1
    weights, layouts = zip(*LAYOUTS[kind], strict=True)
    powers: tuple[int, ...] = rng.choices(layouts, weights)[0]
    # one of the real stations has B instead of P in its id
    letter = "B" if code == "PX05" and numbers[code] == 14 else "P"
    station = _station(rng, f"FR*V75*{letter}{code}*{numbers[code]:02d}", where, is_car_park=False)
    is_padded = rng.random() < 0.05
    connectors = [f"{n:02d}" if is_padded and n <= 3 else str(n) for n in range(1, len(powers) + 1)]
    return [
        _point(rng, f"FR*V75*E{code}*{numbers[code]:02d}*{connector}", station, power)
        for connector, power in zip(connectors, powers, strict=True)
    ]


def _car_park(rng: Random, code: str) -> list[ChargePoint]:
    where = rng.choice(ARRONDISSEMENTS)
    station = _station(rng, f"FR*V75*P{code[1:]}", where, is_car_park=True)
    terminals = rng.randint(5, 7)
    return [
        _point(rng, f"FR*V75*{code}*{terminal:02d}*{connector}", station, 7)
        for terminal in range(1, terminals + 1)
        for connector in range(1, 4)
    ]


def _station(rng: Random, station_id: str, where: Arrondissement, *, is_car_park: bool) -> Station:
    street = f"{rng.choice(STREET_KINDS)} {rng.choice(STREET_NAMES)}"
    town = "PARIS" if rng.random() < 0.02 else "Paris"
    longitude, latitude = where.circle.place(rng)
    neighbour = ARRONDISSEMENTS[where.number % len(ARRONDISSEMENTS)]
    wrong = rng.random()
    return Station(
        station_id=station_id,
        arrondissement=where,
        street=street,
        address=f"{rng.randint(1, 190)} {street} 750{where.number:02d} {town}",
        longitude=longitude,
        latitude=latitude,
        published_insee_code="16116" if wrong < 0.008 else (neighbour if wrong < 0.02 else where).insee_code,
        is_car_park=is_car_park,
    )


def _point(rng: Random, charge_point_id: str, station: Station, power_kw: int) -> ChargePoint:
    fate = rng.random()
    return ChargePoint(charge_point_id, station, power_kw, is_live=fate >= 0.02, is_static=fate <= 0.975)
