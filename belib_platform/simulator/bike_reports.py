"""When bike stations report, and how old the stamps of their reports are."""

from typing import Final

import numpy as np

from belib_platform.simulator.bike_closures import DeadStation
from belib_platform.simulator.bike_riders import Ints
from belib_platform.simulator.dice import array_dice

REPORT_EVERY_S: Final = (480, 840)
"""Range of a station's time between reports."""

STAMP_LAG_S: Final = (180, 3300)
"""Range of how much older than the report its stamp is: the median age of stamps is 31 to 44 minutes."""


class Reports:
    """The reports of all stations, by index; deterministic by seed. The feeds publish the newest ones."""

    def __init__(self, seed: int, stations: int, dead: list[DeadStation]) -> None:
        rng = array_dice(seed, "bike reports")
        self._every_s = rng.integers(*REPORT_EVERY_S, stations)
        self._phase_s = rng.integers(0, self._every_s)
        self._lag_s = rng.integers(*STAMP_LAG_S, stations)
        self._dead = np.array([station.station for station in dead], dtype=int)
        self._dead_since = np.array([station.reported_at for station in dead], dtype=int)

    def newest(self, second: int) -> Ints:
        """When the newest report at an epoch second was made (epoch s), whose counts the feeds publish."""
        return self._but_dead(second - (second - self._phase_s) % self._every_s)

    def stamps(self, second: int) -> Ints:
        """The stamps of these reports (`duedate`, `last_reported`; epoch s), which run behind."""
        return self._but_dead(self.newest(second) - self._lag_s)

    def _but_dead(self, seconds: Ints) -> Ints:
        seconds[self._dead] = self._dead_since
        return seconds
