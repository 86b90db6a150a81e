"""A simulated Paris without a last day, generated in parts as needed."""

from datetime import date, datetime, timedelta

import polars as pl

from belib_platform.simulator.outages import Answer
from belib_platform.simulator.paris import Paris

PART_DAYS = 28
"""UTC days per part; generating the charge points of a part takes half a second."""

BIKE_DAYS = 7
"""Bikes take half a second per day, so that they are generated for as many weeks of a part as are asked for."""


class EndlessParis:
    """A simulated Paris at any instant.

    The first part equals `Paris.draw` with the same seed and first day. Each later part has the same stations, charge
    points and bike stations with new initial statuses. Only the part used last is in memory.
    """

    def __init__(self, seed: int, first_day: date, *, stations: int = 380, bike_stations: int | None = None) -> None:
        """Numbers of stations are those of `Paris.draw`."""
        self.seed, self.first_day, self._stations, self._bike_stations = seed, first_day, stations, bike_stations
        self._part: Paris | None = None
        self._bike_part: Paris | None = None

    def realtime_answer(self, at: datetime) -> Answer | None:
        """The response of the real-time feed, also during outages; None if it does not answer."""
        return self._of(at.date()).realtime_answer(at)

    def realtime_body(self, at: datetime) -> bytes:
        """The body of the real-time `/exports/json` without outages."""
        return self._of(at.date()).realtime_body(at)

    def bike_answer(self, at: datetime) -> Answer | None:
        """The response of the bike stations' feed, also during outages; None if it does not answer."""
        return self._with_bikes(at.date()).bike_answer(at)

    def bike_body(self, at: datetime) -> bytes:
        """The body of the bike stations' `/exports/json` without outages."""
        return self._with_bikes(at.date()).bike_body(at)

    def bike_gbfs_status(self, at: datetime) -> bytes:
        """The body of the bike operator's `station_status`."""
        return self._with_bikes(at.date()).bike_gbfs_status(at)

    def bike_gbfs_information(self, at: datetime) -> bytes:
        """The body of the bike operator's `station_information`."""
        return self._with_bikes(at.date()).bike_gbfs_information(at)

    def static_body(self, day: date) -> bytes:
        """The body of the static `/exports/json` published on a UTC day."""
        return self._of(day).static_body(day)

    def forecast(self, at: datetime, hours: int) -> pl.DataFrame:
        """The newest forecast available at an instant; columns as in `Sky.forecast`."""
        return self._of(at.date()).forecast(at, hours)

    def _of(self, day: date) -> Paris:
        first_day = self._begin(day)
        if self._part is None or self._part.first_day != first_day:
            self._part = self._draw(first_day, PART_DAYS)
        return self._part

    def _with_bikes(self, day: date) -> Paris:
        first_day = self._begin(day)
        days = BIKE_DAYS * ((day - first_day) // timedelta(days=BIKE_DAYS) + 1)
        if self._bike_part is None or self._bike_part.first_day != first_day or self._bike_part.days < days:
            self._bike_part = self._draw(first_day, days)
        return self._bike_part

    def _begin(self, day: date) -> date:
        """First day of the part."""
        parts = (day - self.first_day) // timedelta(days=PART_DAYS)
        return self.first_day + timedelta(days=PART_DAYS * parts)

    def _draw(self, first_day: date, days: int) -> Paris:
        return Paris.draw(
            self.seed, first_day=first_day, days=days, stations=self._stations, bike_stations=self._bike_stations
        )


AnyParis = Paris | EndlessParis
"""A simulated Paris that the simulated APIs can serve."""
