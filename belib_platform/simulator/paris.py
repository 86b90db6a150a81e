"""A simulated Paris: the true status of each second, and the responses that the real APIs would send."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Self

import polars as pl

from belib_platform.simulator.behaviour import Span, draw_timelines
from belib_platform.simulator.bike_city import BIKE_STATIONS_PER_STATION, BikeStation, draw_bike_city
from belib_platform.simulator.bike_demand import weather_factors
from belib_platform.simulator.bike_feed import BikeFeed
from belib_platform.simulator.bike_gbfs import bike_gbfs_information, bike_gbfs_status
from belib_platform.simulator.bikes import Bikes
from belib_platform.simulator.city import ChargePoint, draw_city
from belib_platform.simulator.errors import NotDrawnError
from belib_platform.simulator.open_meteo_body import DAYS, open_meteo_body
from belib_platform.simulator.outages import Answer, Outage, answer_at, draw_outages, outage_at
from belib_platform.simulator.realtime_feed import RealtimeFeed
from belib_platform.simulator.sky import Sky
from belib_platform.simulator.static_feed import static_body
from belib_platform.simulator.timeline import Timeline


@dataclass(frozen=True)
class Paris:
    """The simulation of `days` UTC days from `first_day` on; with the same seed, more days continue fewer days."""

    seed: int
    first_day: date
    days: int
    city: list[ChargePoint]
    timelines: list[Timeline]
    """Timelines of the charge points in `live`, in the same order."""
    outages: list[Outage]
    """Outages of the real-time feed of charge points, in order."""
    bike_city: list[BikeStation]
    sky: Sky

    @classmethod
    def draw(
        cls, seed: int, *, first_day: date, days: int, stations: int = 380, bike_stations: int | None = None
    ) -> Self:
        """Simulate a Paris; 380 stations have about 2,050 charge points, and there are 1,470 bike stations then.

        Other numbers of stations have bike stations in proportion, unless `bike_stations` says how many. Raises
        ValueError for invalid numbers.
        """
        if days < 1:
            raise ValueError(f"days should be 1 or more, not {days}")
        if bike_stations is None:
            bike_stations = round(stations * BIKE_STATIONS_PER_STATION)
        begin = datetime.combine(first_day, time(), UTC)
        span = Span.of(begin, begin + timedelta(days=days))
        city = draw_city(seed, stations)
        return cls(
            seed=seed,
            first_day=first_day,
            days=days,
            city=city,
            timelines=draw_timelines(seed, [p for p in city if p.is_live], span),
            outages=draw_outages(seed, "outages", span.first, span.last),
            bike_city=draw_bike_city(seed, bike_stations),
            sky=Sky(seed, begin, 24 * (days + DAYS)),
        )

    @property
    def begins_at(self) -> datetime:
        """First simulated instant (UTC)."""
        return datetime.combine(self.first_day, time(), UTC)

    @property
    def ends_at(self) -> datetime:
        """End of the simulation (UTC), not included."""
        return self.begins_at + timedelta(days=self.days)

    @cached_property
    def live(self) -> list[ChargePoint]:
        """The charge points in the real-time feed."""
        return [p for p in self.city if p.is_live]

    @cached_property
    def bikes(self) -> Bikes:
        """The truth of the bike-sharing network; drawing nine days of 1,470 stations takes three seconds."""
        hour = timedelta(hours=1)
        factors = weather_factors(self.sky.weather(self.begins_at + hour, self.ends_at + hour))
        return Bikes(self.seed, self.bike_city, Span.of(self.begins_at, self.ends_at), factors)

    @cached_property
    def bike_outages(self) -> list[Outage]:
        """The outages of the feed of bike stations, in order."""
        span = Span.of(self.begins_at, self.ends_at)
        return draw_outages(self.seed, "bike outages", span.first, span.last)

    @cached_property
    def _feed(self) -> RealtimeFeed:
        return RealtimeFeed(self.seed, self.live, self.timelines)

    @cached_property
    def _bike_feed(self) -> BikeFeed:
        return BikeFeed(self.bikes)

    def outage(self, at: datetime) -> Outage | None:
        """The outage of the real-time feed of charge points at an instant, if there is one."""
        return outage_at(self.outages, at)

    def realtime_body(self, at: datetime) -> bytes:
        """The body of the real-time `/exports/json` without outages. Raises NotDrawnError outside simulated days."""
        return self._feed.body(self._drawn(at))

    def realtime_answer(self, at: datetime) -> Answer | None:
        """The response of the real-time feed, also during outages; None if it does not answer."""
        return answer_at(self.outages, self._drawn(at), self.realtime_body)

    def bike_body(self, at: datetime) -> bytes:
        """The body of the bike stations' `/exports/json` without outages."""
        return self._bike_feed.body(self._drawn(at))

    def bike_answer(self, at: datetime) -> Answer | None:
        """The response of the bike stations' feed, also during outages of its own; None if it does not answer."""
        return answer_at(self.bike_outages, self._drawn(at), self.bike_body)

    def bike_gbfs_status(self, at: datetime) -> bytes:
        """The body of the bike operator's `station_status`; it has no outages."""
        return bike_gbfs_status(self.bikes, self._drawn(at))

    def bike_gbfs_information(self, at: datetime) -> bytes:
        """The body of the bike operator's `station_information`; it has no outages."""
        return bike_gbfs_information(self.bike_city, self._drawn(at))

    def static_body(self, day: date) -> bytes:
        """The body of the static `/exports/json` published on a UTC day."""
        return static_body(self.seed, self.city, day)

    def forecast(self, at: datetime, hours: int) -> pl.DataFrame:
        """The newest forecast available at an instant; columns as in `Sky.forecast`."""
        return self.sky.forecast(self._drawn(at), hours)

    def forecast_body(self, at: datetime) -> bytes:
        """The body of Open-Meteo's `/v1/forecast` with all variables and seven UTC days; times are epoch seconds."""
        return open_meteo_body(self.forecast(at, 24 * DAYS))

    def _drawn(self, at: datetime) -> datetime:
        if not self.begins_at <= at < self.ends_at:
            raise NotDrawnError(
                f"{at.isoformat()} is not simulated, only {self.begins_at.isoformat()} to {self.ends_at.isoformat()}"
            )
        return at
