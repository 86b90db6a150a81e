"""Secrets of the settings, masked in errors that quote them."""

from urllib.parse import unquote, urlsplit

from pydantic import SecretStr

from belib_platform.receivers import receivers
from belib_platform.settings import Settings
from belib_platform.sources.secrecy import Secrets

LONGEST = 300
"""Characters of a sentence; an error can be as long as a response."""


def shortened(text: str) -> str:
    """The first line, at most 300 characters."""
    line = next(iter(text.strip().splitlines()), "")
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def without_secrets(settings: Settings, error: str) -> str:
    """The first line of an error's message, shortened, with every secret of the settings masked."""
    return shortened(_secrets(settings).masked(error.encode()).decode())


def _secrets(settings: Settings) -> Secrets:
    """Every secret setting, each URL of alerts, and every password within a URL."""
    whole = [value.get_secret_value() for _, value in settings if isinstance(value, SecretStr)]
    whole += [receiver.url for receiver in receivers(settings.alert_urls.get_secret_value())]
    passwords = [unquote(urlsplit(url).password or "") for url in whole if "://" in url]
    return Secrets({str(place): SecretStr(secret) for place, secret in enumerate([*whole, *passwords])})
