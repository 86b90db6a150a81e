"""How often a source is asked, which job asks it, and when its newest response is too old."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from belib_platform.settings import Settings


@dataclass(frozen=True)
class Cadence:
    """How often a source is asked.

    `job` is the name of the job that asks it, and of that job's schedule. `interval` is how long after a sound response
    the source is due again. `fresh_within` is how old its newest sound response may be: the raw asset's freshness
    policy and the alert of stale data both use it.
    """

    job: str
    interval: Callable[[Settings], timedelta]
    fresh_within: Callable[[Settings], timedelta]


FIVE_MINUTELY = Cadence(
    "belib_five_minutely",
    interval=lambda settings: timedelta(seconds=settings.cadence_s),
    fresh_within=lambda settings: settings.gap_limit,
)
"""Every BELIB_CADENCE_S seconds, five minutes by default."""

VELIB_FIVE_MINUTELY = replace(FIVE_MINUTELY, job="velib_five_minutely")
"""As often, in minutes of its own."""

FEEDS = (FIVE_MINUTELY, VELIB_FIVE_MINUTELY)
"""Cadences of what changes all the time."""

HOURLY = Cadence("weather_hourly", lambda _: timedelta(hours=1), fresh_within=lambda _: timedelta(hours=3))

DAILY = Cadence("static_daily", lambda _: timedelta(days=1), fresh_within=lambda _: timedelta(hours=30))
