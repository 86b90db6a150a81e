"""A simulated Paris: the true status of each second, and the responses that the real APIs would send."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Self

import polars as pl

from belib_platform.simulator.behaviour import Span, draw_timelines
from belib_platform.simulator.city import ChargePoint, draw_city
from belib_platform.simulator.errors import NotDrawnError
from belib_platform.simulator.open_meteo_body import DAYS, open_meteo_body
from belib_platform.simulator.outages import PAGE, SERVER_ERROR, Answer, Outage, draw_outages, truncated
from belib_platform.simulator.realtime_feed import RealtimeFeed
from belib_platform.simulator.rhythm import hour_of_week
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
    sky: Sky

    @classmethod
    def draw(cls, seed: int, *, first_day: date, days: int, stations: int = 380) -> Self:
        """Simulate a Paris; 380 stations have about 2,050 charge points. Raises ValueError for invalid numbers."""
        if days < 1:
            raise ValueError(f"days should be 1 or more, not {days}")
        begin = datetime.combine(first_day, time(), UTC)
        first, last = int(begin.timestamp()), int((begin + timedelta(days=days)).timestamp())
        city = draw_city(seed, stations)
        span = Span(first, last, hour_of_week(first, last))
        return cls(
            seed=seed,
            first_day=first_day,
            days=days,
            city=city,
            timelines=draw_timelines(seed, [p for p in city if p.is_live], span),
            outages=draw_outages(seed, first, last),
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
    def _feed(self) -> RealtimeFeed:
        return RealtimeFeed(self.seed, self.live, self.timelines)

    def outage(self, at: datetime) -> Outage | None:
        """The outage of the real-time feed at an instant, if there is one."""
        return next((o for o in self.outages if o.starts_at <= at < o.ends_at), None)

    def realtime_body(self, at: datetime) -> bytes:
        """The body of the real-time `/exports/json` without outages. Raises NotDrawnError outside simulated days."""
        return self._feed.body(self._drawn(at))

    def realtime_answer(self, at: datetime) -> Answer | None:
        """The response of the real-time feed, also during outages; None if it does not answer."""
        outage = self.outage(self._drawn(at))
        match outage:
            case None:
                return Answer(self.realtime_body(at))
            case Outage(kind="frozen"):
                return Answer(self.realtime_body(outage.starts_at))
            case Outage(kind="truncated"):
                return Answer(truncated(self.realtime_body(at)))
            case Outage(kind="empty"):
                return Answer(b"[]")
            case Outage(kind="html"):
                return PAGE
            case Outage(kind="error"):
                return SERVER_ERROR
            case _:
                return None

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
