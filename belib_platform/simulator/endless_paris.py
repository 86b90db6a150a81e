"""A Paris without a last day: drawn a part at a time, as it is asked for."""

from datetime import date, datetime, timedelta

import polars as pl

from belib_platform.simulator.outages import Answer
from belib_platform.simulator.paris import Paris

PART_DAYS = 28
"""UTC days of one part, which takes half a second to draw."""


class EndlessParis:
    """The city of a seed at any instant, as the APIs are asked for it.

    The first part is what `Paris.draw` gives for the same seed and first day; each later part has the same stations and
    points, whose states begin anew. Keeps the part asked for last.
    """

    def __init__(self, seed: int, first_day: date, *, stations: int = 380) -> None:
        self.seed, self.first_day, self._stations = seed, first_day, stations
        self._part: Paris | None = None

    def realtime_answer(self, at: datetime) -> Answer | None:
        """What the real-time feed answers, outages included; None while it is silent."""
        return self._of(at.date()).realtime_answer(at)

    def realtime_body(self, at: datetime) -> bytes:
        """The bytes of the real-time `/exports/json` while the feed works."""
        return self._of(at.date()).realtime_body(at)

    def static_body(self, day: date) -> bytes:
        """The bytes of the static `/exports/json` published on a UTC day."""
        return self._of(day).static_body(day)

    def forecast(self, at: datetime, hours: int) -> pl.DataFrame:
        """The newest forecast one could have at an instant; columns as in `Sky.forecast`."""
        return self._of(at.date()).forecast(at, hours)

    def _of(self, day: date) -> Paris:
        parts = (day - self.first_day) // timedelta(days=PART_DAYS)
        first_day = self.first_day + timedelta(days=PART_DAYS * parts)
        if self._part is None or self._part.first_day != first_day:
            self._part = Paris.draw(self.seed, first_day=first_day, days=PART_DAYS, stations=self._stations)
        return self._part


AnyParis = Paris | EndlessParis
"""What the simulated APIs serve."""
