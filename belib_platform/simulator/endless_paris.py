"""A simulated Paris without a last day, generated in parts as needed."""

from datetime import date, datetime, timedelta

import polars as pl

from belib_platform.simulator.outages import Answer
from belib_platform.simulator.paris import Paris

PART_DAYS = 28
"""UTC days per part; generating a part takes half a second."""


class EndlessParis:
    """A simulated Paris at any instant.

    The first part equals `Paris.draw` with the same seed and first day. Each later part has the same stations and
    charge points with new initial statuses. Only the part used last is in memory.
    """

    def __init__(self, seed: int, first_day: date, *, stations: int = 380) -> None:
        self.seed, self.first_day, self._stations = seed, first_day, stations
        self._part: Paris | None = None

    def realtime_answer(self, at: datetime) -> Answer | None:
        """The response of the real-time feed, also during outages; None if it does not answer."""
        return self._of(at.date()).realtime_answer(at)

    def realtime_body(self, at: datetime) -> bytes:
        """The body of the real-time `/exports/json` without outages."""
        return self._of(at.date()).realtime_body(at)

    def static_body(self, day: date) -> bytes:
        """The body of the static `/exports/json` published on a UTC day."""
        return self._of(day).static_body(day)

    def forecast(self, at: datetime, hours: int) -> pl.DataFrame:
        """The newest forecast available at an instant; columns as in `Sky.forecast`."""
        return self._of(at.date()).forecast(at, hours)

    def _of(self, day: date) -> Paris:
        parts = (day - self.first_day) // timedelta(days=PART_DAYS)
        first_day = self.first_day + timedelta(days=PART_DAYS * parts)
        if self._part is None or self._part.first_day != first_day:
            self._part = Paris.draw(self.seed, first_day=first_day, days=PART_DAYS, stations=self._stations)
        return self._part


AnyParis = Paris | EndlessParis
"""A simulated Paris that the simulated APIs can serve."""
