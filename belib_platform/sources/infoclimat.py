"""Infoclimat's GFS forecast (infoclimat.fr/api-previsions-meteo.html; the user's own key, attribution asked for).

Three-hourly steps on a UTC grid, named by Paris times without offset. The state of a response is in its body.
`model_run` is an hour without a date, so `issued_at` is unknown.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from belib_platform.settings import Settings
from belib_platform.sources import json_text
from belib_platform.sources.calendar_bounds import in_utc
from belib_platform.sources.forecast_source import forecast_source
from belib_platform.sources.forecast_steps import Forecast, Step, read_steps
from belib_platform.sources.forecast_values import FieldTypeError, Read, leaf, value
from belib_platform.sources.records import BodyError
from belib_platform.sources.refusal import message_of
from belib_platform.sources.source import Request
from belib_platform.sources.weather_provider import Terms, WeatherProvider

STEP_S = 10_800
"""A step describes the three hours before its time."""

STATES = {400: "the key is not accepted", 409: "the data is being updated", 509: "it was asked too often"}

_PARIS = ZoneInfo("Europe/Paris")
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
_SNOW = {None: None, "oui": True, "non": False}


def _snow_risk(step: Mapping[str, Any]) -> bool | None:
    sent = step.get("risque_neige")
    if sent is not None and (not isinstance(sent, str) or sent not in _SNOW):
        raise FieldTypeError
    return _SNOW[sent]


_MEASURES: dict[str, tuple[str, Read]] = {
    "temperature_c": ("temperature.2m", leaf("temperature", "2m", lambda kelvin: kelvin - 273.15)),
    "precipitation_mm": ("pluie", value("pluie", float)),
    "relative_humidity_ratio": ("humidite.2m", leaf("humidite", "2m", lambda percent: percent / 100)),
    "wind_speed_kmh": ("vent_moyen.10m", leaf("vent_moyen", "10m")),
    "wind_gust_kmh": ("vent_rafales.10m", leaf("vent_rafales", "10m")),
    "wind_from_direction_deg": ("vent_direction.10m", leaf("vent_direction", "10m", lambda degrees: degrees % 360)),
    "pressure_msl_hpa": (
        "pression.niveau_de_la_mer",
        leaf("pression", "niveau_de_la_mer", lambda pascal: pascal / 100),
    ),
    "cloud_cover_ratio": ("nebulosite.totale", leaf("nebulosite", "totale", lambda percent: percent / 100)),
    "has_snow_risk": ("risque_neige", _snow_risk),
}
"""Columns, the source's names for them, and how each is read."""

PROMISED = {name: source_name for name, (source_name, _) in _MEASURES.items()}
"""Columns of which every response has values."""


def request(settings: Settings) -> Request:
    """Eight days for the configured place. Keys may be plain, or URL-encoded as in the link that Infoclimat shows."""
    keys = {"_auth": settings.infoclimat_auth, "_c": settings.infoclimat_c}
    return Request(
        f"{str(settings.infoclimat_url).rstrip('/')}/public-api/gfs/json",
        {"_ll": f"{settings.weather_latitude},{settings.weather_longitude}"},
        {name: SecretStr(unquote(key.get_secret_value())) for name, key in keys.items() if key},
    )


def decode(body: bytes, media_type: str) -> Forecast:  # noqa: ARG001 — one interface for every source
    """The steps of a forecast, as `read_steps` returns them. Raises BodyError, which names the state."""
    document, non_number_count = json_text.parse_object(body)
    _refuse_other_states(document)
    steps = list(_steps(document))
    if not steps:
        raise BodyError("is an object without steps")
    reads = {name: read for name, (_, read) in _MEASURES.items()}
    return read_steps(steps, reads, STEP_S, non_number_count)


def _refuse_other_states(document: dict[str, Any]) -> None:
    state = document.get("request_state")
    if str(state) == "200":
        return
    if not isinstance(state, int | str):
        raise BodyError("is an object without request_state")
    meaning = next((text for code, text in STATES.items() if str(code) == str(state)), None)
    said = message_of(document)
    details = (f", {meaning}" if meaning else "") + (f": {said}" if said else "")
    raise BodyError(f"has the request_state {str(state)[:20]!r}{details}")


def _steps(document: dict[str, Any]) -> Iterator[Step]:
    """Values under a time, or objects like a step; values about the whole response are neither."""
    for key, sent in document.items():
        if key[:1].isdigit() or isinstance(sent, dict):
            valid_at = instant(key)
            yield Step(valid_at, sent if valid_at else {key: sent})


def instant(key: str) -> datetime | None:
    """The instant (UTC) on the three-hour grid that is this hour in Paris; None if there is none.

    Of the hour that Paris has twice in October only one is on the grid.
    """
    if not _TIME.fullmatch(key):
        return None
    try:
        local = datetime.fromisoformat(key)
    except ValueError:
        return None
    for fold in (0, 1):
        utc = in_utc(partial(local.replace, tzinfo=_PARIS, fold=fold))
        if utc is None:
            return None
        is_this_hour = utc.astimezone(_PARIS).replace(tzinfo=None, fold=0) == local
        if is_this_hour and (utc.hour % 3, utc.minute, utc.second) == (0, 0, 0):
            return utc
    return None


TERMS = Terms(
    "terms of Infoclimat, which asks for attribution",
    "https://www.infoclimat.fr/",
    "Weather forecasts: Infoclimat, www.infoclimat.fr, from NOAA's GFS; figures derived by belib_platform",
)

INFOCLIMAT = forecast_source(
    "infoclimat",
    request,
    WeatherProvider(decode, PROMISED, TERMS),
    recognise=lambda document: "request_state" in document,
    record="step",
)
