"""Bike stations that are closed for a while, and dead ones, which stopped reporting long ago."""

from dataclasses import dataclass
from typing import Final, Literal

from belib_platform.simulator.behaviour import Span
from belib_platform.simulator.bike_city import BikeStation
from belib_platform.simulator.dice import dice
from belib_platform.simulator.episodes import episodes

INSTALLED: Final = 4
RENTING: Final = 2
RETURNING: Final = 1
OPEN: Final = INSTALLED | RENTING | RETURNING
"""Bits of a station's flags."""

CLOSED_S: Final = 40 * 3600
CLOSED_RATE: Final = 0.02 / CLOSED_S
"""Mean duration (s) of closures and their rate (per s) at an open station."""

ClosureKind = Literal["emptied", "dark", "frozen"]
CLOSURE_KINDS: Final[dict[ClosureKind, int]] = {"emptied": 6, "dark": 3, "frozen": 1}
"""Weights: a truck takes the bikes, and all docks seem free; it takes them, and no dock works; the bikes stay."""

INSTALLED_SHARE: Final = 0.6
"""Share of closed stations with working docks that say they are installed."""

DEAD_SHARE: Final = 0.012
DEAD_FLAGS: Final = {0: 5, INSTALLED: 4, OPEN: 3}
"""Share of dead stations, and weights of the flags that they keep."""

DEAD_FOR_S: Final = ((2 * 86400, 90 * 86400), (3 * 365 * 86400, 7 * 365 * 86400))
"""Two ranges of how long before the simulation dead stations reported last."""


@dataclass(frozen=True, slots=True)
class Closure:
    """A closed interval of a station (its index), epoch seconds, and the flags it shows."""

    station: int
    starts_at: int
    ends_at: int
    kind: ClosureKind
    flags: int


@dataclass(frozen=True, slots=True)
class DeadStation:
    """What a dead station (its index) shows for ever: its last report (epoch s) and its flags."""

    station: int
    reported_at: int
    flags: int


def draw_dead_stations(seed: int, stations: list[BikeStation], first: int) -> list[DeadStation]:
    """About one station in eighty; none of fewer than 42."""
    rng = dice(seed, "dead bike stations")
    return [
        DeadStation(
            station,
            first - rng.randint(*rng.choice(DEAD_FOR_S)),
            rng.choices(list(DEAD_FLAGS), list(DEAD_FLAGS.values()))[0],
        )
        for station in rng.sample(range(len(stations)), round(len(stations) * DEAD_SHARE))
    ]


def draw_closures(seed: int, stations: list[BikeStation], span: Span) -> list[Closure]:
    """The closures of all stations in a range; some are closed when it begins. Longer ranges continue shorter ones."""
    before = span.first - 5 * CLOSED_S
    return [
        _closure(seed, index, station, start, end, span.first)
        for index, station in enumerate(stations)
        for start, end in episodes(
            dice(seed, "closures", station.station_code), CLOSED_RATE, CLOSED_S, before, span.last
        )
        if end > span.first
    ]


def _closure(seed: int, index: int, station: BikeStation, start: int, end: int, first: int) -> Closure:
    rng = dice(seed, "closure", station.station_code, start)
    kind = rng.choices(list(CLOSURE_KINDS), list(CLOSURE_KINDS.values()))[0]
    flags = INSTALLED if kind != "dark" and rng.random() < INSTALLED_SHARE else 0
    return Closure(index, max(start, first), end, kind, flags)
