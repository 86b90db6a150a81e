"""Create apprise's plugins for the receivers' URLs, without logging the URLs."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import apprise

from belib_platform.receivers import receivers

TIMEOUT_S = 8.0
"""Timeout for one message to one receiver, unless its URL sets another."""

TALKATIVE = ("apprise", "urllib3", "urllib3.connectionpool", "urllib3.util.retry", "urllib3.poolmanager")
"""Loggers that write URLs with their secrets."""


def require_readable(urls: str) -> None:
    """Raise ValueError if apprise cannot parse a URL, which the message names by its position only."""
    listed = receivers(urls)
    for place, receiver in enumerate(listed, 1):
        if plugin_of(receiver.url) is None:
            raise ValueError(f"should be URLs of apprise; it cannot read number {place} of {len(listed)}")


def plugin_of(url: str) -> apprise.NotifyBase | None:
    """Apprise's plugin for the URL; None if apprise cannot parse it."""
    with unheard():
        plugin = apprise.Apprise.instantiate(url, asset=asset())
    if plugin is not None and "overflow=" not in url:
        plugin.overflow_mode = (
            apprise.OverflowMode.SPLIT
        )  # receivers for short texts would reject a long one at every attempt
    return plugin


def asset() -> apprise.AppriseAsset:
    """Name of the sender, and the timeout."""
    return apprise.AppriseAsset(app_id="belib", service_timeout=TIMEOUT_S)


@contextmanager
def unheard() -> Iterator[None]:
    """Disable loggers that write URLs during the block."""
    loggers = [logging.getLogger(name) for name in TALKATIVE]
    before = [logger.disabled for logger in loggers]
    for logger in loggers:
        logger.disabled = True
    try:
        yield
    finally:
        for logger, disabled in zip(loggers, before, strict=True):
            logger.disabled = disabled
