"""Simulate the status of charge points: sessions by local hour, faults, lost contact, and points that never change."""

from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Final, Self

from belib_platform.simulator.city import ChargePoint
from belib_platform.simulator.dice import dice
from belib_platform.simulator.episodes import episodes
from belib_platform.simulator.rhythm import HOUR_S, OCCUPANCY, arrival_rates, hour_of_week
from belib_platform.simulator.timeline import Timeline

SESSION_S: Final = {3: 5.5 * 3600, 4: 5 * 3600, 7: 4.5 * 3600, 22: 2 * 3600, 43: 3600, 50: 3600}
"""Mean duration of a session in seconds, by power in kW."""

POPULARITIES: Final = (0.3, 0.7, 1.0, 1.3, 1.7)
"""Factors of a charge point's occupancy. Their mean is 1, so that the city's occupancy is that of `rhythm`."""

LASTING: Final = {"UNKNOWN": 0.012, "PLANNED": 0.005, "OUTOFORDER": 0.004, "AVAILABLE": 0.006, "CHARGING": 0.003}
"""Shares of charge points that never change their status."""

TROUBLE_S: Final = {"OUTOFORDER": 20 * 3600, "UNKNOWN": 8 * 3600}
TROUBLE_RATE: Final = {"OUTOFORDER": 0.016 / TROUBLE_S["OUTOFORDER"], "UNKNOWN": 0.015 / TROUBLE_S["UNKNOWN"]}
"""Mean duration (s) and rate (per s) of faults and of lost contact with one charge point."""

LOSS_S: Final = 3 * 3600
LOSS_RATE: Final = 0.013 / LOSS_S
"""Mean duration (s) and rate (per s) of lost contact with a whole station."""

INCIDENT_RATE: Final = 1 / (6 * 86400)
INCIDENT_S: Final = 1500
INCIDENT_SHARE: Final = 0.06
"""Rate (per s), mean duration (s) and share of stations of incidents in which many stations lose contact at once."""


@dataclass(frozen=True, slots=True)
class Span:
    """The simulated time range in epoch seconds (full UTC hours), and the local hour of the week of each hour."""

    first: int
    last: int
    week_hours: list[int]

    @classmethod
    def of(cls, begins_at: datetime, ends_at: datetime) -> Self:
        """The range between two full hours (UTC)."""
        first, last = int(begins_at.timestamp()), int(ends_at.timestamp())
        return cls(first, last, hour_of_week(first, last))

    def week_hour(self, second: int) -> int:
        """Local hour of the week (0–167) at an epoch second in the range."""
        return self.week_hours[(second - self.first) // HOUR_S]


def draw_timelines(seed: int, points: list[ChargePoint], span: Span) -> list[Timeline]:
    """The timeline of each charge point; a longer range continues a shorter one."""
    stations = list(dict.fromkeys(p.station.station_id for p in points))
    incidents = _incidents(seed, stations, span)
    losses = {
        s: episodes(dice(seed, "loss", s), LOSS_RATE, LOSS_S, span.first, span.last) + incidents[s] for s in stations
    }
    return [_life(seed, p, span, losses[p.station.station_id]) for p in points]


def lasting_status(seed: int, point: ChargePoint) -> str | None:
    """The status of a charge point that never changes; None for others."""
    weights = [*LASTING.values(), 1 - sum(LASTING.values())]
    return dice(seed, "lasting", point.charge_point_id).choices([*LASTING, None], weights)[0]


def _life(seed: int, point: ChargePoint, span: Span, losses: list[tuple[int, int]]) -> Timeline:
    lasting = lasting_status(seed, point)
    if lasting is not None:
        return Timeline([span.first], [lasting])
    return _sessions(dice(seed, "life", point.charge_point_id), point, span).covered(losses, "UNKNOWN")


def _sessions(rng: Random, point: ChargePoint, span: Span) -> Timeline:
    """Available, charging and faulty in turn: an inhomogeneous Markov process, sampled by thinning."""
    popularity, session_s = rng.choice(POPULARITIES), SESSION_S[point.power_kw]
    rates = arrival_rates(popularity, session_s)
    peak = max(rates)
    leaving = {"AVAILABLE": peak, "CHARGING": 1 / session_s}
    trouble = sum(TROUBLE_RATE.values())
    at, status = span.first, _start(rng, popularity, span)
    changes = [(at, status)]
    while True:
        bound = 1 / TROUBLE_S[status] if status in TROUBLE_S else leaving[status] + trouble
        at += 1 + int(rng.expovariate(bound))
        if at >= span.last:
            return Timeline.of(changes)
        if status in TROUBLE_S:
            status = _free_or_busy(rng, popularity * OCCUPANCY[span.week_hour(at)])
        elif rng.random() * bound < trouble:
            status = rng.choices(list(TROUBLE_RATE), list(TROUBLE_RATE.values()))[0]
        elif status == "CHARGING":
            status = "AVAILABLE"
        elif rng.random() * peak < rates[span.week_hour(at)]:
            status = "CHARGING"
        changes.append((at, status))


def _start(rng: Random, popularity: float, span: Span) -> str:
    weights = {s: TROUBLE_S[s] * TROUBLE_RATE[s] for s in TROUBLE_S}
    trouble = rng.choices([*weights, None], [*weights.values(), 1.0])[0]
    return trouble or _free_or_busy(rng, popularity * OCCUPANCY[span.week_hour(span.first)])


def _free_or_busy(rng: Random, occupancy: float) -> str:
    return "CHARGING" if rng.random() < occupancy else "AVAILABLE"


def _incidents(seed: int, stations: list[str], span: Span) -> dict[str, list[tuple[int, int]]]:
    struck: dict[str, list[tuple[int, int]]] = {s: [] for s in stations}
    for start, end in episodes(dice(seed, "incidents"), INCIDENT_RATE, INCIDENT_S, span.first, span.last):
        for station in dice(seed, "incident", start).sample(stations, round(len(stations) * INCIDENT_SHARE)):
            struck[station].append((start, end))
    return struck
