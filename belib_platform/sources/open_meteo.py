"""Open-Meteo's hourly forecast (open-meteo.com/en/docs, CC BY 4.0; no key needed)."""

from belib_platform.settings import Settings
from belib_platform.sources.forecast_verdict import judge_forecast
from belib_platform.sources.hourly_forecast import MEASURES, read_hours
from belib_platform.sources.records import Decoded
from belib_platform.sources.source import Request, Source
from belib_platform.sources.verdict import Verdict

FORECAST_DAYS = 7


def request(settings: Settings) -> Request:
    """Seven days for the place set, hour by hour, in UTC."""
    return Request(
        f"{str(settings.open_meteo_url).rstrip('/')}/v1/forecast",
        {
            "latitude": str(settings.weather_latitude),
            "longitude": str(settings.weather_longitude),
            "hourly": ",".join(measure.source_name for measure in MEASURES),
            "timezone": "UTC",
            "timeformat": "unixtime",
            "forecast_days": str(FORECAST_DAYS),
        },
    )


def decode(body: bytes, media_type: str) -> Decoded:  # noqa: ARG001 — one interface for every source
    """The hours of a forecast, as `read_hours` says. Raises BodyError, which names an unknown unit."""
    return read_hours(body)


def judge(body: bytes, media_type: str) -> Verdict:
    """Sound: an object with `hourly.time`, not empty, and measures that are as long as it, in units we know.

    `record_count` counts the hours. The rest is as `judge_forecast` says.
    """
    source_names = {measure.name: measure.source_name for measure in MEASURES}
    return judge_forecast(lambda: decode(body, media_type), source_names, "hour")


OPEN_METEO = Source(name="open_meteo", collection="raw_meteo", request=request, announcement=None, judge=judge)
