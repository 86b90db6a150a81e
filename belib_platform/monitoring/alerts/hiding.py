"""The secrets of the settings, so that an error which quotes one is told without it."""

from urllib.parse import unquote, urlsplit

from pydantic import SecretStr

from belib_platform.monitoring.alerts.problem import shortened
from belib_platform.receivers import receivers
from belib_platform.settings import Settings
from belib_platform.sources.secrecy import Secrets


def without_secrets(settings: Settings, error: str) -> str:
    """The first line of what an error says, shortened, in which no secret of the settings shows."""
    return shortened(_secrets(settings).masked(error.encode()).decode())


def _secrets(settings: Settings) -> Secrets:
    """Every secret setting, each URL of alerts, and every password within a URL."""
    whole = [value.get_secret_value() for _, value in settings if isinstance(value, SecretStr)]
    whole += [receiver.url for receiver in receivers(settings.alert_urls.get_secret_value())]
    passwords = [unquote(urlsplit(url).password or "") for url in whole if "://" in url]
    return Secrets({str(place): SecretStr(secret) for place, secret in enumerate([*whole, *passwords])})
