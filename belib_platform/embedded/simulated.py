"""Simulated history is never mixed with real: a home that holds it says so, and asks nobody but this machine."""

from urllib.parse import urlsplit

from belib_platform.embedded.errors import StoresError
from belib_platform.embedded.ports import LOOPBACK
from belib_platform.settings import Settings

MARK = "SIMULATED"


def mark_simulated(settings: Settings) -> None:
    """Note in the home that its history is simulated."""
    settings.home.mkdir(parents=True, exist_ok=True)
    (settings.home / MARK).write_text("The history in this home is simulated.\n", encoding="utf-8")


def refuse_mixing(settings: Settings) -> None:
    """Raise StoresError when a home with simulated history is about to ask a real API."""
    weather = {
        "open_meteo": settings.open_meteo_url,
        "infoclimat": settings.infoclimat_url,
        "openweathermap": settings.openweathermap_url,
    }
    asked = [settings.opendatasoft_url, *(weather[name] for name in settings.weather_providers)]
    hosts = {urlsplit(str(url)).hostname for url in asked}
    if (settings.home / MARK).exists() and hosts != {LOOPBACK}:
        raise StoresError(
            f"{settings.home} holds simulated history, which is never mixed with real data: set BELIB_HOME to another "
            "folder, or point BELIB_OPENDATASOFT_URL and BELIB_OPEN_METEO_URL to `belib simulate serve`, with "
            "BELIB_WEATHER_PROVIDER=open_meteo."
        )
