"""Open-Meteo's hourly forecast (open-meteo.com/en/docs, CC BY 4.0; no key needed)."""

from belib_platform.settings import Settings
from belib_platform.sources.hourly_forecast import MEASURES, read_hours
from belib_platform.sources.records import BodyError, Decoded
from belib_platform.sources.source import Request, Source
from belib_platform.sources.verdict import Verdict, describe_rejects, refused

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

    `record_count` counts the hours. A measure that is absent, or null throughout, is a warning; all are a refusal.
    """
    try:
        decoded = decode(body, media_type)
    except BodyError as error:
        return refused(f"The body {error}.")
    verdict = Verdict(is_sound=True, reason=None, record_count=decoded.frame.height + decoded.rejects.height)
    if not decoded.frame.height:
        return verdict.refused(f"No hour can be read: {describe_rejects(decoded.rejects)}.")
    absent = [m.source_name for m in MEASURES if decoded.frame[m.name].null_count() == decoded.frame.height]
    if len(absent) == len(MEASURES):
        return verdict.refused("No hour has any value.")
    return verdict.warned(
        f"{decoded.non_number_count:,} bare nan read as null" if decoded.non_number_count else None,
        f"hours that cannot be read: {describe_rejects(decoded.rejects)}" if decoded.rejects.height else None,
        f"no hour has {', '.join(absent)}" if absent else None,
    )


OPEN_METEO = Source(name="open_meteo", collection="raw_meteo", request=request, announcement=None, judge=judge)
